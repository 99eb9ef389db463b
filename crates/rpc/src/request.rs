//! One request as it came, and what every operation needs of it: action, version, format, parameters, who
//! says to have sent it, and whether that is so.
//!
//! Knows no operation, no key and no clock: the gate asks for the credentials, finds the secret, compares
//! the moment and the nonce, and has the signature verified here. Source: protocol reference, sections 1 to 7.

use std::fmt;

use crate::fault::{Fault, common};
use crate::limits::{ACCESS_KEY_ID_BYTES_MAX, NONCE_BYTES_MAX, SECURITY_TOKEN_BYTES_MAX};
use crate::params::Params;
use crate::render::Format;
use crate::signature::{v1, v3};
use crate::time;

/// A request as the network gave it.
#[derive(Clone, Copy)]
pub struct Incoming<'a> {
    /// `GET` or `POST`; any other is refused.
    pub method: &'a str,
    /// The path without the query. Only `/` is served.
    pub path: &'a str,
    /// What follows the `?`, still encoded.
    pub query: Option<&'a str>,
    /// Names in small letters, values as they came; a repeated header is repeated here.
    pub headers: &'a [(&'a str, &'a [u8])],
    /// The whole body.
    pub body: &'a [u8],
}

/// Who says to have signed a request, when, and with what signature. `Debug` leaves the security token out.
pub struct Credentials<'a> {
    /// The id of the access key.
    pub access_key_id: &'a str,
    /// When the request was signed, in seconds since the epoch.
    pub timestamp: u64,
    /// Text that its sender never uses twice.
    pub nonce: &'a str,
    /// The token of a temporary key.
    pub security_token: Option<&'a str>,
    proof: Proof<'a>,
}

/// What is verified of a request, as it was found while its form was checked.
enum Proof<'a> {
    V1(v1::Claim<'a>),
    V3(v3::Claim<'a>),
}

/// Which of the two signatures a request carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// HMAC-SHA1 over all parameters, all of it in parameters.
    V1,
    /// ACS3-HMAC-SHA256 over method, query, headers and body, all of it in headers.
    V3,
}

/// A request whose form is sound. Nothing in it is proved until [`Request::verify`] says so. `Debug` shows
/// no value of a parameter or header.
pub struct Request<'a> {
    incoming: Incoming<'a>,
    scheme: Scheme,
    format: Format,
    action: String,
    params: Params,
}

impl<'a> Incoming<'a> {
    /// All values of a header, trimmed, in the order they came.
    pub(crate) fn values(&self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        let headers = self.headers;
        headers.iter().filter(move |(found, _)| *found == name).map(|(_, value)| value.trim_ascii())
    }

    /// The one value of a header, trimmed.
    ///
    /// # Errors
    /// `IncompleteSignature` when it is repeated or no text: two readers could take different ones.
    pub(crate) fn one(&self, name: &str) -> Result<Option<&'a str>, Fault> {
        let mut values = self.values(name);
        let first = values.next();
        let text = first.map(str::from_utf8).transpose();
        match (text, values.next()) {
            (Ok(text), None) => Ok(text),
            _ => Err(incomplete(&format!("the header {name} is repeated or no text"))),
        }
    }

    /// The scheme is told by `Authorization` alone: clients of V1 send `x-acs-action` too.
    fn scheme(&self) -> Scheme {
        if self.values("authorization").any(|value| value.starts_with(b"ACS3-")) { Scheme::V3 } else { Scheme::V1 }
    }

    /// The format of an answer when no parameter says it: V1 gets XML; V3 gets JSON unless it accepts XML
    /// only.
    fn default_format(&self) -> Format {
        let accepted = |wanted: &[u8]| {
            self.values("accept").any(|value| {
                let lower = value.to_ascii_lowercase();
                lower.windows(wanted.len()).any(|part| part == wanted)
            })
        };
        match self.scheme() {
            Scheme::V1 => Format::Xml,
            Scheme::V3 if accepted(b"xml") && !accepted(b"json") && !accepted(b"*/*") => Format::Xml,
            Scheme::V3 => Format::Json,
        }
    }

    /// The format to answer in when the request cannot be read: what it seems to ask for.
    #[must_use]
    pub fn format(&self) -> Format {
        let pieces = |raw: &'a [u8]| raw.split(|&byte| byte == b'&');
        pieces(self.query.unwrap_or_default().as_bytes())
            .chain(pieces(self.body))
            .filter_map(|piece| piece.strip_prefix(b"Format="))
            .find_map(|value| Format::parse(str::from_utf8(value).ok()?))
            .unwrap_or_else(|| self.default_format())
    }

    /// Refuses bodies that are no form; without a `Content-Type` a body counts as one.
    fn check_form(&self) -> Result<(), Fault> {
        let form = |value: &[u8]| {
            let kind = value.split(|&byte| byte == b';').next().unwrap_or_default();
            kind.trim_ascii().eq_ignore_ascii_case(b"application/x-www-form-urlencoded")
        };
        if self.body.is_empty() || self.values("content-type").all(form) {
            Ok(())
        } else {
            Err(common::INVALID_PARAMETER.because("the body must be application/x-www-form-urlencoded"))
        }
    }
}

impl<'a> Request<'a> {
    /// Reads a request without believing it. When this fails, [`Incoming::format`] tells how to say so.
    ///
    /// # Errors
    /// `UnsupportedHTTPMethod`, `InvalidAction.NotFound` for another path or no action, `InvalidParameter`
    /// for parameters that are malformed, ambiguous or beyond a limit.
    pub fn read(incoming: Incoming<'a>) -> Result<Self, Fault> {
        if !matches!(incoming.method, "GET" | "POST") {
            return Err(common::UNSUPPORTED_METHOD);
        }
        if incoming.path != "/" {
            return Err(common::INVALID_ACTION);
        }
        incoming.check_form()?;
        let params = Params::read(incoming.query, incoming.body)?;
        let format = match params.text("Format").filter(|text| !text.is_empty()) {
            Some(text) => Format::parse(text)
                .ok_or_else(|| common::INVALID_PARAMETER.because("Format is neither JSON nor XML"))?,
            None => incoming.default_format(),
        };
        let scheme = incoming.scheme();
        let action = match scheme {
            Scheme::V1 => params.text("Action"),
            Scheme::V3 => incoming.one("x-acs-action")?,
        };
        let action = action.filter(|action| !action.is_empty()).ok_or(common::INVALID_ACTION)?;
        Ok(Self { incoming, scheme, format, action: action.to_owned(), params })
    }

    /// The name of the operation. With V3 that of the header; a parameter `Action` beside it is ignored.
    #[must_use]
    pub fn action(&self) -> &str {
        &self.action
    }

    /// The version of the API asked for. With V3 that of the header.
    ///
    /// # Errors
    /// `MissingVersion`.
    pub fn version(&self) -> Result<&str, Fault> {
        let version = match self.scheme {
            Scheme::V1 => self.params.text("Version"),
            Scheme::V3 => self.incoming.one("x-acs-version")?,
        };
        version.filter(|version| !version.is_empty()).ok_or(common::MISSING_VERSION)
    }

    /// How to answer.
    #[must_use]
    pub const fn format(&self) -> Format {
        self.format
    }

    /// How it is signed.
    #[must_use]
    pub const fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The parameters of query and form together.
    #[must_use]
    pub const fn params(&self) -> &Params {
        &self.params
    }

    /// The parameters alone, when the rest has done its work.
    #[must_use]
    pub fn into_params(self) -> Params {
        self.params
    }

    /// Who says to have signed this.
    ///
    /// # Errors
    /// In this order: a common parameter is missing (`MissingAccessKeyId`, `MissingSignature`,
    /// `MissingTimestamp`, `MissingSignatureNonce`, ...), the signature has another method or form or does
    /// not cover what it must (`InvalidSignatureMethod`, `IncompleteSignature`), the token is too long
    /// (`InvalidSecurityToken.Malformed`), the timestamp is no time (`InvalidTimeStamp.Format`).
    pub fn credentials(&self) -> Result<Credentials<'_>, Fault> {
        let (access_key_id, timestamp, nonce, token, proof) = match self.scheme {
            Scheme::V1 => {
                let claim = v1::Claim::read(&self.params)?;
                let token = self.params.text("SecurityToken");
                (claim.access_key_id, claim.timestamp, claim.nonce, token, Proof::V1(claim))
            }
            Scheme::V3 => {
                let claim = v3::Claim::read(&self.incoming)?;
                let token = self.incoming.one("x-acs-security-token")?;
                (claim.access_key_id, claim.timestamp, claim.nonce, token, Proof::V3(claim))
            }
        };
        if access_key_id.len() > ACCESS_KEY_ID_BYTES_MAX || nonce.len() > NONCE_BYTES_MAX {
            return Err(incomplete("the access key id or the nonce is too long"));
        }
        let security_token = token.filter(|token| !token.is_empty());
        if security_token.is_some_and(|token| token.len() > SECURITY_TOKEN_BYTES_MAX) {
            return Err(common::SECURITY_TOKEN_MALFORMED);
        }
        let timestamp = time::parse(timestamp, time::Precision::Seconds).ok_or(common::TIMESTAMP_FORMAT)?;
        Ok(Credentials { access_key_id, timestamp, nonce, security_token, proof })
    }

    /// Whether the holder of `secret` signed exactly this request, whose credentials these are. Compares in constant
    /// time, and does the same work whatever the secret is.
    ///
    /// # Errors
    /// `SignatureDoesNotMatch`, naming the string that should have been signed.
    pub fn verify(&self, credentials: &Credentials<'_>, secret: &str) -> Result<(), Fault> {
        match &credentials.proof {
            Proof::V1(claim) => v1::verify(claim, self.incoming.method, &self.params, secret),
            Proof::V3(claim) => v3::verify(claim, &self.incoming, &self.params, secret),
        }
    }
}

impl fmt::Debug for Request<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Request")
            .field("scheme", &self.scheme)
            .field("format", &self.format)
            .field("action", &self.action)
            .field("params", &self.params)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Credentials<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Credentials")
            .field("access_key_id", &self.access_key_id)
            .field("timestamp", &self.timestamp)
            .field("nonce", &self.nonce)
            .field("temporary", &self.security_token.is_some())
            .finish_non_exhaustive()
    }
}

/// A signature that is malformed or does not cover what it must.
pub(crate) fn incomplete(reason: &str) -> Fault {
    common::INCOMPLETE_SIGNATURE.because(reason)
}
