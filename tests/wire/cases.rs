//! The table of cases: reading it, and filling in what is only known when the server runs.

use std::fmt::Write as _;

use anyhow::{Context, Result, bail, ensure};
use rig::scene::Values;

const TABLE: &str = include_str!("cases.txt");

/// One row.
#[derive(Clone, Debug)]
pub struct Case {
    /// Section and name.
    pub name: String,
    /// The operation.
    pub action: String,
    /// The version, if another than usual.
    pub version: Option<String>,
    /// Names and values, with places still to be filled.
    pub params: Vec<(String, String)>,
    /// What is appended after signing.
    pub raw: Vec<String>,
    /// The status that must come back.
    pub status: u16,
    /// The code that must come back, empty with 200.
    pub code: String,
}

/// All rows, in order.
///
/// # Errors
/// A row that is none, with its line.
pub fn all() -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    let mut section: Option<(String, Vec<(String, String)>)> = None;
    for (at, line) in TABLE.lines().enumerate() {
        let place = || format!("cases.txt:{}", at + 1);
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(rest) = line.strip_prefix('[') {
            let (action, params) = rest.split_once(']').with_context(place)?;
            let params = params.split_whitespace().map(pair).collect::<Result<_>>().with_context(place)?;
            section = Some((action.to_owned(), params));
        } else {
            let (action, params) = section.as_ref().with_context(place)?;
            cases.push(row(action, params, line).with_context(place)?);
        }
    }
    Ok(cases)
}

fn row(action: &str, good: &[(String, String)], line: &str) -> Result<Case> {
    let columns: Vec<&str> = line.split(" |").map(str::trim).collect();
    let [name, changes, expected] = columns[..] else { bail!("a row has three columns") };
    let (status, code) = expected.split_once(' ').unwrap_or((expected, ""));
    let mut case = Case {
        name: format!("{action}: {name}"),
        action: action.to_owned(),
        version: None,
        params: good.to_vec(),
        raw: Vec::new(),
        status: status.parse()?,
        code: code.to_owned(),
    };
    ensure!((case.status == 200) == case.code.is_empty(), "a fault has a code, a success none");
    for change in changes.split_whitespace() {
        case.change(change)?;
    }
    Ok(case)
}

impl Case {
    fn change(&mut self, change: &str) -> Result<()> {
        if let Some(raw) = change.strip_prefix("raw:") {
            self.raw.push(raw.to_owned());
        } else if let Some(version) = change.strip_prefix("version:") {
            self.version = Some(version.to_owned());
        } else if let Some(count) = change.strip_prefix("tags:") {
            self.params.retain(|(name, _)| !name.starts_with("Tag."));
            for at in 1..=count.parse::<u32>()? {
                self.params.push((format!("Tag.{at}.Key"), format!("added{at}")));
                self.params.push((format!("Tag.{at}.Value"), format!("value{at}")));
            }
        } else if let Some(count) = change.strip_prefix("ids:") {
            self.params.retain(|(name, _)| !name.starts_with("ResourceId."));
            let ids = (1..=count.parse::<u32>()?).map(|at| (format!("ResourceId.{at}"), format!("crp-bp1{at:017}")));
            self.params.extend(ids);
        } else if let Some(name) = change.strip_prefix('-') {
            let before = self.params.len();
            self.params.retain(|(found, _)| found != name);
            ensure!(self.params.len() < before, "there is no {name} to leave out");
        } else {
            let (name, value) = pair(change)?;
            self.params.retain(|(found, _)| *found != name);
            self.params.push((name, value));
        }
        Ok(())
    }

    /// The same case with every `{name}` filled in.
    ///
    /// # Errors
    /// A name that stands for nothing.
    pub fn filled(&self, values: &Values, now: u64) -> Result<Self> {
        let mut case = self.clone();
        for (_, value) in &mut case.params {
            *value = fill(value, values, now)?;
        }
        for raw in &mut case.raw {
            *raw = fill(raw, values, now)?;
        }
        Ok(case)
    }
}

/// `Name=value`, the value percent-decoded.
fn pair(text: &str) -> Result<(String, String)> {
    let (name, value) = text.split_once('=').with_context(|| format!("{text} is no parameter"))?;
    let mut bytes = Vec::new();
    let mut rest = value.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        if *first == b'%' {
            let digits = rest.get(..2).context("a broken escape")?;
            bytes.push(u8::from_str_radix(str::from_utf8(digits)?, 16)?);
            rest = &rest[2..];
        } else {
            bytes.push(*first);
        }
    }
    Ok((name.to_owned(), String::from_utf8(bytes)?))
}

fn fill(text: &str, values: &Values, now: u64) -> Result<String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, tail)) = after.split_once('}') else { break };
        out.push_str(before);
        if let Some((piece, count)) = name.rsplit_once('*') {
            out.push_str(&piece.repeat(count.parse()?));
        } else if let Some(offset) = name.strip_prefix("now") {
            let offset: i64 = if offset.is_empty() { 0 } else { offset.parse()? };
            let moment = now.checked_add_signed(offset).context("a time out of range")?;
            out.push_str(&rig::clock::seconds_text(moment));
        } else if name.is_empty() {
            out.push_str("{}");
        } else {
            write!(out, "{}", values.get(name).with_context(|| format!("nothing stands for {{{name}}}"))?)?;
        }
        rest = tail;
    }
    out.push_str(rest);
    Ok(out)
}
