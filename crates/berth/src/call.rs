//! `berth call`: one call of any operation, and its answer as a table, JSON or XML.

use crate::client::{Answer, Client, Target, block_on};
use crate::table;
use anyhow::{Context, Result, bail};
use api::operations::{self, ECS, TABLE};
use std::io::IsTerminal;
use std::process::ExitCode;

/// The answer that says that a dry run found nothing wrong.
const DRY_RUNS: [&str; 2] = ["DryRunOperation", "DRYRUN.SUCCESS"];
/// Letters that a misspelt action may differ in.
const MISSPELT_MAX: usize = 3;

/// How an answer is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Form {
    /// For people; the default at a terminal
    Table,
    /// For programs; the default elsewhere
    Json,
    /// As XML clients get it
    Xml,
}

/// `berth call`
#[derive(clap::Args, Debug)]
pub struct Arguments {
    /// The operation, such as CreateCapacityReservation
    pub action: String,
    /// Its parameters, such as ZoneId.1=cn-hangzhou-h. `Name=@FILE` takes the value from a file, `Name=@-` from standard
    /// input
    #[arg(value_name = "NAME=VALUE")]
    pub params: Vec<String>,
    /// The version of the API; that of the operation if it is one of ours
    #[arg(long, value_name = "VERSION")]
    pub version: Option<String>,
    /// Check everything and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// How to print the answer
    #[arg(long, value_enum)]
    pub output: Option<Form>,
    #[command(flatten)]
    pub target: Target,
}

/// Calls, and prints what is answered. Ends with 0 on success (a dry run that finds nothing wrong too), with 1 on a fault.
///
/// # Errors
/// When the server cannot be reached, or the arguments are none.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let mut params = arguments.params.iter().map(|text| param(text)).collect::<Result<Vec<_>>>()?;
    if arguments.dry_run {
        params.push(("DryRun".to_owned(), "true".to_owned()));
    }
    let terminal = std::io::stdout().is_terminal();
    let form = arguments.output.unwrap_or(if terminal { Form::Table } else { Form::Json });
    if form == Form::Xml {
        params.push(("Format".to_owned(), "XML".to_owned()));
    }
    let known = operations::find(&arguments.action);
    let version = arguments.version.as_deref().or(known.map(|row| row.version)).unwrap_or(ECS);
    let pairs: Vec<(&str, &str)> = params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let mut client = Client::new(&arguments.target)?;
    let answer = block_on(client.call(&arguments.action, version, &pairs))?;
    if answer.is_success() {
        print(&answer, form, terminal);
        return Ok(ExitCode::SUCCESS);
    }
    Ok(refused(arguments, &answer, form))
}

fn print(answer: &Answer, form: Form, terminal: bool) {
    match (form, answer.json()) {
        (Form::Table, Some(body)) => print!("{}", table::show(&body, terminal.then(table::terminal_width))),
        (Form::Json, Some(body)) => println!("{body:#}"),
        _ => println!("{}", answer.body),
    }
}

fn refused(arguments: &Arguments, answer: &Answer, form: Form) -> ExitCode {
    let (code, message) = answer.fault();
    if DRY_RUNS.contains(&code.as_str()) {
        println!("nothing is wrong with it: {message}");
        return ExitCode::SUCCESS;
    }
    if form != Form::Table {
        println!("{}", answer.json().map_or_else(|| answer.body.clone(), |body| format!("{body:#}")));
    }
    let body = answer.json().unwrap_or_default();
    let text = |name: &str| body.get(name).and_then(|it| it.as_str()).map(str::to_owned);
    eprintln!("berth: {} {code}: {message}", answer.status);
    if let Some(id) = text("RequestId") {
        eprintln!("  RequestId  {id}");
    }
    if let Some(advice) = text("Recommend") {
        eprintln!("  see        {advice}");
    }
    if operations::find(&arguments.action).is_none()
        && let Some(near) = nearest(&arguments.action)
    {
        eprintln!("  did you mean {near}?");
    }
    ExitCode::FAILURE
}

/// `Name=Value`; a value that begins with `@` is the name of a file.
fn param(text: &str) -> Result<(String, String)> {
    let (name, value) = text.split_once('=').with_context(|| format!("{text:?} is not NAME=VALUE"))?;
    if name.is_empty() {
        bail!("{text:?} is not NAME=VALUE");
    }
    let value = match value.strip_prefix('@') {
        None => value.to_owned(),
        Some("-") => std::io::read_to_string(std::io::stdin()).context("standard input")?,
        Some(file) => std::fs::read_to_string(file).with_context(|| file.to_owned())?,
    };
    Ok((name.to_owned(), value))
}

/// The operation that a misspelt name was meant for.
fn nearest(name: &str) -> Option<&'static str> {
    let far = |row: &&api::Row| distance(&row.name.to_lowercase(), &name.to_lowercase());
    TABLE.iter().min_by_key(far).filter(|row| far(row) <= MISSPELT_MAX).map(|row| row.name)
}

/// How many letters have to be put in, taken out or exchanged.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, letter) in one.chars().enumerate() {
        let mut left = i + 1;
        let mut corner = i;
        row[0] = left;
        for (j, there) in other.iter().enumerate() {
            let above = row[j + 1];
            left = (corner + usize::from(letter != *there)).min(left + 1).min(above + 1);
            corner = above;
            row[j + 1] = left;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{distance, nearest, param};

    #[test]
    fn a_parameter_is_a_name_and_a_value() {
        let read = |text: &str| param(text).ok();
        let pair = |name: &str, value: &str| Some((name.to_owned(), value.to_owned()));
        assert_eq!(read("ZoneId.1=a"), pair("ZoneId.1", "a"));
        assert_eq!(read("Description=a=b"), pair("Description", "a=b"));
        assert_eq!(read("Name="), pair("Name", ""));
        for odd in ["", "Name", "=value", "Name=@/there/is/no/such/file"] {
            assert_eq!(read(odd), None, "{odd}");
        }
    }

    #[test]
    fn a_misspelt_action_is_guessed() {
        assert_eq!(nearest("RelaseCapacityReservation"), Some("ReleaseCapacityReservation"));
        assert_eq!(nearest("runinstances"), Some("RunInstances"));
        assert_eq!(nearest("Nothing"), None);
        assert_eq!((distance("kitten", "sitting"), distance("", "ab"), distance("ab", "ab")), (3, 2, 0));
    }
}
