//! What was answered, and the fault in it. Knows no connection.

use crate::ending::{EndWith, TRANSPORT, ending};
use crate::show::{Json, shown};
use anyhow::{Context, Result, anyhow};
use std::fmt;

/// Letters of an answer that is not understood, of which so many are shown.
const SHOWN_CHARS: usize = 200;

/// What was answered.
#[derive(Debug)]
pub struct Answer {
    /// The body as it came.
    pub body: String,
    /// What is wrong, unless it was done.
    pub fault: Option<Fault>,
}

/// Why it was not done.
#[derive(Debug, PartialEq, Eq)]
pub struct Fault {
    /// The HTTP status.
    pub status: u16,
    /// The code.
    pub code: String,
    /// The message.
    pub message: String,
    /// The request's id.
    pub request_id: String,
    /// Where there is advice; empty if nowhere.
    pub recommend: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.status, shown(&self.code), shown(&self.message))
    }
}

impl Answer {
    /// Takes an answer apart.
    ///
    /// # Errors
    /// When it is neither a success nor a fault: it was not Berth who answered.
    pub fn read(status: u16, body: String) -> Result<Self> {
        if (200..300).contains(&status) {
            return Ok(Self { body, fault: None });
        }
        match Fault::read(status, &body) {
            Some(fault) => Ok(Self { body, fault: Some(fault) }),
            None => Err(ending(TRANSPORT, anyhow!("HTTP {status}, and not from Berth: {}", beginning(&body)))),
        }
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// When it is none: it was not Berth who answered.
    pub fn json(&self) -> Result<Json<'_>> {
        let read = Json::read(&self.body);
        read.with_context(|| format!("the answer is no JSON: {}", beginning(&self.body))).end_with(TRANSPORT)
    }
}

impl Fault {
    /// Reads JSON or XML; nothing if there is no code.
    fn read(status: u16, body: &str) -> Option<Self> {
        let json = Json::read(body);
        let text = |name: &str| match &json {
            Some(json) => json.get(name)?.text().map(str::to_owned),
            None => element(body, name),
        };
        let or_empty = |name: &str| text(name).unwrap_or_default();
        Some(Self {
            status,
            code: text("Code")?,
            message: or_empty("Message"),
            request_id: or_empty("RequestId"),
            recommend: or_empty("Recommend"),
        })
    }
}

/// The text of an element of an XML fault, which is flat.
fn element(xml: &str, name: &str) -> Option<String> {
    let (_, rest) = xml.split_once("<Error>")?.1.split_once(&format!("<{name}>"))?;
    let (text, _) = rest.split_once(&format!("</{name}>"))?;
    if let Some(plain) = text.strip_prefix("<![CDATA[") {
        return plain.strip_suffix("]]>").map(str::to_owned);
    }
    let named = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&#13;", "\r"), ("&amp;", "&")];
    Some(named.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to)))
}

fn beginning(body: &str) -> String {
    let begin: String = body.trim().chars().take(SHOWN_CHARS).collect();
    shown(&begin)
}

#[cfg(test)]
mod tests {
    use super::Answer;
    use crate::ending::{TRANSPORT, status_of};

    #[test]
    fn a_fault_is_read_from_json_and_from_xml() {
        let json =
            r#"{"RequestId":"R","Message":"no <such> & 'it'","Recommend":"https://a?b=c&d","HostId":"h","Code":"X.Y"}"#;
        let xml = "<?xml version='1.0' encoding='UTF-8'?><Error><RequestId>R</RequestId><HostId>h</HostId><Code>X.Y</Code>\
                   <Message>no &lt;such&gt; &amp; &apos;it&apos;</Message>\
                   <Recommend><![CDATA[https://a?b=c&d]]></Recommend></Error>";
        for body in [json, xml] {
            let fault = Answer::read(404, body.into()).expect("Berth's").fault.expect("a fault");
            assert_eq!(fault.to_string(), "404 X.Y: no <such> & 'it'");
            assert_eq!((&*fault.request_id, &*fault.recommend), ("R", "https://a?b=c&d"));
        }
    }

    #[test]
    fn who_is_not_berth_is_told_apart() {
        for (status, body) in [(502, "<html>Bad Gateway</html>"), (301, ""), (404, "{}"), (500, "{\"Code\":5}")] {
            let error = Answer::read(status, body.into()).expect_err(body);
            assert_eq!(status_of(&error), TRANSPORT);
            assert!(error.to_string().contains(&status.to_string()), "{error}");
        }
        let answer = Answer::read(200, "<html>\u{1b}[2J".into()).expect("a success");
        let error = answer.json().expect_err("no JSON");
        assert_eq!((status_of(&error), error.to_string().contains('\u{1b}')), (TRANSPORT, false));
    }
}
