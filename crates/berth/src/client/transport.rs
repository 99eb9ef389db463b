//! One HTTP/1.1 connection that is opened when it is needed and again when it was closed. Knows no signature.

use super::endpoint::Endpoint;
use super::tls;
use anyhow::{Context, Result, anyhow};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use rpc::signature::client::Signed;
use rustls::pki_types::ServerName;
use std::path::Path;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// The largest answer that is read, in bytes.
const ANSWER_BYTES_MAX: usize = 64 << 20;

/// A request that can be sent.
pub type Request = hyper::Request<Full<Bytes>>;

/// A signed call as a request.
///
/// # Errors
/// When a part of it cannot stand in a header.
pub fn request(signed: Signed) -> Result<Request> {
    let mut request = hyper::Request::builder().method("POST").uri(&signed.target);
    for (name, value) in &signed.headers {
        request = request.header(*name, value);
    }
    request.body(Full::new(Bytes::from(signed.body))).context("the action, the version or the key has odd letters")
}

/// The connection.
pub struct Transport {
    tls: Option<TlsConnector>,
    open: Option<SendRequest<Full<Bytes>>>,
}

impl Transport {
    /// Nothing is connected yet.
    ///
    /// # Errors
    /// When there is nobody to trust.
    pub fn new(endpoint: &Endpoint, ca: Option<&Path>) -> Result<Self> {
        let tls = if endpoint.secure { Some(tls::connector(ca)?) } else { None };
        Ok(Self { tls, open: None })
    }

    /// Sends a request and gives status and body of the answer. Should the future be dropped, so is the connection: what
    /// comes on it belongs to nobody any more.
    ///
    /// # Errors
    /// When there is no connection, or no whole answer. What was asked for may have been done.
    pub async fn send(&mut self, endpoint: &Endpoint, request: Request) -> Result<(u16, String)> {
        let mut connection = match self.open.take() {
            Some(open) if !open.is_closed() => open,
            _ => self.connect(endpoint).await?,
        };
        // The server may have closed it since the last answer; nothing of this request was sent then.
        if connection.ready().await.is_err() {
            connection = self.connect(endpoint).await?;
        }
        let answer = connection.send_request(request).await.context("the connection broke")?;
        let status = answer.status().as_u16();
        let body = Limited::new(answer.into_body(), ANSWER_BYTES_MAX).collect().await;
        let body = body.map_err(|error| anyhow!("the answer broke off: {error}"))?.to_bytes();
        self.open = Some(connection);
        Ok((status, String::from_utf8_lossy(&body).into_owned()))
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
