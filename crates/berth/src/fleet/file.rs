//! A file of hosts, in any of three forms, with the line of each. Knows no server.

use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::path::Path;
use toml::Spanned;

/// Bytes of a host's name.
const NAME_BYTES_MAX: usize = 128;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// [[host]] tables
    Toml,
    /// An array of objects
    Json,
    /// A header and a line a host
    Csv,
}

impl Format {
    /// What a file's name says.
    pub fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()? {
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
    /// On which line, from 1.
    pub line: usize,
}

/// Something that is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Which, from 1.
    pub line: usize,
    /// What.
    pub what: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    host: String,
    zone: String,
    class: String,
}

impl Row {
    fn at(self, line: usize) -> Host {
        let Self { host, zone, class } = self;
        Host { host, zone, class, line }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tables {
    #[serde(default)]
    host: Vec<Spanned<Row>>,
}

/// The hosts of a file, in its order.
///
/// # Errors
/// Every line that is wrong. Where the file as a whole cannot be read, the first.
pub fn read(text: &str, format: Format) -> Result<Vec<Host>, Vec<Problem>> {
    let (hosts, mut problems) = match format {
        Format::Toml => from_toml(text)?,
        Format::Json => from_json(text)?,
        Format::Csv => from_csv(text),
    };
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for Host { host, zone, class, line } in &hosts {
        for (what, name) in [("host", host), ("zone", zone), ("class", class)] {
            if !is_name(name) {
                problems.push(Problem { line: *line, what: format!("{name:?} cannot name a {what}") });
            }
        }
        if let Some(first) = seen.get(host.as_str()) {
            let what = format!("host {host} is on line {first} already");
            problems.push(Problem { line: *line, what });
        } else {
            seen.insert(host, *line);
        }
    }
    if hosts.is_empty() && problems.is_empty() {
        problems.push(Problem { line: 1, what: "there is no host in it".into() });
    }
    problems.sort_by_key(|problem| problem.line);
    if problems.is_empty() { Ok(hosts) } else { Err(problems) }
}

type Rows = (Vec<Host>, Vec<Problem>);

fn from_toml(text: &str) -> Result<Rows, Vec<Problem>> {
    let lines = Lines::of(text);
    let tables: Tables = toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(1, |span| lines.at(span.start));
        vec![Problem { line, what: error.message().to_owned() }]
    })?;
    let hosts = tables.host.into_iter().map(|row| {
        let line = lines.at(row.span().start);
        row.into_inner().at(line)
    });
    Ok((hosts.collect(), Vec::new()))
}

fn from_json(text: &str) -> Result<Rows, Vec<Problem>> {
    let lines = Lines::of(text);
    let whole: Vec<&RawValue> = serde_json::from_str(text)
        .map_err(|error| vec![Problem { line: error.line().max(1), what: error.to_string() }])?;
    let (mut hosts, mut problems) = (Vec::new(), Vec::new());
    for item in whole {
        // Each is a part of the text, so where it begins tells its line.
        let line = lines.at((item.get().as_ptr() as usize).saturating_sub(text.as_ptr() as usize));
        match serde_json::from_str::<Row>(item.get()) {
            Ok(row) => hosts.push(row.at(line)),
            Err(error) => {
                let what = error.to_string();
                let what = what.split(" at line ").next().unwrap_or_default().to_owned();
                problems.push(Problem { line: line + error.line().saturating_sub(1), what });
            }
        }
    }
    Ok((hosts, problems))
}

fn from_csv(text: &str) -> Rows {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).comment(Some(b'#')).from_reader(text.as_bytes());
    let lines = Lines::of(text);
    let line = |at: Option<&csv::Position>| {
        let byte = at.and_then(|at| usize::try_from(at.byte()).ok()).unwrap_or(0);
        lines.at(written(text, byte))
    };
    let (mut hosts, mut problems) = (Vec::new(), Vec::new());
    let header = reader.headers().cloned();
    for record in reader.records() {
        let row = record.and_then(|record| {
            let row: Row = record.deserialize(header.as_ref().ok())?;
            Ok(row.at(line(record.position())))
        });
        match row {
            Ok(host) => hosts.push(host),
            Err(error) => {
                let what = error.to_string();
                let what = what.rsplit("): ").next().unwrap_or_default().to_owned();
                problems.push(Problem { line: line(error.position()), what });
            }
        }
    }
    (hosts, problems)
}

/// Where at or after a place something is written: past empty lines and comments.
fn written(text: &str, mut from: usize) -> usize {
    while let Some(line) = text.get(from..).and_then(|rest| rest.split_inclusive('\n').next()) {
        let bare = line.trim();
        if !bare.is_empty() && !bare.starts_with('#') {
            return from;
        }
        from += line.len();
    }
    from.min(text.len().saturating_sub(1))
}

fn is_name(text: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let begins = text.bytes().next().is_some_and(|first| first.is_ascii_alphanumeric());
    begins && text.len() <= NAME_BYTES_MAX && text.bytes().all(legal)
}

/// Where the lines of a text begin.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        let after = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Self(std::iter::once(0).chain(after).collect())
    }

    fn at(&self, offset: usize) -> usize {
        self.0.partition_point(|begin| *begin <= offset)
    }
}

#[cfg(test)]
mod tests {
    use super::{Format, Problem, read};

    fn lines(text: &str, format: Format) -> Vec<(String, usize)> {
        let hosts = read(text, format).unwrap_or_else(|problems| panic!("{problems:?}"));
        hosts.into_iter().map(|it| (format!("{} {} {}", it.host, it.zone, it.class), it.line)).collect()
    }

    fn problems(text: &str, format: Format) -> Vec<(usize, String)> {
        let found = read(text, format).expect_err("something is wrong");
        found.into_iter().map(|Problem { line, what }| (line, what)).collect()
    }

    fn two(first: usize, second: usize) -> Vec<(String, usize)> {
        vec![("h1 z g6".to_owned(), first), ("h2 z g6".to_owned(), second)]
    }

    #[test]
    fn each_form_tells_hosts_with_their_lines() {
        assert_eq!(lines("host,zone,class\nh1,z,g6\n# spare\n h2 , z , g6\n", Format::Csv), two(2, 4));
        let toml = "[[host]]\nhost = \"h1\"\nzone = \"z\"\nclass = \"g6\"\n\n[[host]]\nhost = \"h2\"\nzone = \"z\"\nclass = \"g6\"\n";
        assert_eq!(lines(toml, Format::Toml), two(1, 6));
        let json = "[\n {\"host\":\"h1\",\"zone\":\"z\",\"class\":\"g6\"},\n\n {\"host\":\"h2\",\n  \"zone\":\"z\",\"class\":\"g6\"}]";
        assert_eq!(lines(json, Format::Json), two(2, 4));
    }

    #[test]
    fn every_line_that_is_wrong_is_told() {
        let csv = "host,zone,class\nh1,z,g6\nh 2,z,g6\nh1,z,c6\nh3,z\n";
        let told = problems(csv, Format::Csv);
        assert_eq!(told.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [3, 4, 5], "{told:?}");
        assert!(told[1].1.contains("line 2"), "{told:?}");
        let json = "[{\"host\":\"h1\",\"zone\":\"z\",\"class\":\"g6\"},\n{\"host\":\"h2\",\"zone\":\"z\"},\n{\"host\":\"h3\",\"zone\":\"z\",\"class\":\"g6\",\"rack\":7}]";
        assert_eq!(problems(json, Format::Json).iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 3]);
        assert_eq!(problems("[[host]]\nhost = 1\n", Format::Toml)[0].0, 2);
        assert_eq!(problems("host,zone\nh1,z\n", Format::Csv)[0].0, 2);
        assert_eq!(problems("[\n{", Format::Json)[0].0, 2);
        for (empty, format) in [("", Format::Csv), ("[]", Format::Json), ("", Format::Toml)] {
            assert_eq!(problems(empty, format).len(), 1, "{format:?}");
        }
    }

    #[test]
    fn a_hundred_thousand_lines_are_read() {
        let mut text = String::from("host,zone,class\n");
        (0..100_000).for_each(|n| text.push_str(&format!("h{n},z,g6\n")));
        let hosts = read(&text, Format::Csv).expect("sound");
        assert_eq!((hosts.len(), hosts[99_999].line), (100_000, 100_001));
    }
}
