//! `berth call`: one call of any operation, and its answer as a table, JSON or XML. What the operation is about is the
//! server's; the table of ours gives its version and whether it has a dry run.
//!
//! `params` reads the command line's parameters, `near` guesses what was meant.

pub mod near;
mod params;

use crate::client::{Answer, Client, Fault, Target, block_on, misused};
use crate::ending::{EndWith, FAULT, USAGE};
use crate::show::{self, shown, terminal_width};
use crate::store::out;
use anyhow::Result;
use api::Row;
use api::operations::{self, ECS};
use rpc::fault::common;
use std::io::{IsTerminal, stdin, stdout};
use std::process::ExitCode;

/// The end of its help.
pub const HELP: &str = "\
Examples, with `berth dev` running beside them:

  berth call --dev --region cn-hangzhou DescribeZones Verbose=false
  berth call --dev --region cn-hangzhou CreateCapacityReservation \\
    ZoneId.1=cn-hangzhou-h InstanceType=ecs.g6.large InstanceAmount=2
  berth call --dev --region cn-hangzhou ReleaseCapacityReservation \\
    PrivatePoolOptions.Id=crp-... --dry-run
  berth call --dev --region cn-hangzhou RegisterHosts Hosts=@hosts.json

Ends with status 0 when it was done, 1 on a fault, 2 when no whole answer came,
and 64 when the arguments make no sense and nothing was sent.";

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
    /// Its parameters, such as ZoneId.1=cn-hangzhou-h
    ///
    /// `Name=@FILE` takes the value from a file, without the line break at its end, and `Name=@-` from standard input;
    /// a value that begins with @ is written with two of them.
    #[arg(value_name = "NAME=VALUE")]
    pub params: Vec<String>,
    /// Check everything and change nothing; success means that it would be done
    #[arg(long)]
    pub dry_run: bool,
    /// How to print the answer
    #[arg(long, value_enum)]
    pub output: Option<Form>,
    /// The version of the API [default: that of the operation if it is one of ours, else 2014-05-26]
    #[arg(long, value_name = "VERSION")]
    pub version: Option<String>,
    #[command(flatten)]
    pub target: Target,
}

/// Calls, and prints what is answered.
///
/// # Errors
/// When the server cannot be reached, or the arguments make no sense.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let mut params = params::read(&arguments.params, &mut stdin()).end_with(USAGE)?;
    let row = operations::find(&arguments.action);
    if arguments.dry_run {
        params.push(dry_run(&arguments.action, row, &params)?);
    }
    let terminal = stdout().is_terminal();
    let form = arguments.output.unwrap_or(if terminal { Form::Table } else { Form::Json });
    if form == Form::Xml {
        params.push(("Format".to_owned(), "XML".to_owned()));
    }
    let version = arguments.version.as_deref().or(row.map(|row| row.version)).unwrap_or(ECS);
    let pairs: Vec<(&str, &str)> = params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let mut client = Client::new(&arguments.target)?;
    let answer = block_on(client.call(&arguments.action, version, &pairs))?;
    let Some(fault) = &answer.fault else {
        print(&answer, form)?;
        if arguments.dry_run {
            eprintln!("berth: this is no answer to a dry run; the server may have done it");
            return Ok(FAULT.into());
        }
        return Ok(ExitCode::SUCCESS);
    };
    if fault.code == row.map_or(common::DRY_RUN.code, |row| row.dry_run.code) {
        match form {
            Form::Table => out!("nothing is wrong with it, and nothing was done"),
            Form::Json | Form::Xml => print(&answer, form)?,
        }
        return Ok(ExitCode::SUCCESS);
    }
    if form != Form::Table {
        print(&answer, form)?;
    }
    tell(fault);
    if let Some(near) = near::nearest(&arguments.action) {
        eprintln!("  did you mean {near}?");
    }
    Ok(FAULT.into())
}

/// The parameter that asks for a dry run. Most operations have none and would do what they are asked, so it is sent only
/// where it is known to be heeded.
fn dry_run(action: &str, row: Option<&Row>, params: &[(String, String)]) -> Result<(String, String)> {
    const NAME: &str = "DryRun";
    if params.iter().any(|(name, _)| name == NAME) {
        return Err(misused(format!("{NAME} is given twice")));
    }
    match row {
        Some(row) if row.takes(NAME) => Ok((NAME.to_owned(), "true".to_owned())),
        Some(_) => Err(misused(format!("{action} has no dry run: it would be done; nothing was sent"))),
        None => Err(misused(format!(
            "whether {action} has a dry run is not known, so nothing was sent; {NAME}=true as a parameter sends it"
        ))),
    }
}

fn print(answer: &Answer, form: Form) -> Result<()> {
    match form {
        Form::Xml => out!("{}", answer.body),
        Form::Json => out!("{}", answer.json()?.pretty()),
        Form::Table => out!("{}", show::show(&answer.json()?, terminal_width()).trim_end()),
    }
    Ok(())
}

fn tell(fault: &Fault) {
    eprintln!("berth: {fault}");
    for (name, value) in [("RequestId", &fault.request_id), ("see      ", &fault.recommend)] {
        if !value.is_empty() {
            eprintln!("  {name}  {}", shown(value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::dry_run;
    use crate::ending::{USAGE, status_of};
    use api::operations::find;

    #[test]
    fn a_dry_run_is_asked_for_only_where_it_is_heeded() {
        let asked = |action: &str| dry_run(action, find(action), &[]);
        assert!(asked("ReleaseCapacityReservation").is_ok());
        for (action, why) in [("CreateCapacityReservation", "would be done"), ("Misspelt", "not known")] {
            let error = asked(action).expect_err(action);
            assert!(error.to_string().contains(why) && status_of(&error) == USAGE, "{error}");
        }
        let given = [("DryRun".to_owned(), "false".to_owned())];
        assert!(dry_run("RunInstances", find("RunInstances"), &given).is_err());
    }
}
