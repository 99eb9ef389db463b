//! Requests that are bad as HTTP: two lengths, too much of everything, no HTTP at all. Whatever comes back, nothing
//! has been done, nobody else is disturbed, and the server runs on.

use anyhow::{Context, Result, ensure};
use rig::config::REGION;
use rig::http::{Connection, Response, request};
use rig::{Answer, Scene};

/// What must come back.
#[derive(Clone, Copy, Debug)]
pub enum Expected {
    /// This status and code, as any fault.
    Fault(u16, &'static str),
    /// A refusal of some kind, or the connection closed without an answer. HTTP has no fault of the API for it.
    Refused,
    /// A good answer.
    Good,
}

/// One case.
pub struct Case {
    /// What is sent.
    pub name: &'static str,
    bytes: fn(&Scene) -> Vec<u8>,
    expected: Expected,
}

const fn case(name: &'static str, bytes: fn(&Scene) -> Vec<u8>, expected: Expected) -> Case {
    Case { name, bytes, expected }
}

use Expected::{Fault, Good, Refused};

/// All of them.
pub const CASES: [Case; 23] = [
    case("a good request", |it| release(it, |_| ()), Fault(400, "DryRunOperation")),
    // No stock client sends chunks, and without them no two readers can disagree on where a request ends.
    case("a chunked form", chunked, Fault(400, "InvalidParameter")),
    case("Content-Length and Transfer-Encoding", |it| two_framings(it, "chunked"), Refused),
    case("Content-Length and an unknown encoding", |it| two_framings(it, "xchunked"), Refused),
    case("two different Content-Lengths", |it| with_headers(it, "content-length: 3\r\n"), Refused),
    case("a Content-Length that is no number", |it| framed(it, "content-length: 0x10"), Refused),
    case("a negative Content-Length", |it| framed(it, "content-length: -1"), Refused),
    case("a body over the limit, announced", |it| framed(it, "content-length: 1073741824"), Refused),
    case("a body over the limit, sent", large_body, Refused),
    case("a body over the limit, chunked", large_chunks, Refused),
    case("a chunk of no size", |it| chunk_line(it, "zz"), Refused),
    case("a chunk of 2^64", |it| chunk_line(it, "ffffffffffffffff1"), Refused),
    case("a thousand headers", |it| with_headers(it, &"x-more: 1\r\n".repeat(1000)), Refused),
    case("a header of 200000", |it| with_headers(it, &format!("x-more: {}\r\n", "x".repeat(200_000))), Refused),
    case("a query of 200000", long_query, Refused),
    case("two thousand parameters", many_parameters, Fault(400, "InvalidParameter")),
    case("a parameter of 70000", long_parameter, Fault(400, "InvalidParameter")),
    case("a body of another kind", other_kind, Fault(400, "InvalidParameter")),
    case("another method", |it| plain(it, "DELETE / HTTP/1.1"), Fault(403, "UnsupportedHTTPMethod")),
    case("another path", |it| plain(it, "POST /admin HTTP/1.1"), Fault(404, "InvalidAction.NotFound")),
    case("no HTTP at all", |_| b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 hello\r\n\r\n".to_vec(), Refused),
    case("a blank line and rubbish", |_| b"\r\n\r\n\x00\xff\x00 / ?\r\n\r\n".to_vec(), Refused),
    case("two requests at once", two_at_once, Good),
];

/// Runs one.
///
/// # Errors
/// Another outcome than expected, or an effect.
pub fn run(scene: &mut Scene, case: &Case) -> Result<()> {
    let before = scene.look()?;
    let bytes = (case.bytes)(scene);
    let mut connection = Connection::open(scene.server.address())?;
    // The server may well close before it has read it all.
    let sent = connection.send(&bytes);
    let answer = connection.receive();
    match (case.expected, sent.and(answer)) {
        (Refused, Ok(Some(response))) => {
            ensure!((400..=599).contains(&response.status), "it was answered with {}", response.status);
            ensure!(response.status != 500, "an internal error: {}", text(&response));
        }
        (Refused, Ok(None) | Err(_)) => {}
        (Fault(status, code), Ok(Some(response))) => {
            let body = text(&response);
            // Without a Format, V1 is answered in XML.
            let code_told = body.contains(&format!("<Code>{code}</Code>"))
                || Answer::read(&response).is_ok_and(|answer| answer.code() == code);
            ensure!(response.status == status && code_told, "expected {status} {code}, got {} {body}", response.status);
        }
        (Good, Ok(Some(response))) => {
            Answer::read(&response)?.good()?;
            let second = connection.receive()?.context("only one answer")?;
            Answer::read(&second)?.good()?;
        }
        (expected, Ok(None)) => anyhow::bail!("closed without an answer, expected {expected:?}"),
        (_, Err(error)) => return Err(error),
    }
    ensure!(before == scene.look()?, "it had an effect");
    scene.healthy()
}

fn text(response: &Response) -> String {
    String::from_utf8_lossy(&response.body).into_owned()
}

/// A dry run of a release, V3 with a form, its headers changed.
fn release(scene: &Scene, change: fn(&mut Vec<(&'static str, String)>)) -> Vec<u8> {
    let (mut headers, body) = parts(scene, "true");
    change(&mut headers);
    request("POST", "/", &headers, &body)
}

fn parts(scene: &Scene, dry_run: &str) -> (Vec<(&'static str, String)>, Vec<u8>) {
    let id = &scene.values["mine"];
    let params = [("RegionId", REGION), ("PrivatePoolOptions.Id", id), ("DryRun", dry_run)];
    let mut client = rig::Client::new(scene.server.address(), &scene.key);
    client.scheme = rig::call::Scheme::V3Form;
    let signed = client.sign("ReleaseCapacityReservation", &params);
    (signed.headers, signed.body.into_bytes())
}

/// A real release with these lines among its headers, and its own `Content-Length`.
fn with_headers(scene: &Scene, lines: &str) -> Vec<u8> {
    let (headers, body) = parts(scene, "false");
    let mut bytes = head(&headers, &format!("{lines}content-length: {}", body.len()));
    bytes.extend(body);
    bytes
}

/// A real release framed by this line alone.
fn framed(scene: &Scene, line: &str) -> Vec<u8> {
    let (headers, body) = parts(scene, "false");
    let mut bytes = head(&headers, line);
    bytes.extend(body);
    bytes
}

fn two_framings(scene: &Scene, encoding: &str) -> Vec<u8> {
    let (headers, body) = parts(scene, "false");
    let mut bytes = head(&headers, &format!("content-length: {}\r\ntransfer-encoding: {encoding}", body.len()));
    bytes.extend(format!("{:x}\r\n", body.len()).into_bytes());
    bytes.extend(body);
    bytes.extend(b"\r\n0\r\n\r\n");
    bytes
}

fn chunked(scene: &Scene) -> Vec<u8> {
    let (headers, body) = parts(scene, "true");
    let mut bytes = head(&headers, "transfer-encoding: chunked");
    for piece in body.chunks(7) {
        bytes.extend(format!("{:x}\r\n", piece.len()).into_bytes());
        bytes.extend(piece);
        bytes.extend(b"\r\n");
    }
    bytes.extend(b"0\r\n\r\n");
    bytes
}

fn chunk_line(scene: &Scene, size: &str) -> Vec<u8> {
    let (headers, body) = parts(scene, "false");
    let mut bytes = head(&headers, "transfer-encoding: chunked");
    bytes.extend(format!("{size}\r\n").into_bytes());
    bytes.extend(body);
    bytes.extend(b"\r\n0\r\n\r\n");
    bytes
}

fn large_body(scene: &Scene) -> Vec<u8> {
    let (headers, mut body) = parts(scene, "false");
    body.extend(b"&Description=");
    body.resize(2 << 20, b'x');
    request("POST", "/", &headers, &body)
}

fn large_chunks(scene: &Scene) -> Vec<u8> {
    let (headers, body) = parts(scene, "false");
    let mut bytes = head(&headers, "transfer-encoding: chunked");
    bytes.extend(format!("{:x}\r\n", body.len()).into_bytes());
    bytes.extend(body);
    for _ in 0..512 {
        bytes.extend(b"\r\n1000\r\n");
        bytes.extend(vec![b'x'; 0x1000]);
    }
    bytes.extend(b"\r\n0\r\n\r\n");
    bytes
}

fn long_query(scene: &Scene) -> Vec<u8> {
    let (headers, body) = parts(scene, "false");
    request("POST", &format!("/?Description={}", "x".repeat(200_000)), &headers, &body)
}

fn many_parameters(scene: &Scene) -> Vec<u8> {
    let (headers, mut body) = parts(scene, "false");
    for at in 0..2000 {
        body.extend(format!("&More.{}=1", at + 1).into_bytes());
    }
    request("POST", "/", &headers, &body)
}

fn long_parameter(scene: &Scene) -> Vec<u8> {
    let (headers, mut body) = parts(scene, "false");
    body.extend(format!("&Description={}", "x".repeat(70_000)).into_bytes());
    request("POST", "/", &headers, &body)
}

fn other_kind(scene: &Scene) -> Vec<u8> {
    let (mut headers, _) = parts(scene, "false");
    headers.retain(|(name, _)| *name != "content-type");
    headers.push(("content-type", "application/json".to_owned()));
    request("POST", "/", &headers, br#"{"RegionId":"cn-hangzhou"}"#)
}

fn plain(scene: &Scene, line: &str) -> Vec<u8> {
    let (headers, _) = parts(scene, "false");
    let mut bytes = format!("{line}\r\n").into_bytes();
    bytes.extend(&head(&headers, "content-length: 0")[b"POST / HTTP/1.1\r\n".len()..]);
    bytes
}

fn two_at_once(scene: &Scene) -> Vec<u8> {
    [scene.good_request(), scene.good_request()].concat()
}

fn head(headers: &[(&'static str, String)], framing: &str) -> Vec<u8> {
    let mut text = "POST / HTTP/1.1\r\n".to_owned();
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str(framing);
    text.push_str("\r\n\r\n");
    text.into_bytes()
}
