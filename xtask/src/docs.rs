//! Writes `docs/reference/` and `docs/errors/` from `contract/` and `docs/errors/advice.toml`, and `console/data/`; and
//! into the pages of `docs/manual/` the files that they show.
//! The pages are committed, so that they can be read without building; `--check` compares.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};

use crate::console;
use crate::contract::{Contract, Fault, Field, Operation, Parameter};
use crate::shown;

const MADE: &str = "<!-- Made from contract/ by `cargo xtask docs`. Edit there. -->\n\n";

/// Pages by their path under the root.
pub(crate) type Pages = BTreeMap<PathBuf, String>;

/// Writes the pages, or with `check` only compares them.
///
/// # Errors
/// A contract that cannot be read; advice missing or superfluous; with `check`, pages that differ.
pub fn run(check: bool) -> Result<()> {
    let root = crate::root();
    let pages = pages(&root)?;
    let stale = stale(&root, &pages)?;
    if check {
        ensure!(stale.is_empty(), "these pages differ; run `cargo xtask docs`:\n  {}", stale.join("\n  "));
        return Ok(());
    }
    for (path, text) in &pages {
        let path = root.join(path);
        fs::create_dir_all(path.parent().context("a page has a folder")?)?;
        fs::write(&path, text).with_context(|| path.display().to_string())?;
    }
    for path in stale {
        let path = PathBuf::from(path);
        if !pages.contains_key(&path) {
            fs::remove_file(root.join(path))?;
        }
    }
    println!("{} pages", pages.len());
    Ok(())
}

/// The committed pages that are not what they should be: changed, missing, or no longer made.
fn stale(root: &Path, pages: &Pages) -> Result<Vec<String>> {
    let mut stale = BTreeSet::new();
    for (path, text) in pages {
        if fs::read_to_string(root.join(path)).ok().as_ref() != Some(text) {
            stale.insert(path.display().to_string());
        }
    }
    for folder in ["docs/errors", "docs/reference"] {
        let Ok(entries) = fs::read_dir(root.join(folder)) else { continue };
        for entry in entries {
            let path = Path::new(folder).join(entry?.file_name());
            if path.extension().is_some_and(|it| it == "md") && !pages.contains_key(&path) {
                stale.insert(path.display().to_string());
            }
        }
    }
    Ok(stale.into_iter().collect())
}

fn pages(root: &Path) -> Result<Pages> {
    let contract = Contract::read(root)?;
    let mut pages = Pages::new();
    for operation in contract.operations.values() {
        let path = format!("docs/reference/{}.md", operation.name);
        pages.insert(path.into(), reference_page(operation)?);
    }
    pages.insert("docs/reference/README.md".into(), reference_index(&contract)?);
    let advice = advice(root)?;
    let codes = codes(&contract);
    for (code, rows) in &codes {
        let Some(advice) = advice.get(*code) else {
            bail!("docs/errors/advice.toml says nothing about {code}");
        };
        pages.insert(format!("docs/errors/{code}.md").into(), error_page(code, rows, advice)?);
    }
    if let Some(code) = advice.keys().find(|it| !codes.contains_key(it.as_str())) {
        bail!("docs/errors/advice.toml speaks of {code}, which Berth never sends");
    }
    pages.insert("docs/errors/README.md".into(), error_index(&codes)?);
    pages.insert("console/data/operations.json".into(), console::operations(root, &contract)?);
    pages.insert("console/data/errors.json".into(), console::errors(&codes, &advice)?);
    pages.append(&mut shown::pages(root, Path::new("docs/manual"))?);
    Ok(pages)
}

fn advice(root: &Path) -> Result<BTreeMap<String, String>> {
    let path = root.join("docs/errors/advice.toml");
    let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    toml::from_str(&text).with_context(|| path.display().to_string())
}

/// Rows that Berth sends, by code, each with the operation that sends it (none: every operation).
pub(crate) type Codes<'a> = BTreeMap<&'a str, Vec<(Option<&'a str>, &'a Fault)>>;

fn codes(contract: &Contract) -> Codes<'_> {
    let own = contract.operations.values();
    let own = own.flat_map(|it| it.faults.iter().map(|fault| (Some(it.name.as_str()), fault)));
    let common = contract.common.faults.iter().map(|fault| (None, fault));
    let mut codes = Codes::new();
    for (operation, fault) in common.chain(own).filter(|(_, fault)| fault.sent) {
        codes.entry(&fault.code).or_default().push((operation, fault));
    }
    codes
}

fn error_page(code: &str, rows: &[(Option<&str>, &Fault)], advice: &str) -> Result<String> {
    let mut page = format!("{MADE}# {code}\n\n");
    page.push_str("| Operation | Status | Message | Sent when |\n|---|---|---|---|\n");
    for (operation, fault) in rows {
        let operation = operation.map_or("any".to_owned(), |it| format!("[{it}](../reference/{it}.md)"));
        let (message, when) = (cell(&fault.message), cell(fault.when.as_deref().unwrap_or_default()));
        writeln!(page, "| {operation} | {} | {message} | {when} |", fault.status)?;
    }
    writeln!(page, "\n## What to do\n\n{}", advice.trim())?;
    Ok(page)
}

fn error_index(codes: &Codes<'_>) -> Result<String> {
    let mut page = format!("{MADE}# Errors\n\nEvery code that Berth sends, and the statuses it comes with.\n\n");
    page.push_str("| Code | Status |\n|---|---|\n");
    for (code, rows) in codes {
        let statuses: BTreeSet<_> = rows.iter().map(|(_, fault)| fault.status.to_string()).collect();
        let statuses = statuses.into_iter().collect::<Vec<_>>().join(", ");
        writeln!(page, "| [{code}]({code}.md) | {statuses} |")?;
    }
    Ok(page)
}

fn reference_index(contract: &Contract) -> Result<String> {
    let mut page = format!("{MADE}# Operations\n");
    for (own, title) in [(false, "Of the recorded API, version 2014-05-26"), (true, "Of Berth, version 2026-11-01")] {
        writeln!(page, "\n## {title}\n\n| Operation | |\n|---|---|")?;
        for operation in contract.operations.values().filter(|it| it.is_extension() == own) {
            writeln!(page, "| [{0}]({0}.md) | {1} |", operation.name, operation.summary)?;
        }
    }
    page.push_str("\n## Parameters of every call\n\n");
    parameter_table(&mut page, &contract.common.parameters)?;
    page.push_str("\n## Order of the checks before an operation's own\n\n");
    for (at, check) in contract.common.checks.iter().enumerate() {
        writeln!(page, "{}. {check}", at + 1)?;
    }
    page.push_str("\n## Faults of every call\n\n");
    fault_table(&mut page, &contract.common.faults)?;
    Ok(page)
}

fn reference_page(operation: &Operation) -> Result<String> {
    let mut page = format!("{MADE}# {}\n\n{}\n\n", operation.name, operation.summary);
    writeln!(page, "| | |\n|---|---|\n| Version | {} |", operation.version)?;
    if operation.operator {
        page.push_str("| For | accounts of operators alone |\n");
    }
    writeln!(page, "| Action for allow-lists | `{}` ({}) |", operation.ram_action, operation.access)?;
    let resource = if operation.resource.is_empty() { "none" } else { &operation.resource };
    writeln!(page, "| Resource for allow-lists | `{resource}` |")?;
    writeln!(page, "| Methods | {} |\n| XML root | `{}` |", operation.methods.join(", "), operation.xml_root)?;
    if let Some(quota) = operation.quota_per_minute {
        writeln!(page, "| Published quota | {quota} calls a minute and account |")?;
    }
    page.push_str("\n## Request\n\n");
    parameter_table(&mut page, &operation.parameters)?;
    if !operation.ignored.is_empty() {
        writeln!(page, "\nTaken and ignored: `{}`.", operation.ignored.join("`, `"))?;
    }
    page.push_str("\n## Answer\n\n| Field | Type |\n|---|---|\n");
    for field in operation.fields.iter().filter(|it| it.sent) {
        writeln!(page, "| `{}` | {} |", field.path, field.kind)?;
    }
    left_out(&mut page, &operation.fields)?;
    decision_table(&mut page, operation)?;
    if !operation.notes.is_empty() {
        page.push_str("\n## To know\n\n");
        for note in &operation.notes {
            writeln!(page, "- {note}")?;
        }
    }
    page.push_str("\n## Faults\n\nThose of [every call](README.md), and:\n\n");
    fault_table(&mut page, &operation.faults)?;
    Ok(page)
}

fn left_out(page: &mut String, fields: &[Field]) -> Result<()> {
    for field in fields.iter().filter(|it| !it.sent) {
        writeln!(page, "\nNot sent: `{}`, {}.", field.path, field.why.as_deref().unwrap_or("undocumented"))?;
    }
    Ok(())
}

fn decision_table(page: &mut String, operation: &Operation) -> Result<()> {
    if operation.decisions.is_empty() {
        return Ok(());
    }
    page.push_str("\n## Which answer when\n\nThe first row that applies is the answer.\n\n");
    page.push_str("| Case | Status | Code | Record |\n|---|---|---|---|\n");
    for row in &operation.decisions {
        let code = row.code.as_deref().map_or("none".to_owned(), |it| format!("`{it}`"));
        let record = match &row.unreachable {
            Some(why) => format!("{}; does not arise: {why}", row.certainty),
            None => row.certainty.clone(),
        };
        writeln!(page, "| {} | {} | {code} | {record} |", row.case, row.status)?;
    }
    Ok(())
}

fn parameter_table(page: &mut String, parameters: &[Parameter]) -> Result<()> {
    page.push_str("| Parameter | Type | Required | Bounds | |\n|---|---|---|---|---|\n");
    for parameter in parameters {
        let required = if parameter.required { "yes" } else { "no" };
        let (kind, bounds, about) = (&parameter.kind, cell(&bounds(parameter)), cell(&parameter.about));
        writeln!(page, "| `{}` | {kind} | {required} | {bounds} | {about} |", parameter.name)?;
    }
    Ok(())
}

fn bounds(parameter: &Parameter) -> String {
    let mut bounds = Vec::new();
    if !parameter.values.is_empty() {
        bounds.push(format!("`{}`", parameter.values.join("` `")));
    }
    match (parameter.minimum, parameter.maximum) {
        (Some(low), Some(high)) => bounds.push(format!("{low} to {high}")),
        (Some(low), None) => bounds.push(format!("from {low}")),
        (None, Some(high)) => bounds.push(format!("up to {high}")),
        (None, None) => {}
    }
    match (parameter.length_min, parameter.length_max) {
        (Some(low), Some(high)) => bounds.push(format!("{low} to {high} characters")),
        (None, Some(high)) => bounds.push(format!("up to {high} characters")),
        (_, None) => {}
    }
    if let Some(count) = parameter.count_max {
        bounds.push(format!("at most {count}"));
    }
    if let Some(default) = &parameter.default {
        bounds.push(format!("default `{}`", plain(default)));
    }
    bounds.join("; ")
}

fn fault_table(page: &mut String, faults: &[Fault]) -> Result<()> {
    page.push_str("| Status | Code | Message | When |\n|---|---|---|---|\n");
    for fault in faults.iter().filter(|it| it.sent) {
        let (message, when) = (cell(&fault.message), cell(fault.when.as_deref().unwrap_or_default()));
        writeln!(page, "| {} | [{1}](../errors/{1}.md) | {message} | {when} |", fault.status, fault.code)?;
    }
    if faults.iter().any(|it| !it.sent) {
        page.push_str(
            "\nOn record and never sent by Berth:\n\n| Status | Code | Message | Why not |\n|---|---|---|---|\n",
        );
    }
    for fault in faults.iter().filter(|it| !it.sent) {
        let (message, why) = (cell(&fault.message), cell(fault.why.as_deref().unwrap_or_default()));
        writeln!(page, "| {} | `{}` | {message} | {why} |", fault.status, fault.code)?;
    }
    Ok(())
}

/// A default as a caller would send it.
pub(crate) fn plain(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Integer(number) => number.to_string(),
        toml::Value::Boolean(truth) => truth.to_string(),
        other => format!("{other:?}"),
    }
}

/// Text that cannot break out of its cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;")
}
