//! HTTP/1.1 as bytes over a socket: what is sent is exactly what the test wrote, good or bad.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

/// How long a test waits for bytes before it calls the server stuck.
const PATIENCE: Duration = Duration::from_secs(60);
/// No answer of Berth is longer.
const ANSWER_BYTES_MAX: usize = 64 << 20;

/// An answer as it came.
#[derive(Clone, Debug)]
pub struct Response {
    /// The status line's number.
    pub status: u16,
    /// Names in small letters, values trimmed.
    pub headers: Vec<(String, String)>,
    /// The whole body.
    pub body: Vec<u8>,
}

impl Response {
    /// The first value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }
}

/// One connection.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    /// Bytes read and not yet taken.
    rest: Vec<u8>,
}

impl Connection {
    /// Connects to `host:port`.
    ///
    /// # Errors
    /// When nobody listens.
    pub fn open(address: &str) -> Result<Self> {
        Self::over(TcpStream::connect(address).with_context(|| format!("connecting to {address}"))?)
    }

    /// Over a stream that is connected already.
    ///
    /// # Errors
    /// When it is broken.
    pub fn over(stream: TcpStream) -> Result<Self> {
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(Self { stream, rest: Vec::new() })
    }

    /// Sends bytes as they stand.
    ///
    /// # Errors
    /// When the connection is gone.
    pub fn send(&mut self, bytes: &[u8]) -> Result<()> {
        self.stream.write_all(bytes)?;
        Ok(self.stream.flush()?)
    }

    /// Reads one answer. `Ok(None)` when the server closed without one.
    ///
    /// # Errors
    /// When it breaks off in the middle, or is no HTTP.
    pub fn receive(&mut self) -> Result<Option<Response>> {
        let head_end = loop {
            if let Some(at) = find(&self.rest, b"\r\n\r\n") {
                break at;
            }
            if !self.more()? {
                ensure!(self.rest.is_empty(), "the answer breaks off in its head");
                return Ok(None);
            }
        };
        let head: Vec<u8> = self.rest.drain(..head_end + 4).collect();
        let (status, headers) = parse_head(&head)?;
        let mut response = Response { status, headers, body: Vec::new() };
        response.body = match response.header("content-length") {
            Some(length) => self.exactly(length.parse()?)?,
            None if response.header("transfer-encoding").is_some() => self.chunks()?,
            None => bail!("an answer without a length"),
        };
        Ok(Some(response))
    }

    /// Waits until the server closes the connection, throwing away what it says.
    ///
    /// # Errors
    /// When it still has not after the patience of a test.
    pub fn wait_for_close(&mut self) -> Result<()> {
        while self.more()? {
            self.rest.clear();
        }
        Ok(())
    }

    fn exactly(&mut self, length: usize) -> Result<Vec<u8>> {
        ensure!(length <= ANSWER_BYTES_MAX, "an answer of {length} bytes");
        while self.rest.len() < length {
            ensure!(self.more()?, "the answer breaks off in its body");
        }
        Ok(self.rest.drain(..length).collect())
    }

    fn chunks(&mut self) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let line = self.line()?;
            let length = usize::from_str_radix(line.trim(), 16).with_context(|| line.clone())?;
            let chunk = self.exactly(length)?;
            ensure!(self.exactly(2)? == b"\r\n", "a chunk without its end");
            if chunk.is_empty() {
                return Ok(body);
            }
            body.extend(chunk);
            ensure!(body.len() <= ANSWER_BYTES_MAX, "an answer without end");
        }
    }

    fn line(&mut self) -> Result<String> {
        loop {
            if let Some(at) = find(&self.rest, b"\r\n") {
                let line: Vec<u8> = self.rest.drain(..at + 2).collect();
                return Ok(String::from_utf8(line)?);
            }
            ensure!(self.more()?, "the answer breaks off in a line");
        }
    }

    /// Reads what there is; false when the server has closed.
    fn more(&mut self) -> Result<bool> {
        let mut buffer = [0; 16 * 1024];
        loop {
            return match self.stream.read(&mut buffer) {
                Ok(0) => Ok(false),
                Ok(read) => {
                    self.rest.extend_from_slice(&buffer[..read]);
                    Ok(true)
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) if error.kind() == ErrorKind::ConnectionReset => Ok(false),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    bail!("nothing from the server within {} s", PATIENCE.as_secs())
                }
                Err(error) => Err(error.into()),
            };
        }
    }
}

/// One request on a connection of its own.
///
/// # Errors
/// As [`Connection::receive`]; also when the server closes without an answer.
pub fn once(address: &str, bytes: &[u8]) -> Result<Response> {
    let mut connection = Connection::open(address)?;
    connection.send(bytes)?;
    connection.receive()?.context("the server closed without an answer")
}

/// A request with these headers in this order, and a `Content-Length` for its body.
#[must_use]
pub fn request(method: &str, target: &str, headers: &[(&str, String)], body: &[u8]) -> Vec<u8> {
    let mut out = format!("{method} {target} HTTP/1.1\r\n").into_bytes();
    for (name, value) in headers {
        out.extend_from_slice(format!("{name}: {value}\r\n").as_bytes());
    }
    out.extend_from_slice(format!("content-length: {}\r\n\r\n", body.len()).as_bytes());
    out.extend_from_slice(body);
    out
}

fn parse_head(head: &[u8]) -> Result<(u16, Vec<(String, String)>)> {
    let text = str::from_utf8(head)?;
    let mut lines = text.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).context("no status line")?;
    let headers = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()));
    Ok((status.parse()?, headers.collect()))
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|part| part == wanted)
}
