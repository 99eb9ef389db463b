//! The recorded requests of `contract/vectors`, and requests that can be changed and checked.

use rpc::fault::common;
use rpc::{Fault, Incoming, Request};
use serde_json::Value;

const FILES: [(&str, &str); 6] = [
    ("extra_sts_get_form", include_str!("../../../../contract/vectors/extra_sts_get_form.json")),
    ("npm_ecs_v3", include_str!("../../../../contract/vectors/npm_ecs_v3.json")),
    ("npm_pop_core", include_str!("../../../../contract/vectors/npm_pop_core.json")),
    ("py_legacy", include_str!("../../../../contract/vectors/py_legacy.json")),
    ("py_tea_v2rpc", include_str!("../../../../contract/vectors/py_tea_v2rpc.json")),
    ("py_tea_v3", include_str!("../../../../contract/vectors/py_tea_v3.json")),
];

/// A request that owns its parts, so that a test can change any of them.
#[derive(Clone)]
pub struct Message {
    pub method: String,
    pub query: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

/// One recorded request with what its client computed.
pub struct Recorded {
    pub name: String,
    pub operation: String,
    pub key: String,
    pub secret: String,
    pub string_to_sign: String,
    pub message: Message,
}

/// The text of a member of a JSON object.
pub fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_else(|| panic!("no text {name}")).to_owned()
}

impl Message {
    fn from_json(request: &Value) -> Self {
        let target = text(request, "target");
        let query = target.strip_prefix('/').expect("the path is /").trim_start_matches('?').to_owned();
        let pairs = request["headers"].as_array().expect("headers");
        let header = |pair: &Value| {
            let part = |at: usize| pair[at].as_str().expect("a text").to_owned();
            (part(0).to_ascii_lowercase(), part(1))
        };
        let headers = pairs.iter().map(header).collect();
        Self { method: text(request, "method"), query, headers, body: text(request, "body") }
    }

    /// Lends the message as the network would.
    pub fn with<T>(&self, take: impl FnOnce(Incoming<'_>) -> T) -> T {
        let headers: Vec<(&str, &[u8])> =
            self.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
        take(Incoming {
            method: &self.method,
            path: "/",
            query: (!self.query.is_empty()).then_some(&self.query),
            headers: &headers,
            body: self.body.as_bytes(),
        })
    }

    /// What a gate that knows one key makes of the message.
    pub fn check(&self, key: &str, secret: &str) -> Result<(), Fault> {
        self.with(|incoming| {
            let request = Request::read(incoming)?;
            request.version()?;
            let credentials = request.credentials()?;
            if credentials.access_key_id != key {
                return Err(common::INVALID_ACCESS_KEY_NOT_FOUND);
            }
            request.verify(&credentials, secret)
        })
    }

    /// The value of a header.
    pub fn header(&mut self, name: &str) -> &mut String {
        let found = self.headers.iter_mut().find(|(found, _)| found == name);
        &mut found.unwrap_or_else(|| panic!("no header {name}")).1
    }
}

/// Every recorded request.
pub fn recorded() -> Vec<Recorded> {
    let mut all = Vec::new();
    for (file, content) in FILES {
        let content: Value = serde_json::from_str(content).expect("JSON");
        for vector in content["vectors"].as_array().expect("vectors") {
            if vector.get("request").is_none() {
                continue;
            }
            // A file has one key unless its vectors have their own.
            let owner = if vector.get("access_key_id").is_some() { vector } else { &content };
            all.push(Recorded {
                name: format!("{file} {} {}", text(vector, "operation"), text(vector, "variant")),
                operation: text(vector, "operation"),
                key: text(owner, "access_key_id"),
                secret: text(owner, "access_key_secret"),
                string_to_sign: text(vector, "string_to_sign"),
                message: Message::from_json(&vector["request"]),
            });
        }
    }
    all
}
