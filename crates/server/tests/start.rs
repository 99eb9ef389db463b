//! How a server starts: configurations that are taken and that are not, the first account, keys that go, encryption,
//! and the snippets that a newcomer pastes.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod common;

use common::{ALICE, REGION, Site};
use ledger::Moment;
use ledger::directory::{Account, Entry};
use server::Server;
use server::clock::{Clock, Hand, Wall};
use server::config::Config;
use server::data::{Data, InMemory};
use server::dev::{self, Started};
use server::directory::Kept;
use server::serve::{Options, configuration};
use server::snippets::{Place, Snippets};
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;
use store::{DIRECTORY, Failure, Store};

fn told(text: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("berth.toml");
    std::fs::write(&file, text).unwrap();
    let options = Options { config: Some(file), ..Options::default() };
    configuration(&options).map_or_else(|error| error.to_string(), |_| "sound".into())
}

#[test]
fn what_is_wrong_with_a_configuration_is_told_and_where() {
    let account = "[[account]]\nid = \"1234567890123456\"\n[[account.key]]\nid = \"k\"\n";
    let table = [
        ("", "sound"),
        ("[server]\nlisten = \"0.0.0.0:8526\"", "allow_plain_http"),
        ("[server]\nlisten = \"0.0.0.0:8526\"\nallow_plain_http = true", "sound"),
        ("[server]\nlisten = \"here\"", "invalid socket address"),
        ("[server]\nlissten = \"127.0.0.1:1\"", "line 2"),
        ("[server]\ntls_key = \"k\"", "belong together"),
        ("[sever]\n", "unknown field"),
        ("[limits]\nconnections = 0", "limits.connections"),
        ("[quotas.actions]\nReleaseEverything = 3", "no such operation"),
        ("[[account]]\nid = \"12\"", "16 digits"),
        (account, "needs either secret_file or secret_env"),
        (&format!("{account}secret_env = \"BERTH_NO_SUCH_VARIABLE\""), "BERTH_NO_SUCH_VARIABLE"),
        (&format!("{account}secret_file = \"/no/such/file\""), "/no/such/file"),
        (&format!("{account}secret = \"plain\""), "unknown field"),
        ("[log]\nformat = \"xml\"", "unknown variant"),
        ("[[account]]\nid = \"1234567890123456\"\nname = \"made at first start\"", "is the name of the first account"),
        ("[[account]]\nid = \"1234567890123456\"\noperator = true", "sound"),
        ("[[account]]\nid = \"1234567890123456\"\noperator = 1", "invalid type"),
        ("[[account]]\nid = \"1234567890123456\"\nadmin = true", "unknown field"),
        ("[fleet]\nregions = [\"atlantis\"]", "atlantis"),
    ];
    for (text, expected) in table {
        let told = told(text);
        assert!(told.contains(expected), "{text:?}: {told}");
    }
}

#[test]
fn the_example_is_sound_and_its_comments_are_the_defaults() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/berth.toml");
    let config = configuration(&Options { config: Some(file.clone()), ..Options::default() }).unwrap();
    assert_eq!(config.store.data, Path::new("berth-data"));
    let setting = |line: &str| {
        let (name, value) = line.split_once(" = ")?;
        (name.bytes().all(|byte| byte == b'_' || byte.is_ascii_lowercase()) && !value.starts_with(['{', '"', '[']))
            .then_some(())
    };
    // Every commented setting that is a number or a truth value is the default: uncommented, it changes nothing.
    let text = std::fs::read_to_string(file).unwrap();
    let skipped = ["threads", "disabled", "operator", "remove_absent", "vcpus", "memory_gib", "gpus"];
    let uncommented: String = text
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(rest) if setting(rest).is_some() && !skipped.iter().any(|name| rest.starts_with(name)) => rest,
            _ => line,
        })
        .map(|line| format!("{line}\n"))
        .collect();
    let explicit: Config = toml::from_str(&uncommented).unwrap();
    assert_ne!(text, uncommented);
    assert_eq!(format!("{explicit:?}"), format!("{config:?}"));
}

#[test]
fn what_the_configuration_calls_a_region_can_be_kept() {
    let long = "r".repeat(64);
    let longer = "r".repeat(65);
    let names = ["a", "cn-x", "x_1", "1", &long, &longer, "directory", "lock", "My.Region", "a.b", "-a", "", "..", "ü"];
    let folder = tempfile::tempdir().unwrap();
    let data = common::open(folder.path());
    let mut taken = Vec::new();
    for name in names {
        let text = format!("[[fleet.region]]\nname = {name:?}\nzones = [{{ name = \"z\" }}]");
        if told(&text) == "sound" {
            data.open(name).unwrap_or_else(|error| panic!("{name}: {error}"));
            taken.push(name);
        }
    }
    assert_eq!(taken, ["a", "cn-x", "x_1", "1", &long]);
}

/// Memory in which no region's store can be opened.
struct NoRegions(InMemory);

impl Data for NoRegions {
    fn open(&self, name: &str) -> Result<Arc<dyn Store>, Failure> {
        if name == DIRECTORY { self.0.open(name) } else { Err(Failure::Caller("no".into())) }
    }
}

#[test]
fn a_region_that_cannot_be_kept_does_not_come_into_the_directory() {
    let clock: Arc<dyn Clock> = Arc::new(Hand::at(Moment(common::NOW)));
    let folder = tempfile::tempdir().unwrap();
    let config = common::config(folder.path(), "");
    let data = InMemory::default();
    assert!(Server::start(&config, &NoRegions(data.clone()), clock).is_err());
    let kept = Kept::load(data.open(DIRECTORY).unwrap()).unwrap();
    assert!(kept.directory().regions.is_empty(), "{:?}", kept.directory().regions);
}

#[test]
fn an_error_is_told_once_and_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("berth.toml");
    let told = || {
        let options = Options { config: Some(file.clone()), ..Options::default() };
        format!("{:#}", anyhow::Error::from(server::serve::run(&options).unwrap_err()))
    };
    let missing = told();
    assert_eq!(missing.matches("there is no file").count(), 1, "{missing}");
    assert!(missing.contains("copy of examples/berth.toml"), "{missing}");
    std::fs::write(&file, "[server]\nport = 3\n").unwrap();
    let wrong = told();
    assert_eq!(wrong.matches("unknown field `port`, expected one of `listen`").count(), 1, "{wrong}");
    assert!(wrong.ends_with("explains every setting"), "{wrong}");
    std::fs::write(&file, format!("[store]\ndata = {file:?}\n")).unwrap();
    let store = told();
    assert!(store.starts_with("the store: ") && store.matches("exists").count() == 1, "{store}");
}

/// The commented tables of the example's fleet, brought to life.
#[test]
fn what_the_example_comments_on_the_fleet_is_sound() {
    let text =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/berth.toml")).unwrap();
    let mut alive = text.clone();
    let mut tables = 0;
    for paragraph in text.split("\n\n") {
        let table = paragraph.lines().skip_while(|line| !line.starts_with("# [[fleet."));
        for line in table.filter(|line| line.starts_with("# [[") || line.contains(" = ")) {
            tables += usize::from(line.starts_with("# [["));
            alive += &format!("{}\n", line.trim_start_matches(['#', ' ']));
        }
    }
    assert!(tables >= 4, "{tables}");
    assert_eq!(told(&alive), "sound");
}

/// Asks for a name that no table has; the error lists those that it has.
#[test]
fn everything_that_can_be_set_stands_in_the_example_and_in_the_manual() {
    let read = |file: &str| std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
    let (example, manual) = (read("../../examples/berth.toml"), read("../../docs/manual/operating.md"));
    let tables = [
        "",
        "[server]",
        "[limits]",
        "[store]",
        "[quotas]",
        "[access]",
        "[log]",
        "[console]",
        "[[account]]",
        "[[account.key]]",
        "[[account]]\nid = \"1\"\n[[account.key]]\nid = \"k\"\n[account.key.session]",
        "[fleet]",
        "[[fleet.region]]",
        "[[fleet.class]]",
        "[[fleet.type]]",
        "[[fleet.hosts]]",
        "[[fleet.region]]\n[[fleet.region.zones]]",
    ];
    let mut seen = 0;
    for table in tables {
        let error = toml::from_str::<Config>(&format!("{table}\nno_such_name = 1")).unwrap_err();
        let known = error.message().split_once("expected ").unwrap().1;
        for name in known.split('`').skip(1).step_by(2) {
            seen += 1;
            assert!(example.contains(name), "{table} {name} is not in the example");
            assert!(manual.contains(name), "{table} {name} is not in the manual");
        }
    }
    assert!(seen > 70, "{seen}");
}

#[test]
fn a_first_key_that_could_not_be_shown_was_not_made() {
    let clock: Arc<dyn Clock> = Arc::new(Hand::at(Moment(common::NOW)));
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let data = InMemory::default();
    let mut config = Config::default();
    config.server.listen = taken.local_addr().unwrap();
    assert!(Server::start(&config, &data, Arc::clone(&clock)).is_err());
    config.server.listen.set_port(0);
    let server = Server::start(&config, &data, clock).unwrap();
    assert!(server.first_key.is_some());
    server.stop();
}

#[test]
fn a_start_that_fails_lets_go_of_its_folder() {
    let clock: Arc<dyn Clock> = Arc::new(Hand::at(Moment(common::NOW)));
    let folder = tempfile::tempdir().unwrap();
    let mut config = common::config(folder.path(), "");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    config.server.listen = taken.local_addr().unwrap();
    assert!(Server::start(&config, &common::open(folder.path()), clock).is_err());
    // Taken again: no thread of the first start holds it.
    common::open(folder.path());
}

#[test]
fn dev_refuses_to_be_reached_from_elsewhere() {
    for (listen, refused) in [("0.0.0.0:0", true), ("192.168.1.1:0", true), ("127.0.0.1:0", false), ("[::1]:0", false)]
    {
        assert_eq!(dev::configuration(listen.parse().unwrap()).is_err(), refused, "{listen}");
    }
}

#[test]
fn the_first_account_is_made_once_and_can_be_closed() {
    let data = InMemory::default();
    let clock: Arc<dyn Clock> = Arc::new(Hand::at(Moment(common::NOW)));
    let mut config = Config::default();
    config.server.listen.set_port(0);
    let start = |config: &Config| Server::start(config, &data, Arc::clone(&clock)).unwrap();
    let first = start(&config);
    let key = first.first_key.clone().unwrap();
    assert!(key.is_enabled() && key.secret.reveal().len() == 30 && key.account.as_str().len() == 16);
    assert!(first.service().directory.now().accounts[&key.account].operator);
    first.stop();
    // As earlier versions made it.
    let mut kept = Kept::load(data.open(DIRECTORY).unwrap()).unwrap();
    let account = Account { operator: false, ..kept.directory().accounts[&key.account].clone() };
    kept.put(vec![Entry::AccountPut(account)], &*clock).unwrap();
    let second = start(&config);
    assert!(second.service().directory.now().accounts[&key.account].operator);
    assert!(second.first_key.is_none() && second.service().directory.now().keys[&key.id] == key);
    second.stop();
    config.access.first_key = false;
    let third = start(&config);
    assert!(!third.service().directory.now().keys[&key.id].is_enabled());
    third.stop();
}

#[test]
fn a_key_that_is_taken_out_of_the_configuration_is_disabled() {
    let mut site = Site::durable("");
    assert!(site.server.as_ref().unwrap().service().directory.now().keys[ALICE.0].is_enabled());
    site.config.account.remove(0);
    site.restart();
    let answer = site.ask("DescribeCapacityReservations", &[("RegionId", REGION)]).send();
    assert_eq!(answer.code(), "InvalidAccessKeyId.Inactive");
    site.stop();
}

fn run(program: &str, arguments: &[&str]) -> Output {
    let output = Command::new(program).args(arguments).output();
    output.unwrap_or_else(|error| panic!("{program} is needed for this test: {error}"))
}

#[test]
fn the_snippets_work_as_they_stand() {
    for tls in [false, true] {
        snippets_work(tls);
    }
}

fn snippets_work(tls: bool) {
    let folder = tempfile::Builder::new().prefix("a path with 'blanks' \"").tempdir().unwrap();
    let mut options = dev::Options::at("127.0.0.1:0".parse().unwrap());
    options.tls = tls.then(|| folder.path().join("trusted.pem"));
    let Started { server, certificate, .. } = dev::start(&options, Arc::new(Wall)).unwrap();
    let endpoint = server.endpoint();
    assert!(endpoint.starts_with(if tls { "https://" } else { "http://" }));
    let certificate = certificate.map(|path| path.display().to_string());
    let certificate = certificate.as_deref();
    let place =
        Some(Place { region: REGION.into(), zone: "cn-hangzhou-h".into(), instance_type: "ecs.g6.large".into() });
    let snippets = Snippets { endpoint: &endpoint, key_id: dev::KEY, secret: dev::SECRET, place, certificate };
    let (shell, python) = (snippets.curl().unwrap(), snippets.python().unwrap());
    for (program, text) in [("sh", shell), ("python3", python)] {
        let output = run(program, &["-c", &text]);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let lines: Vec<&str> = said.lines().collect();
        assert!(output.status.success() && lines.len() == 2, "{program}: {output:?}");
        assert!(lines[0].contains("crp-") && lines[1].contains("RequestId"), "{program}: {said}");
        assert!(!said.contains("Code"), "{program}: {said}");
    }
    let released =
        server.service().regions[REGION].look(|ledger| ledger.released_before(Moment(u64::MAX)).count()).unwrap();
    assert_eq!(released, 2);
    server.stop();
}

#[test]
fn with_a_certificate_it_speaks_https() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (certificate, key) = (path("certificate.pem"), path("key.pem"));
    let made = run(
        "openssl",
        &[
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
            "-addext",
            "subjectAltName=IP:127.0.0.1",
            "-keyout",
            &key,
            "-out",
            &certificate,
        ],
    );
    assert!(made.status.success(), "{made:?}");
    let more = format!("[server]\ntls_certificate = {certificate:?}\ntls_key = {key:?}");
    let site = Site::with(&more, &InMemory::default());
    let url = format!("https://{}/healthz", site.address);
    let said = run("curl", &["-sS", "--noproxy", "*", "--cacert", &certificate, &url]);
    assert_eq!(String::from_utf8_lossy(&said.stdout), "ok\n", "{said:?}");
}
