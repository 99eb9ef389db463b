//! Answers and faults as the bytes of an HTTP body, in JSON or XML.
//!
//! Knows no operation and no network. Source: protocol reference, section 6, and what the recorded clients
//! demand of error bodies.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::body::{Body, Node};
use crate::encode::percent;
use crate::fault::Fault;

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One JSON object.
    Json,
    /// An XML document.
    Xml,
}

impl Format {
    /// The format a `Format` parameter names, in any letter case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.eq_ignore_ascii_case("json") {
            Some(Self::Json)
        } else if text.eq_ignore_ascii_case("xml") {
            Some(Self::Xml)
        } else {
            None
        }
    }

    /// The exact `Content-Type` clients expect of it; some take an answer for XML only by this very text.
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json;charset=utf-8",
            Self::Xml => "text/xml;charset=utf-8",
        }
    }
}

const XML_HEAD: &[u8] = b"<?xml version='1.0' encoding='UTF-8'?>";

/// The body of a success: in JSON one object that begins with `RequestId`, in XML the root `<Action>Response`.
/// It may not have a field `Code`, by which pop-core tells errors, nor a `RequestId` of its own.
#[must_use]
pub fn answer(format: Format, action: &str, request_id: &str, body: &Body) -> Vec<u8> {
    debug_assert!(body.get("Code").is_none(), "pop-core takes this answer of {action} for an error");
    debug_assert!(body.get("RequestId").is_none(), "{action} answers with two request ids");
    match format {
        Format::Json => json(&Answer { request_id, body }),
        Format::Xml => {
            let mut out = XML_HEAD.to_vec();
            open(&mut out, action, "Response");
            element(&mut out, "RequestId", request_id);
            fields(&mut out, body);
            close(&mut out, action, "Response");
            out
        }
    }
}

/// The body of an error. `host_id` is the host the request was sent to; below `page`, an address of URL characters, each
/// fault has its page, which the answer recommends. Without one it recommends what the record has.
#[must_use]
pub fn fault(format: Format, request_id: &str, host_id: &str, page: Option<&str>, fault: &Fault) -> Vec<u8> {
    trouble(format, request_id, host_id, page, (fault.code, &fault.message))
}

/// The same for a code and a message that are no constants.
#[must_use]
pub fn trouble(
    format: Format,
    request_id: &str,
    host_id: &str,
    page: Option<&str>,
    (code, message): (&str, &str),
) -> Vec<u8> {
    let (escaped, id) = (percent(code), percent(request_id));
    let recommend = page.map_or_else(
        || format!("https://api.aliyun.com/troubleshoot?q={escaped}&product=Ecs&requestId={id}"),
        |page| format!("{page}{escaped}?requestId={id}"),
    );
    match format {
        Format::Json => json(&Error { request_id, message, recommend: &recommend, host_id, code }),
        Format::Xml => {
            let mut out = XML_HEAD.to_vec();
            open(&mut out, "Error", "");
            element(&mut out, "RequestId", request_id);
            element(&mut out, "HostId", host_id);
            element(&mut out, "Code", code);
            element(&mut out, "Message", message);
            // Its parts are percent-encoded or hold no `>`, so nothing in it can end the CDATA.
            out.extend_from_slice(b"<Recommend><![CDATA[");
            out.extend_from_slice(recommend.as_bytes());
            out.extend_from_slice(b"]]></Recommend>");
            close(&mut out, "Error", "");
            out
        }
    }
}

struct Answer<'a> {
    request_id: &'a str,
    body: &'a Body,
}

impl Serialize for Answer<'_> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let mut map = out.serialize_map(None)?;
        map.serialize_entry("RequestId", self.request_id)?;
        for (name, node) in self.body.fields() {
            map.serialize_entry(name, node)?;
        }
        map.end()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Error<'a> {
    request_id: &'a str,
    message: &'a str,
    recommend: &'a str,
    host_id: &'a str,
    code: &'a str,
}

fn json<T: Serialize>(value: &T) -> Vec<u8> {
    let mut out = Vec::with_capacity(256);
    // Texts and numbers always serialise, and memory takes every write.
    let written = serde_json::to_writer(&mut out, value);
    debug_assert!(written.is_ok(), "an answer did not serialise");
    out
}

fn fields(out: &mut Vec<u8>, body: &Body) {
    for (name, node) in body.fields() {
        xml_node(out, name, node);
    }
}

fn xml_node(out: &mut Vec<u8>, name: &str, node: &Node) {
    match node {
        Node::Text(text) | Node::Decimal(text) => element(out, name, text),
        Node::Integer(number) => element(out, name, &number.to_string()),
        Node::Flag(flag) => element(out, name, if *flag { "true" } else { "false" }),
        Node::Object(body) => {
            open(out, name, "");
            fields(out, body);
            close(out, name, "");
        }
        Node::List { item, nodes } => {
            open(out, name, "");
            for node in nodes {
                xml_node(out, item, node);
            }
            close(out, name, "");
        }
    }
}

fn element(out: &mut Vec<u8>, name: &str, text: &str) {
    open(out, name, "");
    escape(out, text);
    close(out, name, "");
}

fn open(out: &mut Vec<u8>, name: &str, suffix: &str) {
    out.push(b'<');
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(suffix.as_bytes());
    out.push(b'>');
}

fn close(out: &mut Vec<u8>, name: &str, suffix: &str) {
    out.extend_from_slice(b"</");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(suffix.as_bytes());
    out.push(b'>');
}

/// Text between two tags. What XML 1.0 cannot say at all, escaped or not (most control characters, U+FFFE
/// and U+FFFF), becomes U+FFFD; a carriage return is escaped, or a reader would turn it into a line feed.
fn escape(out: &mut Vec<u8>, text: &str) {
    for symbol in text.chars() {
        let mut room = [0; 4];
        let written = match symbol {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            '"' => "&quot;",
            '\'' => "&apos;",
            '\r' => "&#13;",
            '\t' | '\n' => symbol.encode_utf8(&mut room),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => "\u{fffd}",
            plain => plain.encode_utf8(&mut room),
        };
        out.extend_from_slice(written.as_bytes());
    }
}
