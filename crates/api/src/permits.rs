//! Allow-lists on the wire: how one is given to a key, and how it is shown. Whether one covers a request is
//! `permission.rs`'s.

use crate::limits::PERMITS_BYTES_MAX;
use ledger::directory::Permit;
use rpc::body::{Body, Node};
use rpc::fault::Fault;
use rpc::params::Params;
use std::collections::BTreeMap;

/// `Permits` is no such text, or too long.
pub const INVALID_PERMITS: Fault = Fault::new(
    400,
    "InvalidPermits.Malformed",
    "The specified Permits is not a JSON array of objects with the lists Actions and Resources.",
);

const ACTIONS: &str = "Actions";
const RESOURCES: &str = "Resources";

/// The allow-list that `Permits` gives, such as `[{"Actions":["ecs:Describe*"],"Resources":["*"]}]`; nothing if it is
/// absent: then everything is allowed that the account may do. An empty array allows nothing.
pub fn read(params: &Params) -> Result<Option<Vec<Permit>>, Fault> {
    params.text("Permits").map(|text| parse(text).ok_or(INVALID_PERMITS)).transpose()
}

fn parse(text: &str) -> Option<Vec<Permit>> {
    if text.len() > PERMITS_BYTES_MAX {
        return None;
    }
    let lines: Vec<BTreeMap<String, Vec<Box<str>>>> = serde_json::from_str(text).ok()?;
    let line = |mut line: BTreeMap<String, Vec<Box<str>>>| {
        let (actions, resources) = (line.remove(ACTIONS)?, line.remove(RESOURCES)?);
        let all = || actions.iter().chain(&resources);
        let whole = line.is_empty() && !actions.is_empty() && !resources.is_empty();
        let legal = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        (whole && all().all(|text| legal(text))).then_some(Permit { actions, resources })
    };
    lines.into_iter().map(line).collect()
}

/// One line of an allow-list, as answers show it.
pub fn describe(permit: &Permit) -> Body {
    let texts = |texts: &[Box<str>]| texts.iter().map(|text| Node::Text(text.to_string().into())).collect::<Vec<_>>();
    Body::new().list(ACTIONS, "Action", texts(&permit.actions)).list(RESOURCES, "Resource", texts(&permit.resources))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn only_whole_lines_are_read() {
        let one = parse(r#"[{"Actions":["ecs:Describe*","berth:*"],"Resources":["*"]}]"#).expect("a list");
        assert_eq!((one.len(), one[0].actions.len(), &*one[0].resources[0]), (1, 2, "*"));
        assert_eq!(parse("[]"), Some(vec![]));
        let long = format!(r#"[{{"Actions":["{}"],"Resources":["*"]}}]"#, "a".repeat(4096));
        for odd in [
            "",
            "{}",
            "null",
            "[1]",
            "[{}]",
            r#"[{"Actions":["a"]}]"#,
            r#"[{"Actions":[],"Resources":["*"]}]"#,
            r#"[{"Actions":["a"],"Resources":[]}]"#,
            r#"[{"Actions":"a","Resources":["*"]}]"#,
            r#"[{"Actions":[""],"Resources":["*"]}]"#,
            r#"[{"Actions":["a b"],"Resources":["*"]}]"#,
            r#"[{"Actions":["ä"],"Resources":["*"]}]"#,
            r#"[{"Actions":["a"],"Resources":["*"],"Effect":["Deny"]}]"#,
            r#"[{"actions":["a"],"resources":["*"]}]"#,
            r#"[{"Actions":["a"],"Resources":["*"]}] "x""#,
            long.as_str(),
        ] {
            assert_eq!(parse(odd), None, "{odd}");
        }
    }
}
