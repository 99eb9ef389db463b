//! `berth call` to a server with a certificate: trusted if it is named, and not otherwise; and served though others
//! hang in their handshakes.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod common;

use common::{Said, binary, command, finish};
use rig::server::{free_port, spawn};
use std::io::Write;
use std::net::TcpStream;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

/// Killed when dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

#[test]
fn a_certificate_is_trusted_if_it_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (certificate, key) = (path("certificate.pem"), path("key.pem"));
    let mut openssl = Command::new("openssl");
    openssl.args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]);
    // One that may certify others is not taken for a server's own, even where it is trusted.
    openssl.args(["-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE"]);
    openssl.args(["-keyout", &key, "-out", &certificate]);
    assert!(openssl.output().unwrap().status.success());
    std::fs::write(path("secret"), "s3cret").unwrap();
    let address = format!("127.0.0.1:{}", free_port().unwrap());
    let config = format!(
        "[server]\nlisten = {address:?}\ntls_certificate = {certificate:?}\ntls_key = {key:?}\n\
         [limits]\nconnections = 4\n[store]\ndata = {:?}\n[fleet]\nregions = [\"cn-hangzhou\"]\n\
         [[account]]\nid = \"1000000000000001\"\nkey = [{{ id = \"k\", secret_file = {:?} }}]\n",
        path("data"),
        path("secret"),
    );
    std::fs::write(path("berth.toml"), config).unwrap();
    let arguments = ["serve", "--config", &path("berth.toml")];
    let mut server = Running(spawn(binary(), &arguments, &folder.path().join("log")).unwrap());
    let endpoint = format!("https://{address}");
    let ask = |more: &[&str]| -> Said {
        let asked =
            ["call", "DescribeRegions", "--key-id", "k", "--secret-file", &path("secret"), "--endpoint", &endpoint];
        finish(command(&[&asked, more].concat()), "")
    };
    let trusting = ["--ca", certificate.as_str()];
    let begun = Instant::now();
    while ask(&trusting).err.contains("cannot connect") && begun.elapsed() < Duration::from_secs(60) {
        assert!(server.0.try_wait().unwrap().is_none(), "{:?}", std::fs::read_to_string(path("log")));
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(ask(&trusting).good().json()["Regions"]["Region"][0]["RegionId"], "cn-hangzhou");
    // More of those that hang in a handshake than there are places.
    let hanging: Vec<_> = (0..12)
        .map(|at| {
            let mut stream = TcpStream::connect(&address).unwrap();
            stream.write_all(&b"\x16\x03\x01\x02"[..at % 5]).unwrap();
            stream
        })
        .collect();
    assert_eq!(ask(&trusting).good().json()["Regions"]["Region"][0]["RegionId"], "cn-hangzhou");
    drop(hanging);
    // Another certificate than the server's, and no certificate at all.
    let other = path("other.pem");
    let mut openssl = Command::new("openssl");
    openssl.args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=other"]);
    assert!(openssl.args(["-keyout", &path("other.key"), "-out", &other]).output().unwrap().status.success());
    ask(&["--ca", &other]).ended(2, "TLS");
    ask(&["--ca", &path("secret")]).ended(64, "no certificate");
    ask(&["--ca", &path("missing")]).ended(64, "missing");
}
