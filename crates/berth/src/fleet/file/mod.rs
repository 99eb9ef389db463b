//! A file of hosts, in any of three forms, with the line of each. Knows no server.
//!
//! `table`, `json` and `toml` read one form each and tell everything that is wrong with it; here is what is true of all.

mod json;
mod lines;
mod table;
mod toml;

use crate::show::shown;
use std::collections::BTreeMap;
use std::path::Path;

/// Bytes of a file: far more than a region can have hosts.
pub const FILE_BYTES_MAX: u64 = 256 << 20;
/// Letters that are shown of a text that is wrong.
const SHOWN_CHARS: usize = 60;
/// The columns that must be there, in the order in which a host is told.
const NEEDED: [&str; 3] = ["host", "zone", "class"];
/// The column that may be there.
const REGION: &str = "region";

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// A `host` table for each
    Toml,
    /// An array of objects
    Json,
    /// A header, and a line a host
    Csv,
}

impl Format {
    /// What a file's name says.
    pub fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "toml" => Some(Self::Toml),
            "json" => Some(Self::Json),
            "csv" => Some(Self::Csv),
            _ => None,
        }
    }
}

/// A host as the file has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// Its name.
    pub host: String,
    /// Where it stands.
    pub zone: String,
    /// Of which class.
    pub class: String,
    /// The region of the zone.
    pub region: String,
    /// On which line, from 1.
    pub line: usize,
}

/// Something that is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Which, from 1.
    pub line: usize,
    /// What.
    pub what: String,
}

impl Problem {
    fn new(line: usize, what: impl Into<String>) -> Self {
        Self { line, what: what.into() }
    }
}

/// A host as it was written: the fields that are there.
#[derive(Debug, Default)]
struct Row {
    fields: [Option<String>; 4],
    line: usize,
}

impl Row {
    const fn on(line: usize) -> Self {
        Self { fields: [None, None, None, None], line }
    }

    /// Which field a name means.
    fn place(name: &str) -> Option<usize> {
        NEEDED.iter().chain(&[REGION]).position(|known| *known == name)
    }

    /// The host, if all of it is there; otherwise what is missing.
    fn host(self, region: Option<&str>, problems: &mut Vec<Problem>) -> Option<Host> {
        let line = self.line;
        let [host, zone, class, own] = self.fields;
        let region = own.filter(|own| !own.is_empty()).or_else(|| region.map(str::to_owned));
        let given = [host, zone, class, region];
        for (name, _) in NEEDED.iter().chain(&[REGION]).zip(&given).filter(|(_, value)| value.is_none()) {
            let otherwise = if *name == REGION { ", and no --region either" } else { "" };
            problems.push(Problem::new(line, format!("there is no {name}{otherwise}")));
        }
        match given {
            [Some(host), Some(zone), Some(class), Some(region)] => Some(Host { host, zone, class, region, line }),
            _ => None,
        }
    }
}

/// The hosts of a file, in its order. Those that name no region are of this one.
///
/// # Errors
/// Everything that is wrong with it, by line. Where what follows could not be understood, that is where it ends.
pub fn read(bytes: &[u8], format: Format, region: Option<&str>) -> Result<Vec<Host>, Vec<Problem>> {
    let text = str::from_utf8(bytes).map_err(|error| {
        let before = bytes.iter().take(error.valid_up_to()).filter(|byte| **byte == b'\n').count();
        vec![Problem::new(before + 1, "this is no UTF-8 text")]
    })?;
    // Spreadsheets begin a file with a mark that is no part of the text.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut problems = Vec::new();
    let rows = match format {
        Format::Toml => toml::rows(text, &mut problems),
        Format::Json => json::rows(text, &mut problems),
        Format::Csv => table::rows(text, &mut problems),
    };
    let nowhere = |row: &Row| row.fields.last().is_none_or(|own| own.as_deref().is_none_or(str::is_empty));
    if region.is_none() && !rows.is_empty() && rows.iter().all(nowhere) {
        problems.push(Problem::new(1, "no host names a region; say which is meant with --region"));
        problems.sort();
        return Err(problems);
    }
    let none = rows.is_empty() && problems.is_empty();
    let hosts: Vec<Host> = rows.into_iter().filter_map(|row| row.host(region, &mut problems)).collect();
    if none {
        problems.push(Problem::new(1, "there is no host in it"));
    }
    names(&hosts, &mut problems);
    twice(&hosts, &mut problems);
    problems.sort();
    if problems.is_empty() { Ok(hosts) } else { Err(problems) }
}

/// Sees that everything has a name that may be one.
fn names(hosts: &[Host], problems: &mut Vec<Problem>) {
    for Host { host, zone, class, region, line } in hosts {
        for (what, name) in NEEDED.iter().chain(&[REGION]).zip([host, zone, class, region]) {
            if !api::is_host_name(name) {
                problems.push(Problem::new(*line, format!("\"{}\" cannot name a {what}", brief(name))));
            }
        }
    }
}

/// Sees that no host of a region is there twice.
fn twice(hosts: &[Host], problems: &mut Vec<Problem>) {
    let mut seen: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for Host { host, region, line, .. } in hosts {
        if let Some(first) = seen.get(&(&**region, &**host)) {
            problems.push(Problem::new(*line, format!("host {} stands on line {first} already", brief(host))));
        } else {
            seen.insert((region, host), *line);
        }
    }
}

/// A text as it may be shown in a message.
fn brief(text: &str) -> String {
    let begin: String = text.chars().take(SHOWN_CHARS).collect();
    format!("{}{}", shown(&begin), if begin.len() < text.len() { "…" } else { "" })
}

/// What a name that is no column's is answered.
fn unknown(name: &str) -> String {
    format!("\"{}\" is not known; there are host, zone, class and region", brief(name))
}

#[cfg(test)]
mod tests;
