//! Signed calls and their answers, and what must be true of every answer.

use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, Result, bail, ensure};
use rpc::signature::client::{Call, Layout, Signed, sign_v1, sign_v3};
use serde_json::Value;

use crate::clock;
use crate::http::{Connection, Response, request};

/// The version of the recorded API.
pub const VERSION: &str = "2014-05-26";
/// The version of the operations that are Berth's own.
pub const EXTENSION: &str = "2026-11-01";

static NONCES: AtomicU64 = AtomicU64::new(0);

/// A nonce that was never used before.
#[must_use]
pub fn nonce() -> String {
    let count = NONCES.fetch_add(1, Ordering::Relaxed);
    format!("{:x}-{count:x}-{:x}", std::process::id(), clock::nanoseconds())
}

/// An access key.
#[derive(Clone)]
pub struct Key {
    /// Its id.
    pub id: String,
    /// Its secret.
    pub secret: String,
}

/// Which signature, with the parameters where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// V3, parameters in the query.
    V3Query,
    /// V3, parameters in a form.
    V3Form,
    /// V1, all in the query.
    V1Query,
    /// V1, all in a form.
    V1Form,
}

/// One answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The body.
    pub json: Value,
}

impl Answer {
    /// Checks what every answer in JSON must have, and takes it apart.
    ///
    /// # Errors
    /// A wrong content type, no JSON object, no RequestId in capitals, a `Code` in a success, none in an error.
    pub fn read(response: &Response) -> Result<Self> {
        let kind = response.header("content-type").unwrap_or_default();
        ensure!(kind == "application/json;charset=utf-8", "the content type is {kind:?}");
        let json: Value = serde_json::from_slice(&response.body).context("the body is no JSON")?;
        let answer = Self { status: response.status, json };
        let id = answer.text("RequestId");
        let pieces: Vec<usize> = id.split('-').map(str::len).collect();
        let capital = id.bytes().all(|it| matches!(it, b'0'..=b'9' | b'A'..=b'F' | b'-'));
        ensure!(pieces == [8, 4, 4, 4, 12] && capital, "the RequestId is {id:?}");
        if answer.status == 200 {
            ensure!(answer.json.get("Code").is_none(), "a success has a Code");
        } else {
            ensure!(answer.status >= 400, "the status is {}", answer.status);
            ensure!(
                !answer.code().is_empty() && !answer.text("Message").is_empty(),
                "an error without Code or Message"
            );
        }
        Ok(answer)
    }

    /// A text of the body, empty if there is none of this name.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.json.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// The `Code` of an error, empty for a success.
    #[must_use]
    pub fn code(&self) -> &str {
        self.text("Code")
    }

    /// The answer if it is a success.
    ///
    /// # Errors
    /// When it is none.
    pub fn good(self) -> Result<Self> {
        ensure!(self.status == 200, "{} {}: {}", self.status, self.code(), self.text("Message"));
        Ok(self)
    }

    /// The items of `wrapper.item`.
    ///
    /// # Errors
    /// When there is no such list.
    pub fn list(&self, wrapper: &str, item: &str) -> Result<&[Value]> {
        let list = self.json.get(wrapper).and_then(|it| it.get(item)).and_then(Value::as_array);
        Ok(list.with_context(|| format!("no list {wrapper}.{item}"))?)
    }
}

/// Someone with a key and a connection, which is opened anew when it breaks.
pub struct Client {
    address: String,
    key: Key,
    connection: Option<Connection>,
    /// Which signature this one uses.
    pub scheme: Scheme,
    /// Which version of the API.
    pub version: &'static str,
    /// The token of a temporary key.
    pub token: Option<String>,
}

impl Client {
    /// For the server at `host:port`.
    #[must_use]
    pub fn new(address: &str, key: &Key) -> Self {
        Self {
            address: address.to_owned(),
            key: key.clone(),
            connection: None,
            scheme: Scheme::V3Query,
            version: VERSION,
            token: None,
        }
    }

    /// The same client, not connected yet.
    #[must_use]
    pub fn anew(self) -> Self {
        Self { connection: None, ..self }
    }

    /// Whose it is.
    #[must_use]
    pub const fn key(&self) -> &Key {
        &self.key
    }

    /// Signs a call without sending it.
    #[must_use]
    pub fn sign(&self, action: &str, params: &[(&str, &str)]) -> Signed {
        self.sign_at(action, params, clock::now(), &nonce())
    }

    /// The same with an hour and a nonce of the test's choice.
    #[must_use]
    pub fn sign_at(&self, action: &str, params: &[(&str, &str)], hour: u64, nonce: &str) -> Signed {
        let mut params = params.to_vec();
        if !params.iter().any(|(name, _)| *name == "Format") {
            params.push(("Format", "JSON"));
        }
        let call = Call {
            method: "POST",
            host: &self.address,
            access_key_id: &self.key.id,
            secret: &self.key.secret,
            security_token: self.token.as_deref(),
            action,
            version: self.version,
            timestamp: hour,
            nonce,
            params: &params,
        };
        match self.scheme {
            Scheme::V3Query => sign_v3(&call, Layout::Query),
            Scheme::V3Form => sign_v3(&call, Layout::Form),
            Scheme::V1Query => sign_v1(&call, Layout::Query),
            Scheme::V1Form => sign_v1(&call, Layout::Form),
        }
    }

    /// Sends a signed call.
    ///
    /// # Errors
    /// No whole answer: nobody listens, or the connection broke. Whether it was done is then not known.
    pub fn send(&mut self, signed: &Signed) -> Result<Response> {
        self.send_bytes(&request("POST", &signed.target, &signed.headers, signed.body.as_bytes()))
    }

    /// Sends bytes on the kept connection.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub fn send_bytes(&mut self, bytes: &[u8]) -> Result<Response> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => Connection::open(&self.address)?,
        };
        connection.send(bytes)?;
        let Some(response) = connection.receive()? else { bail!("the server closed without an answer") };
        if response.header("connection") != Some("close") {
            self.connection = Some(connection);
        }
        Ok(response)
    }

    /// One call, whatever its answer.
    ///
    /// # Errors
    /// As [`Client::send`]; also when the answer breaks the rules for all answers.
    pub fn call(&mut self, action: &str, params: &[(&str, &str)]) -> Result<Answer> {
        let signed = self.sign(action, params);
        let response = self.send(&signed)?;
        Answer::read(&response).with_context(|| format!("{action}: {}", String::from_utf8_lossy(&response.body)))
    }

    /// All reservations that match, whatever their status, page after page.
    ///
    /// # Errors
    /// As [`Client::call`]; also when a page is refused.
    pub fn reservations(&mut self, region: &str, filter: &[(&str, &str)]) -> Result<Vec<Value>> {
        let asked = [&[("RegionId", region), ("Status", "All")], filter].concat();
        self.pages("DescribeCapacityReservations", &asked, ("CapacityReservationSet", "CapacityReservationItem"))
    }

    /// All instances that match, whatever they do, page after page.
    ///
    /// # Errors
    /// As [`Client::call`]; also when a page is refused.
    pub fn instances(&mut self, region: &str, filter: &[(&str, &str)]) -> Result<Vec<Value>> {
        let asked = [&[("RegionId", region)], filter].concat();
        self.pages("DescribeInstances", &asked, ("Instances", "Instance"))
    }

    /// The ids of the instances that use a reservation, page after page.
    ///
    /// # Errors
    /// As [`Client::call`]; also when a page is refused.
    pub fn users(&mut self, region: &str, reservation: &str) -> Result<Vec<Value>> {
        let asked = [("RegionId", region), ("PrivatePoolOptions.Id", reservation)];
        self.pages("DescribeCapacityReservationInstances", &asked, ("CapacityReservationItem", "InstanceIdSet"))
    }

    /// A whole listing.
    fn pages(&mut self, action: &str, asked: &[(&str, &str)], (wrapper, item): (&str, &str)) -> Result<Vec<Value>> {
        let mut all = Vec::new();
        let mut token = String::new();
        loop {
            let mut params = [&[("MaxResults", "100")], asked].concat();
            if !token.is_empty() {
                params.push(("NextToken", &token));
            }
            let page = self.call(action, &params)?.good()?;
            all.extend_from_slice(page.list(wrapper, item)?);
            page.text("NextToken").clone_into(&mut token);
            if token.is_empty() {
                let total = page.json.get("TotalCount").and_then(Value::as_u64);
                ensure!(total == u64::try_from(all.len()).ok(), "{action}: TotalCount {total:?}, listed {}", all.len());
                return Ok(all);
            }
        }
    }
}
