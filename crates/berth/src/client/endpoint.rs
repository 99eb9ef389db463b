//! Where a server is: `http` or `https`, a host, a port. Knows no connection.

use anyhow::{Context, Result, bail};
use std::fmt;

/// Where a server is.
#[derive(Debug)]
pub struct Endpoint {
    /// Whether TLS is spoken.
    pub secure: bool,
    /// The host's name or address.
    pub name: String,
    /// The port.
    pub port: u16,
    /// As it is sent in the `Host` header.
    pub host: String,
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", if self.secure { "https" } else { "http" }, self.host)
    }
}

impl Endpoint {
    /// Reads `http://host:port`, with or without the port; the path may be `/` and no more.
    ///
    /// # Errors
    /// When it is anything else.
    pub fn read(text: &str) -> Result<Self> {
        let uri: hyper::Uri = text.parse().with_context(|| format!("{text:?} is no address"))?;
        let secure = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => bail!("{text:?} is no address: it begins with neither http:// nor https://"),
        };
        let authority = uri.authority().with_context(|| format!("{text:?} names no host"))?;
        if !matches!(uri.path(), "" | "/") || uri.query().is_some() || authority.as_str().contains('@') {
            bail!("{text:?} is no endpoint: http://HOST:PORT and nothing more");
        }
        let port = match authority.as_str().strip_prefix(authority.host()) {
            Some("") if secure => 443,
            Some("") => 80,
            rest => {
                let digits = rest.and_then(|rest| rest.strip_prefix(':')).filter(|it| !it.starts_with('+'));
                let port = digits.and_then(|digits| digits.parse().ok()).filter(|port| *port > 0);
                port.with_context(|| format!("{text:?} names no port"))?
            }
        };
        let name = authority.host().trim_matches(['[', ']']).to_owned();
        Ok(Self { secure, name, port, host: authority.as_str().to_owned() })
    }
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
        let odd =
            ["", "127.0.0.1:8526", "ftp://h", "http://h/path", "http://h/?q", "http://user@h", "http://", "http://h:"];
        for odd in odd.into_iter().chain(["http://h:99999", "http://h:x", "http://h:0", "http://h:+80"]) {
            assert_eq!(read(odd), None, "{odd}");
        }
    }
}
