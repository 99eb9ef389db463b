//! Reads golden dialogues (`contract/<Operation>/*.http`) and judges answers by them.
//! The form is told in `contract/README.md`. Knows no operation; std and serde_json only, so that
//! the test that replays the dialogues can include this file as it is.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// One step of a dialogue, in the order of the file.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// `at TIME`: the clock is set.
    At {
        /// UTC, `yyyy-MM-ddTHH:mm:ssZ`.
        time: String,
    },
    /// `as NAME`: the caller from here on.
    As {
        /// An account of `contract/fleet.toml`.
        account: String,
    },
    /// `> Action` ... `< status` ...: a request and what it must be answered.
    Call(Call),
}

/// A request and its answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// Line of the file, from 1.
    pub line: usize,
    /// The operation.
    pub action: String,
    /// Decoded, in order; `{name}` still to be filled in by [`Bound::fill`].
    pub parameters: Vec<(String, String)>,
    /// HTTP status.
    pub status: u16,
    /// The body's text; JSON when it begins with a brace, else XML.
    pub body: String,
}

/// Reads a file.
///
/// # Errors
/// The line that cannot be understood, and why.
pub fn read(text: &str) -> Result<Vec<Step>, String> {
    let mut steps = Vec::new();
    let mut call: Option<Call> = None;
    let mut answered = false;
    for (at, line) in text.lines().enumerate() {
        let line_number = at + 1;
        let wrong = |why: &str| format!("line {line_number}: {why}");
        let line = line.trim();
        let marked = line.starts_with('>') || line.starts_with("at ") || line.starts_with("as ");
        if marked && call.is_some() {
            steps.push(finished(call.take(), answered)?);
            answered = false;
        }
        if line.is_empty() || line.starts_with('#') {
            continue;
        } else if let Some(time) = line.strip_prefix("at ") {
            steps.push(Step::At { time: time.to_owned() });
        } else if let Some(account) = line.strip_prefix("as ") {
            steps.push(Step::As { account: account.to_owned() });
        } else if let Some(action) = line.strip_prefix("> ") {
            call = Some(Call {
                line: line_number,
                action: action.to_owned(),
                parameters: Vec::new(),
                status: 0,
                body: String::new(),
            });
        } else if let Some(status) = line.strip_prefix("< ") {
            let call = call.as_mut().ok_or_else(|| wrong("an answer without a request"))?;
            call.status = status.parse().map_err(|_| wrong("a status is a number"))?;
            answered = true;
        } else if let Some(call) = call.as_mut() {
            if answered {
                call.body.push_str(line);
            } else {
                let (name, value) = line.split_once('=').ok_or_else(|| wrong("a parameter is Name=Value"))?;
                call.parameters.push((name.to_owned(), value.to_owned()));
            }
        } else {
            return Err(wrong("neither a comment, at, as, > nor <"));
        }
    }
    if call.is_some() {
        steps.push(finished(call, answered)?);
    }
    Ok(steps)
}

fn finished(call: Option<Call>, answered: bool) -> Result<Step, String> {
    match call {
        Some(call) if answered && !call.body.is_empty() => Ok(Step::Call(call)),
        Some(call) => Err(format!("line {}: a request without an answer", call.line)),
        None => Err("no request".to_owned()),
    }
}

/// What the placeholders of a dialogue stand for so far.
#[derive(Debug, Default)]
pub struct Bound(BTreeMap<String, String>);

impl Bound {
    /// `text` with each `{name}` that is bound filled in.
    #[must_use]
    pub fn fill(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    }

    /// Compares a body with the expected one. `{*}` matches any text that is not empty; `{name}` does at first use, and
    /// the same text afterwards. Members and elements may stand in any order; items of a list may not.
    ///
    /// # Errors
    /// Where the two differ.
    pub fn expect(&mut self, expected: &str, actual: &str) -> Result<(), String> {
        let recommended = expected.contains(RECOMMEND);
        let (expected, mut actual) = (tree(expected)?, tree(actual)?);
        if !recommended {
            without_recommend(&mut actual);
        }
        self.compare("", &expected, &actual)
    }

    fn compare(&mut self, path: &str, expected: &Value, actual: &Value) -> Result<(), String> {
        match (expected, actual) {
            (Value::Object(expected), Value::Object(actual)) => {
                if let Some(name) = actual.keys().find(|it| !expected.contains_key(*it)) {
                    return Err(format!("{path}/{name}: not expected"));
                }
                for (name, value) in expected {
                    let path = format!("{path}/{name}");
                    let found = actual.get(name).ok_or_else(|| format!("{path}: missing"))?;
                    self.compare(&path, value, found)?;
                }
                Ok(())
            }
            (Value::Array(expected), Value::Array(actual)) => {
                if expected.len() != actual.len() {
                    return Err(format!("{path}: {} items instead of {}", actual.len(), expected.len()));
                }
                let pairs = expected.iter().zip(actual).enumerate();
                pairs.into_iter().try_for_each(|(at, (left, right))| self.compare(&format!("{path}/{at}"), left, right))
            }
            (Value::String(expected), Value::String(actual)) => self.compare_text(path, expected, actual),
            _ if expected == actual => Ok(()),
            _ => Err(format!("{path}: {actual} instead of {expected}")),
        }
    }

    fn compare_text(&mut self, path: &str, expected: &str, actual: &str) -> Result<(), String> {
        let name = expected.strip_prefix('{').and_then(|it| it.strip_suffix('}'));
        match name {
            Some(name) if actual.is_empty() => Err(format!("{path}: empty instead of {{{name}}}")),
            Some("*") => Ok(()),
            Some(name) => {
                let bound = self.0.entry(name.to_owned()).or_insert_with(|| actual.to_owned());
                if bound == actual { Ok(()) } else { Err(format!("{path}: {actual} instead of {bound}")) }
            }
            None if self.fill(expected) == actual => Ok(()),
            None => Err(format!("{path}: {actual:?} instead of {expected:?}")),
        }
    }
}

/// The member of an error that no client needs; a dialogue may leave it out.
const RECOMMEND: &str = "Recommend";

fn without_recommend(body: &mut Value) {
    if let Some(error) = body.as_object_mut() {
        error.remove(RECOMMEND);
        if let Some(Value::Array(elements)) = error.get_mut("Error") {
            elements.retain(|it| name_of(it).is_none_or(|name| name != RECOMMEND));
        }
    }
}

/// A body as a tree: JSON as it is; of XML each element as a list of `{name: text or elements}`, sorted by
/// name, so that the order of fields does not count and that of repeated items does.
fn tree(body: &str) -> Result<Value, String> {
    if body.trim_start().starts_with('{') {
        return serde_json::from_str(body).map_err(|it| it.to_string());
    }
    let body = body.trim_start();
    let body = body.strip_prefix("<?xml version='1.0' encoding='UTF-8'?>").ok_or("XML without its declaration")?;
    let mut rest = body;
    let root = element(&mut rest)?;
    if rest.trim().is_empty() { Ok(root) } else { Err(format!("after the root: {rest}")) }
}

/// Takes one element off the front of `rest`.
fn element(rest: &mut &str) -> Result<Value, String> {
    let broken = || "XML cut short".to_owned();
    let open = rest.trim_start().strip_prefix('<').ok_or_else(broken)?;
    let (tag, after) = open.split_once('>').ok_or_else(broken)?;
    *rest = after;
    if let Some(name) = tag.strip_suffix('/') {
        return Ok(named(name, Value::String(String::new())));
    }
    let close = format!("</{tag}>");
    let mut children = Vec::new();
    while rest.trim_start().starts_with('<') && !rest.trim_start().starts_with("</") && !cdata(rest) {
        children.push(element(rest)?);
    }
    let (text, after) = rest.split_once(&close).ok_or_else(|| format!("<{tag}> is not closed"))?;
    *rest = after;
    if children.is_empty() {
        return Ok(named(tag, Value::String(plain(text))));
    }
    children.sort_by(|left, right| name_of(left).cmp(&name_of(right)));
    Ok(named(tag, Value::Array(children)))
}

fn cdata(rest: &str) -> bool {
    rest.trim_start().starts_with("<![CDATA[")
}

fn named(name: &str, value: Value) -> Value {
    Value::Object(Map::from_iter([(name.to_owned(), value)]))
}

fn name_of(element: &Value) -> Option<&String> {
    element.as_object().and_then(|it| it.keys().next())
}

/// The text that escapes or CDATA stand for.
fn plain(text: &str) -> String {
    let inner = text.trim().strip_prefix("<![CDATA[").and_then(|it| it.strip_suffix("]]>"));
    if let Some(inner) = inner {
        return inner.to_owned();
    }
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'");
    text.replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::{Bound, Step, read};

    #[test]
    fn a_file_is_read_step_by_step() {
        let steps = read("# life\nat 2026-11-23T02:01:00Z\nas alice\n> Act\nA=1=2\nB=\n\n< 200\n{\"x\":\n  1}\n")
            .expect("it is well formed");
        assert_eq!(steps.len(), 3);
        let Step::Call(call) = &steps[2] else { panic!("the third step is a call") };
        assert_eq!((call.line, call.action.as_str(), call.status), (4, "Act", 200));
        assert_eq!(call.parameters, [("A".to_owned(), "1=2".to_owned()), ("B".to_owned(), String::new())]);
        assert_eq!(call.body, "{\"x\":1}");
    }

    #[test]
    fn what_is_not_understood_is_named() {
        for (text, line) in [("what", "line 1"), ("> Act\nA", "line 2"), ("< 200", "line 1"), ("> Act\nA=1", "line 1")]
        {
            let wrong = read(text).expect_err(text);
            assert!(wrong.starts_with(line), "{text}: {wrong}");
        }
    }

    #[test]
    fn placeholders_bind_at_first_use() {
        let mut bound = Bound::default();
        bound.expect(r#"{"Id":"{r1}","RequestId":"{*}"}"#, r#"{"RequestId":"X","Id":"crp-1"}"#).expect("it binds");
        assert_eq!(bound.fill("[\"{r1}\"]"), "[\"crp-1\"]");
        bound.expect(r#"{"Id":"{r1}"}"#, r#"{"Id":"crp-2"}"#).expect_err("another id");
        bound.expect(r#"{"Id":"{r2}"}"#, r#"{"Id":""}"#).expect_err("nothing to bind");
    }

    #[test]
    fn differences_are_found_in_json_and_xml() {
        let declaration = "<?xml version='1.0' encoding='UTF-8'?>";
        let same = [
            (r#"{"a":[1,2],"b":""}"#, r#"{"b":"","a":[1,2]}"#),
            ("<R> <A>1</A> <B><![CDATA[x&y]]></B></R>", "<R><B>x&amp;y</B><A>1</A></R>"),
            ("<R><A></A></R>", "<R><A/></R>"),
        ];
        let different = [
            (r#"{"a":[1,2]}"#, r#"{"a":[2,1]}"#),
            (r#"{"a":1}"#, r#"{"a":"1"}"#),
            (r#"{"a":1}"#, r#"{"a":1,"Code":"x"}"#),
            ("<R><A>1</A><A>2</A></R>", "<R><A>2</A><A>1</A></R>"),
            ("<R><A>1</A></R>", "<R><A>1</A><B>2</B></R>"),
            ("<R><A>1</A></R>", "<S><A>1</A></S>"),
        ];
        let body = |text: &str| if text.starts_with('{') { text.to_owned() } else { format!("{declaration}{text}") };
        for (left, right) in same {
            Bound::default().expect(&body(left), &body(right)).expect("they say the same");
        }
        for (left, right) in different {
            Bound::default().expect(&body(left), &body(right)).expect_err("they differ");
        }
    }
}
