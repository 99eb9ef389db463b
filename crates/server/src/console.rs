//! The console: the files of `console/dist` and `console/data`, which are part of the binary, as answers below
//! `/console`. Whatever is no file is a place within the console, so that its addresses can be opened and kept. Knows no operation: the console
//! is a client of the API like any other.

use flate2::Compression;
use flate2::read::GzEncoder;
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, HeaderName,
    HeaderValue, IF_NONE_MATCH, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use hyper::{HeaderMap, Response, StatusCode};
use sha2::{Digest, Sha256};
use std::io::Read;
use std::sync::LazyLock;

/// Where it is served.
const ROOT: &str = "/console";
/// Where the page of each fault is, below the address of the server.
const ERRORS: &str = "/console/errors/";

/// How the console is offered.
#[derive(Clone, Debug)]
pub struct Console {
    /// The scheme in which this server is spoken to.
    pub scheme: &'static str,
    /// Where people reach it, if that is not where the client sent its request.
    pub address: Option<Box<str>>,
}

/// One file, compressed.
struct File {
    name: &'static str,
    content_type: &'static str,
    bytes: Bytes,
    etag: HeaderValue,
}

/// A file that was compressed when it was built.
macro_rules! built {
    ($name:literal, $content_type:literal) => {
        File::new(
            $name,
            $content_type,
            include_bytes!(concat!("../../../console/dist/", $name, ".gz")).as_slice().into(),
        )
    };
}

/// A file of `cargo xtask docs`. It is compressed here, so that who changes the contract needs no Node.
macro_rules! data {
    ($name:literal) => {
        File::new($name, "application/json", compressed(include_bytes!(concat!("../../../console/data/", $name))))
    };
}

/// Made when the first is asked for.
static FILES: LazyLock<[File; 8]> = LazyLock::new(|| {
    [
        built!("index.html", "text/html; charset=utf-8"),
        built!("app.js", "text/javascript; charset=utf-8"),
        built!("theme.js", "text/javascript; charset=utf-8"),
        built!("style.css", "text/css; charset=utf-8"),
        built!("icon.svg", "image/svg+xml"),
        built!("licences.txt", "text/plain; charset=utf-8"),
        data!("operations.json"),
        data!("errors.json"),
    ]
});

/// Nothing but what came from here runs, and nothing is sent elsewhere.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
);

impl Console {
    /// Below which address the pages of faults are for whoever sent a request to `host`; nothing if no host was named.
    #[must_use]
    pub fn errors(&self, host: &str) -> Option<String> {
        match &self.address {
            Some(address) => Some(format!("{}{ERRORS}", address.trim_end_matches('/'))),
            None if host.is_empty() => None,
            None => Some(format!("{}://{host}{ERRORS}", self.scheme)),
        }
    }
}

/// What `path` is answered, if it is the console's.
pub fn answer(path: &str, headers: &HeaderMap) -> Option<Response<Full<Bytes>>> {
    let below = path.strip_prefix(ROOT)?;
    if !below.is_empty() && !below.starts_with('/') {
        return None;
    }
    let [index, ..] = &*FILES;
    let file = FILES.iter().find(|file| below.strip_prefix('/') == Some(file.name)).unwrap_or(index);
    Some(file.answer(headers))
}

impl File {
    fn new(name: &'static str, content_type: &'static str, bytes: Bytes) -> Self {
        let etag = etag(&bytes);
        Self { name, content_type, bytes, etag }
    }

    fn answer(&self, headers: &HeaderMap) -> Response<Full<Bytes>> {
        let (status, body) = if headers.get(IF_NONE_MATCH).is_some_and(|given| given == self.etag) {
            (StatusCode::NOT_MODIFIED, Bytes::new())
        } else if takes_gzip(headers) {
            (StatusCode::OK, self.bytes.clone())
        } else {
            (StatusCode::NOT_ACCEPTABLE, Bytes::from_static(b"The console is sent compressed: accept gzip.\n"))
        };
        let mut response = Response::new(Full::new(body));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        if status == StatusCode::NOT_ACCEPTABLE {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
        } else {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.content_type));
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            headers.insert(ETAG, self.etag.clone());
        }
        headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
        // Kept, and asked for anew each time: another version of the binary is another console.
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        headers.insert(CONTENT_SECURITY_POLICY, POLICY);
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        let opener = HeaderName::from_static("cross-origin-opener-policy");
        headers.insert(opener, HeaderValue::from_static("same-origin"));
        response
    }
}

/// Every browser does. Who does not say takes anything.
fn takes_gzip(headers: &HeaderMap) -> bool {
    let mut given = headers.get_all(ACCEPT_ENCODING).iter().peekable();
    given.peek().is_none() || given.any(|it| it.to_str().is_ok_and(|it| it.contains("gzip") || it.contains('*')))
}

fn compressed(bytes: &[u8]) -> Bytes {
    let mut packed = Vec::new();
    let read = GzEncoder::new(bytes, Compression::best()).read_to_end(&mut packed);
    debug_assert!(read.is_ok(), "memory is read without errors");
    packed.into()
}

fn etag(bytes: &[u8]) -> HeaderValue {
    let digest = Sha256::digest(bytes);
    let text: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    HeaderValue::from_str(&format!("\"{text}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}
