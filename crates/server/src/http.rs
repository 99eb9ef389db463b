//! Connections: accepted up to a limit, watched, and ended without losing an answer. Turns HTTP into what the service
//! reads and its answers into HTTP. Knows no operation.

use crate::console::{self, Console};
use crate::lanes::Lanes;
use crate::limits::{BODY_BYTES_MAX, BUFFER_BYTES_MAX, HEAD_BYTES_MAX, HOST_CHARS_MAX, STOP_WITHIN, WATCH_EVERY};
use crate::log::{self, LogRequests};
use crate::places::{Place, Places};
use crate::progress::{Patience, Phase, Progress, Watched};
use crate::service::{Answer, Service};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Bytes, Incoming as HttpBody};
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderValue, TRANSFER_ENCODING};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{HeaderMap, Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use rpc::Incoming;
use rpc::fault::{Fault, common};
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

/// How connections are served.
#[derive(Clone)]
pub struct Settings {
    /// How many may be open at once.
    pub connections_max: usize,
    /// How long each phase of one may take.
    pub patience: Patience,
    /// Whether `/metrics` answers other machines too.
    pub metrics_off_loopback: bool,
    /// How the console is offered; nothing: it is not.
    pub console: Option<Console>,
    /// Which requests are logged.
    pub log_requests: LogRequests,
    /// With what connections are encrypted; nothing: they are not.
    pub tls: Option<TlsAcceptor>,
}

/// Said to a connection above the limit.
const TOO_MANY: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

struct Server {
    service: Arc<Service>,
    settings: Settings,
    stop: watch::Receiver<bool>,
}

/// One connection.
struct Peer {
    server: Arc<Server>,
    progress: Arc<Progress>,
    address: IpAddr,
    source: Box<str>,
}

/// Serves until `stop` says otherwise, and then until the connections that are busy are done.
pub async fn serve(
    listener: TcpListener,
    lanes: Lanes,
    service: Arc<Service>,
    settings: Settings,
    stop: watch::Receiver<bool>,
) {
    let places = Places::new(settings.connections_max);
    let mut stopped = stop.clone();
    let (done, mut all_done) = tokio::sync::mpsc::channel::<Infallible>(1);
    let server = Arc::new(Server { service, settings, stop });
    let mut watch = tokio::time::interval(WATCH_EVERY);
    loop {
        let accepted = tokio::select! {
            _ = stopped.wait_for(|stop| *stop) => break,
            _ = watch.tick() => {
                places.hurry(&server.settings.patience);
                continue;
            }
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, address)) => {
                let (place, displaced) = places.take(address.ip());
                server.service.metrics.displaced(displaced);
                let Some(place) = place else {
                    server.service.metrics.refused();
                    // It is told if it can be told without waiting.
                    stream.try_write(TOO_MANY).ok();
                    continue;
                };
                let (server, done) = (Arc::clone(&server), done.clone());
                // It is served on another thread than it was accepted on, so it leaves this one's watch.
                let (Ok(stream), Some(dealt)) = (stream.into_std(), lanes.deal()) else { continue };
                dealt.handle().spawn(async move {
                    if let Ok(stream) = TcpStream::from_std(stream) {
                        connection(server, stream, address, place).await;
                    }
                    drop((dealt, done));
                });
            }
            Err(error) => {
                // Out of descriptors, most likely: those that only hold them have to let go.
                let displaced = places.make_room();
                server.service.metrics.displaced(displaced);
                tracing::warn!(%error, displaced, "a connection could not be accepted");
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
        }
    }
    drop((listener, done));
    places.end();
    let mut late = std::pin::pin!(tokio::time::sleep(STOP_WITHIN));
    loop {
        tokio::select! {
            _ = all_done.recv() => return,
            _ = watch.tick() => places.hurry(&server.settings.patience),
            () = late.as_mut() => return tracing::warn!("connections were still busy and are cut off"),
        }
    }
}

async fn connection(server: Arc<Server>, stream: TcpStream, address: SocketAddr, place: Place) {
    server.service.metrics.connected();
    stream.set_nodelay(true).ok();
    match &server.settings.tls {
        None => converse(&server, stream, address, &place).await,
        Some(tls) => {
            let secured = tokio::time::timeout(server.settings.patience.head, tls.accept(stream));
            tokio::select! {
                secured = secured => match secured {
                    Ok(Ok(stream)) => converse(&server, stream, address, &place).await,
                    Ok(Err(error)) => tracing::debug!(%address, ?error, "TLS failed"),
                    Err(_) => tracing::debug!(%address, "TLS took too long"),
                },
                () = place.leave.notified() => tracing::debug!(%address, "a connection made room in its handshake"),
            }
        }
    }
    server.service.metrics.disconnected();
    drop(place);
}

async fn converse<S>(server: &Arc<Server>, stream: S, address: SocketAddr, place: &Place)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let progress = Arc::clone(&place.progress);
    let address = address.ip().to_canonical();
    let source = address.to_string().into();
    let peer = Arc::new(Peer { server: Arc::clone(server), progress: Arc::clone(&progress), address, source });
    let stream = TokioIo::new(Watched::new(stream, Arc::clone(&progress)));
    let answering = service_fn(move |request| {
        let peer = Arc::clone(&peer);
        async move { answer(&peer, request).await }
    });
    let connection = http1::Builder::new()
        // `serve` looks after headers, bodies and idling alike, without a timer a request.
        .header_read_timeout(None)
        // Heads and bodies are short: to copy them into one piece costs less than to send two.
        .writev(false)
        .max_buf_size(BUFFER_BYTES_MAX)
        .max_header_size(HEAD_BYTES_MAX)
        .serve_connection(stream, answering);
    let mut connection = std::pin::pin!(connection);
    loop {
        tokio::select! {
            biased;
            ended = connection.as_mut() => {
                if let Err(error) = ended {
                    tracing::debug!(%address, ?error, "a connection ended");
                }
                return;
            }
            () = place.leave.notified() => {
                if progress.is_overdue(&server.settings.patience) {
                    tracing::debug!(%address, "a connection took too long");
                    return;
                }
                if progress.waiting_for_peer_ms().is_some() && !*server.stop.borrow() {
                    tracing::debug!(%address, "a connection made room for another");
                    return;
                }
                // When a whole request came just before, it gets its answer, which says that it is the last.
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}

/// The connection ends without an answer, as somebody asked for.
#[derive(Debug, thiserror::Error)]
#[error("cut off by an injected fault")]
struct Cut;

async fn answer(peer: &Peer, request: Request<HttpBody>) -> Result<Response<Full<Bytes>>, Cut> {
    peer.progress.enter(Phase::Body);
    let response = match aside(peer, &request) {
        Some(response) => Ok(response),
        None => api_call(peer, request).await,
    };
    peer.progress.enter(Phase::Idle);
    response
}

async fn api_call(peer: &Peer, request: Request<HttpBody>) -> Result<Response<Full<Bytes>>, Cut> {
    let began = Instant::now();
    let service = &peer.server.service;
    let (parts, body) = request.into_parts();
    let body = body_of(&parts.headers, body).await;
    peer.progress.enter(Phase::Ours);
    let host = host(&parts.headers);
    let begun = {
        let headers: Vec<(&str, &[u8])> =
            parts.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
        let incoming = Incoming {
            method: parts.method.as_str(),
            path: parts.uri.path(),
            query: parts.uri.query(),
            headers: &headers,
            body: body.as_deref().unwrap_or_default(),
        };
        match &body {
            Ok(_) => service.begin(incoming, &peer.source),
            Err(fault) => service.refused(incoming, fault.clone()),
        }
    };
    if begun.is_admitted() {
        peer.progress.trust();
    }
    let page = || peer.server.settings.console.as_ref().and_then(|console| console.errors(host));
    let answer = begun.finish(host, page).await;
    let took = began.elapsed();
    service.metrics.answered(answer.action, answer.status, answer.code, took);
    log::request(peer.server.settings.log_requests, &answer, &peer.source, took);
    if answer.status == 0 { Err(Cut) } else { Ok(response(answer)) }
}

/// The host a request was sent to, as it says; nothing if that is no host name.
fn host(headers: &HeaderMap) -> &str {
    let legal = |text: &&str| {
        let characters = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte);
        text.len() <= HOST_CHARS_MAX && text.bytes().all(characters)
    };
    headers.get(HOST).and_then(|value| value.to_str().ok()).filter(legal).unwrap_or_default()
}

/// The whole body. Its length has to be told beforehand: a body of unknown length, or one with two lengths, could be
/// read differently by whatever stands between us and the client. No known client of this API sends one.
async fn body_of(headers: &HeaderMap, mut body: HttpBody) -> Result<Bytes, Fault> {
    if headers.contains_key(TRANSFER_ENCODING) {
        return Err(common::INVALID_PARAMETER.because("send a Content-Length and no Transfer-Encoding"));
    }
    if headers.get_all(CONTENT_LENGTH).iter().count() > 1 {
        return Err(common::INVALID_PARAMETER.because("more than one Content-Length"));
    }
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    let length = body.size_hint().exact().and_then(|length| usize::try_from(length).ok());
    if length.is_none_or(|length| length > BODY_BYTES_MAX) {
        return Err(common::INVALID_PARAMETER.because("the request is too large"));
    }
    let mut whole: Option<Bytes> = None;
    let mut more = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| common::INVALID_PARAMETER.because("the body ended early"))?;
        let Ok(bytes) = frame.into_data() else { continue };
        match &whole {
            None => whole = Some(bytes),
            Some(first) => {
                if more.is_empty() {
                    more.extend_from_slice(first);
                }
                more.extend_from_slice(&bytes);
            }
        }
    }
    Ok(if more.is_empty() { whole.unwrap_or_default() } else { more.into() })
}

fn response(answer: Answer) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(answer.body)));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(answer.content_type));
    if let Ok(id) = HeaderValue::from_str(&answer.request_id) {
        headers.insert("x-acs-request-id", id);
    }
    if let Some(seconds) = answer.retry_after_seconds {
        headers.insert("x-acs-retry-after", HeaderValue::from(seconds));
    }
    response
}

/// What is asked by those who run the server and by browsers, not by clients of the API.
fn aside(peer: &Peer, request: &Request<HttpBody>) -> Option<Response<Full<Bytes>>> {
    let path = request.uri().path();
    if path == "/" || !matches!(*request.method(), Method::GET | Method::HEAD) {
        return None;
    }
    let service = &peer.server.service;
    match path {
        "/healthz" => Some(plain(StatusCode::OK, "ok\n".into())),
        "/readyz" if service.is_ready() => Some(plain(StatusCode::OK, "ready\n".into())),
        "/readyz" => Some(plain(StatusCode::SERVICE_UNAVAILABLE, "a region is being loaded\n".into())),
        "/metrics" if peer.address.is_loopback() || peer.server.settings.metrics_off_loopback => {
            let text = service.metrics.text(service.gate.nonces.len(), service.regions.values());
            let mut response = plain(StatusCode::OK, text);
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(OPENMETRICS));
            Some(response)
        }
        _ => peer.server.settings.console.as_ref().and_then(|_| console::answer(path, request.headers())),
    }
}

fn plain(status: StatusCode, text: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(text)));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}
