//! One HTTP/1.1 connection that is opened when it is needed and again when it was closed. Knows no signature.

use super::Answer;
use anyhow::{Context, Result, bail};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use rpc::signature::client::Signed;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// The largest answer that is read, in bytes.
const ANSWER_BYTES_MAX: usize = 64 << 20;
/// Where systems keep the certificates that they trust; the first that is there.
const SYSTEM_CERTIFICATES: [&str; 4] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// Where a server is.
#[derive(Debug)]
pub struct Endpoint {
    secure: bool,
    name: String,
    port: u16,
    /// As it is sent in the `Host` header.
    pub host: String,
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", if self.secure { "https" } else { "http" }, self.host)
    }
}

impl Endpoint {
    /// Reads `http://host:port`, with or without the port; the path must be `/`.
    pub fn read(text: &str) -> Result<Self> {
        let uri: hyper::Uri = text.parse().with_context(|| format!("{text:?} is no address"))?;
        let secure = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => bail!("{text:?} is no address: it begins with neither http:// nor https://"),
        };
        let authority = uri.authority().with_context(|| format!("{text:?} names no host"))?;
        if !matches!(uri.path(), "" | "/") || authority.as_str().contains('@') {
            bail!("{text:?} is no endpoint: http://HOST:PORT and nothing more");
        }
        let port = authority.port_u16().unwrap_or(if secure { 443 } else { 80 });
        let name = authority.host().trim_matches(['[', ']']).to_owned();
        Ok(Self { secure, name, port, host: authority.as_str().to_owned() })
    }
}

/// The connection.
pub struct Transport {
    tls: Option<TlsConnector>,
    open: Option<SendRequest<Full<Bytes>>>,
}

impl Transport {
    /// Nothing is connected yet.
    pub fn new(endpoint: &Endpoint, ca: Option<&Path>) -> Result<Self> {
        let tls = if endpoint.secure { Some(connector(ca)?) } else { None };
        Ok(Self { tls, open: None })
    }

    /// Lets the connection go: what comes on it belongs to nobody any more.
    pub fn close(&mut self) {
        self.open = None;
    }

    /// Sends a request. One that could not be sent because the server had closed the connection is sent once more.
    pub async fn send(&mut self, endpoint: &Endpoint, signed: Signed) -> Result<Answer> {
        let mut request = hyper::Request::builder().method("POST").uri(&signed.target);
        for (name, value) in &signed.headers {
            request = request.header(*name, value);
        }
        let request = request.body(Full::new(Bytes::from(signed.body))).context("the request")?;
        let mut connection = match self.open.take() {
            Some(open) if !open.is_closed() => open,
            _ => self.connect(endpoint).await?,
        };
        if connection.ready().await.is_err() {
            connection = self.connect(endpoint).await?;
        }
        let answer = connection.send_request(request).await.context("the connection broke")?;
        let status = answer.status().as_u16();
        let body = Limited::new(answer.into_body(), ANSWER_BYTES_MAX).collect().await;
        let body = body.map_err(|error| anyhow::anyhow!("the answer: {error}"))?.to_bytes();
        self.open = Some(connection);
        Ok(Answer { status, body: String::from_utf8_lossy(&body).into_owned() })
    }

    async fn connect(&self, endpoint: &Endpoint) -> Result<SendRequest<Full<Bytes>>> {
        let stream = TcpStream::connect((endpoint.name.as_str(), endpoint.port)).await.context("cannot connect")?;
        stream.set_nodelay(true).ok();
        match &self.tls {
            None => open(TokioIo::new(stream)).await,
            Some(tls) => {
                let name = ServerName::try_from(endpoint.name.clone()).context("the host's name")?;
                open(TokioIo::new(tls.connect(name, stream).await.context("TLS")?)).await
            }
        }
    }
}

async fn open<T>(io: TokioIo<T>) -> Result<SendRequest<Full<Bytes>>>
where
    TokioIo<T>: hyper::rt::Read + hyper::rt::Write + Unpin + Send + 'static,
{
    let (sender, connection) = handshake(io).await.context("HTTP")?;
    // Its end is seen by the next request.
    tokio::spawn(async move { connection.await.ok() });
    Ok(sender)
}

fn connector(ca: Option<&Path>) -> Result<TlsConnector> {
    let file = match ca {
        Some(file) => file.to_owned(),
        None => {
            let known = SYSTEM_CERTIFICATES.iter().map(PathBuf::from).find(|file| file.exists());
            known.context("this system's certificates were not found; name a file with --ca")?
        }
    };
    let mut roots = rustls::RootCertStore::empty();
    let certificates = CertificateDer::pem_file_iter(&file).with_context(|| file.display().to_string())?;
    for certificate in certificates {
        // A bundle may hold some that are not understood; those are not trusted.
        roots.add(certificate.with_context(|| file.display().to_string())?).ok();
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .context("TLS")?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

#[cfg(test)]
mod tests {
    use super::Endpoint;

    #[test]
    fn an_endpoint_is_a_scheme_a_host_and_a_port() {
        let read = |text: &str| Endpoint::read(text).map(|it| (it.to_string(), it.name, it.port)).ok();
        let full = |text: &str, name: &str, port| Some((text.to_owned(), name.to_owned(), port));
        assert_eq!(read("http://127.0.0.1:8526"), full("http://127.0.0.1:8526", "127.0.0.1", 8526));
        assert_eq!(read("https://berth.example/"), full("https://berth.example", "berth.example", 443));
        assert_eq!(read("http://[::1]:80"), full("http://[::1]:80", "::1", 80));
        for odd in ["", "127.0.0.1:8526", "ftp://h", "http://h/path", "http://user@h", "http://"] {
            assert_eq!(read(odd), None, "{odd}");
        }
    }
}
