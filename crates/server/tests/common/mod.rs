//! A server in this process on a port of its own, with a clock that is set by hand, and a client that signs.
#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]

pub mod dev;
pub mod failing;

use ledger::Moment;
use rpc::signature::client::{Call, Layout, Signed, sign_v1, sign_v3};
use server::Server;
use server::clock::{Clock, Hand};
use server::config::Config;
use server::data::{Data, Folder, InMemory};
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

pub const NOW: u64 = 1_800_000_000;
pub const VERSION: &str = "2014-05-26";
pub const REGION: &str = "cn-hangzhou";
/// Key, secret: everything is allowed.
pub const ALICE: (&str, &str) = ("alice", "alice-secret-4711");
/// Another account.
pub const BOB: (&str, &str) = ("bob", "bob-secret-0815");
/// Of an operator's account.
pub const OPERATOR: (&str, &str) = ("operator", "operator-secret-9");
/// May describe and no more.
pub const READER: (&str, &str) = ("reader", "reader-secret-1");
/// May do anything with instances of its account, in one region.
pub const LOCAL: (&str, &str) = ("local", "local-secret-4");
pub const DISABLED: (&str, &str) = ("disabled", "disabled-secret-2");
/// A temporary key.
pub const GUEST: (&str, &str) = ("guest", "guest-secret-3");
pub const GUEST_TOKEN: &str = "guest-token-5eb63bbb";

const FLEET: &str = r#"
[fleet]
[[fleet.region]]
name = "cn-hangzhou"
zones = [{ name = "cn-hangzhou-h" }]
[[fleet.class]]
name = "g6"
vcpus = 128
memory_gib = 512
types = ["ecs.g6.*"]
[[fleet.hosts]]
zone = "cn-hangzhou-h"
class = "g6"
count = 10
"#;

/// The configuration of all tests, with `more` added to it; secrets go into `folder`.
pub fn config(folder: &Path, more: &str) -> Config {
    let mut text = format!("{more}\n[access]\nfirst_key = false\n{FLEET}");
    let keys = [("1000000000000001", ALICE, ""), ("1000000000000002", BOB, "")].into_iter().chain([
        ("1000000000000003", READER, "allow = [{ actions = [\"ecs:Describe*\"], resources = [\"*\"] }]"),
        ("1000000000000004", DISABLED, "disabled = true"),
        ("1000000000000006", OPERATOR, ""),
        (
            "1000000000000007",
            LOCAL,
            "allow = [{ actions = [\"ecs:*\"], resources = [\"acs:ecs:cn-hangzhou:*:instance/*\"] }]",
        ),
        ("1000000000000005", GUEST, "session = { token_file = TOKEN, expires = \"2027-01-15T09:00:00Z\" }"),
    ]);
    let token = folder.join("token");
    std::fs::write(&token, GUEST_TOKEN).unwrap();
    for (account, (key, secret), rest) in keys {
        let file = folder.join(format!("{key}.secret"));
        std::fs::write(&file, format!("{secret}\n")).unwrap();
        let rest = rest.replace("TOKEN", &format!("{token:?}"));
        text += &format!(
            "\n[[account]]\nid = \"{account}\"\noperator = {}\n[[account.key]]\nid = \"{key}\"\nsecret_file = {file:?}\n{rest}\n",
            key == OPERATOR.0
        );
    }
    let mut config: Config = toml::from_str(&text).unwrap();
    config.server.listen = SocketAddr::from(([127, 0, 0, 1], 0));
    config.server.threads = Some(2);
    config
}

/// A server and everything to begin it again with.
pub struct Site {
    pub folder: tempfile::TempDir,
    pub clock: Arc<Hand>,
    pub config: Config,
    pub server: Option<Server>,
    pub address: SocketAddr,
}

impl Site {
    /// In memory.
    pub fn new() -> Self {
        Self::with("", &InMemory::default())
    }

    pub fn with(more: &str, data: &dyn Data) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path(), more);
        Self::begin(folder, config, data)
    }

    /// In a folder of its own.
    pub fn durable(more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path(), more);
        let data = open(folder.path());
        Self::begin(folder, config, &data)
    }

    fn begin(folder: tempfile::TempDir, config: Config, data: &dyn Data) -> Self {
        let clock = Arc::new(Hand::at(Moment(NOW)));
        let server = Server::start(&config, data, Arc::clone(&clock) as Arc<dyn Clock>).unwrap();
        let address = server.address();
        Self { folder, clock, config, server: Some(server), address }
    }

    pub fn stop(&mut self) {
        self.server.take().unwrap().stop();
    }

    /// Stops a durable site and starts it again.
    pub fn restart(&mut self) {
        self.stop();
        let server = {
            let data = open(self.folder.path());
            Server::start(&self.config, &data, Arc::clone(&self.clock) as Arc<dyn Clock>).unwrap()
        };
        self.address = server.address();
        self.server = Some(server);
    }

    pub fn ask<'a>(&self, action: &'a str, params: &'a [(&'a str, &'a str)]) -> Ask<'a> {
        Ask {
            address: self.address,
            action,
            version: None,
            params,
            key: ALICE,
            token: None,
            at: self.clock.now().0,
            nonce: nonce(),
            method: "POST",
            layout: Layout::Query,
            v3: true,
        }
    }

    /// A request of the operator's.
    pub fn order<'a>(&self, action: &'a str, params: &'a [(&'a str, &'a str)]) -> Ask<'a> {
        Ask { key: OPERATOR, ..self.ask(action, params) }
    }

    /// A key that the operator makes for an account: id and secret.
    pub fn new_key(&self, account: &str) -> (String, String) {
        let params = [("AccountId", account)];
        let answer = self.order("CreateAccessKey", &params).send();
        assert_eq!(answer.status, 200, "{}", answer.body);
        (answer.field("AccessKeyId"), answer.field("AccessKeySecret"))
    }

    /// Makes a reservation of so many `ecs.g6.large` and gives its id.
    pub fn create(&self, count: &str, more: &[(&str, &str)]) -> String {
        let mut params = vec![
            ("RegionId", REGION),
            ("ZoneId.1", "cn-hangzhou-h"),
            ("InstanceType", "ecs.g6.large"),
            ("InstanceAmount", count),
        ];
        params.extend(more);
        let answer = self.ask("CreateCapacityReservation", &params).send();
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.field("PrivatePoolOptionsId")
    }

    pub fn release(&self, id: &str) -> Answer {
        self.ask("ReleaseCapacityReservation", &[("RegionId", REGION), ("PrivatePoolOptions.Id", id)]).send()
    }

    pub fn status_of(&self, id: &str) -> String {
        let ids = format!("[{id:?}]");
        let params = [("RegionId", REGION), ("PrivatePoolOptions.Ids", ids.as_str()), ("Status", "All")];
        let answer = self.ask("DescribeCapacityReservations", &params).send();
        assert_eq!(answer.status, 200, "{}", answer.body);
        let json: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
        let first = &json["CapacityReservationSet"]["CapacityReservationItem"][0]["Status"];
        first.as_str().unwrap_or_default().to_owned()
    }
}

pub fn open(folder: &Path) -> Folder {
    Folder::take(&folder.join("data"), Duration::ZERO).unwrap()
}

/// One request, to be changed before it is sent.
pub struct Ask<'a> {
    pub address: SocketAddr,
    pub action: &'a str,
    /// If not the one that has the action.
    pub version: Option<&'a str>,
    pub params: &'a [(&'a str, &'a str)],
    pub key: (&'a str, &'a str),
    pub token: Option<&'a str>,
    pub at: u64,
    pub nonce: String,
    pub method: &'a str,
    pub layout: Layout,
    pub v3: bool,
}

impl Ask<'_> {
    pub fn signed(&self) -> Signed {
        let host = self.address.to_string();
        let call = Call {
            method: self.method,
            host: &host,
            access_key_id: self.key.0,
            secret: self.key.1,
            security_token: self.token,
            action: self.action,
            version: self
                .version
                .unwrap_or_else(|| api::operations::find(self.action).map_or(VERSION, |it| it.version)),
            timestamp: self.at,
            nonce: &self.nonce,
            params: self.params,
        };
        if self.v3 { sign_v3(&call, self.layout) } else { sign_v1(&call, self.layout) }
    }

    /// What goes over the wire.
    pub fn bytes(&self) -> Vec<u8> {
        let signed = self.signed();
        let mut text = format!("{} {} HTTP/1.1\r\n", self.method, signed.target);
        for (name, value) in &signed.headers {
            text += &format!("{name}: {value}\r\n");
        }
        if self.method == "POST" {
            text += &format!("content-length: {}\r\n", signed.body.len());
        }
        (text + "\r\n" + &signed.body).into_bytes()
    }

    pub fn send(&self) -> Answer {
        exchange(self.address, &self.bytes())
    }
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    /// A text of the answer's JSON.
    pub fn field(&self, name: &str) -> String {
        let json: serde_json::Value = serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("{self:?}"));
        json[name].as_str().unwrap_or_else(|| panic!("no {name}: {self:?}")).to_owned()
    }

    pub fn code(&self) -> String {
        self.field("Code")
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then_some(value.trim())
        })
    }
}

pub fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    stream
}

pub fn exchange(address: SocketAddr, bytes: &[u8]) -> Answer {
    let mut stream = connect(address);
    stream.write_all(bytes).unwrap();
    read(&mut stream).expect("an answer")
}

/// Reads one answer; nothing if the connection ends first.
pub fn read(stream: &mut TcpStream) -> Option<Answer> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
            let status = head[9..12].parse().unwrap();
            let mut answer = Answer { status, head, body: String::new() };
            let length: usize = answer.header("content-length").map_or(0, |text| text.parse().unwrap());
            let whole = end + 4 + length;
            while bytes.len() < whole {
                let count = stream.read(&mut buffer).ok().filter(|count| *count > 0)?;
                bytes.extend_from_slice(&buffer[..count]);
            }
            answer.body = String::from_utf8_lossy(&bytes[end + 4..whole]).into_owned();
            return Some(answer);
        }
        let count = stream.read(&mut buffer).ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&buffer[..count]);
    }
}

/// Log lines, as they are written.
#[derive(Clone, Default)]
pub struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    pub fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A nonce that no other request of this process has.
pub fn nonce() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("nonce-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Waits until something is so. The limit is there for a test that would never end.
pub fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !holds() {
        assert!(begin.elapsed() < Duration::from_secs(60), "never: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
