//! `berth explain CODE`: the page of a fault at a terminal, from the texts that make `docs/errors` and the console's
//! error centre. Asks no server.

use crate::call::near;
use crate::cli::Output;
use crate::show::{columns, shown, terminal_width};
use crate::store::out;
use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

const ERRORS: &str = include_str!("../../../console/data/errors.json");
/// Columns of a line where the terminal does not say.
const WIDTH: usize = 100;
/// Codes that are proposed for one that there is not.
const PROPOSALS: usize = 5;

#[derive(Deserialize)]
struct Errors {
    errors: Vec<Page>,
}

/// All there is to say about a code.
#[derive(Deserialize, Serialize)]
struct Page {
    code: String,
    advice: String,
    rows: Vec<Row>,
}

/// One way in which it is sent.
#[derive(Deserialize, Serialize)]
struct Row {
    /// Nothing: by every operation.
    operation: Option<String>,
    status: u16,
    message: String,
    when: Option<String>,
}

/// Prints the page of a code, in any letter case.
pub fn run(code: &str, output: Output) -> Result<()> {
    let Errors { errors } = serde_json::from_str(ERRORS).context("the pages of faults")?;
    let Some(page) = errors.iter().find(|page| page.code.eq_ignore_ascii_case(code)) else {
        let near = proposals(&errors, code).join("\n  ");
        bail!("Berth sends no code {}. Near it:\n  {near}", shown(code));
    };
    match output {
        Output::Json => out!("{}", serde_json::to_string_pretty(page)?),
        Output::Table => out!("{}", text(page, terminal_width().unwrap_or(WIDTH)).trim_end()),
    }
    Ok(())
}

/// The codes that hold what was asked, or else those spelt most like it.
fn proposals<'a>(errors: &'a [Page], asked: &str) -> Vec<&'a str> {
    let asked: String = asked.chars().take(PROPOSALS * WIDTH).flat_map(char::to_lowercase).collect();
    let mut codes: Vec<&str> = errors.iter().map(|page| page.code.as_str()).collect();
    codes.sort_by_cached_key(|code| {
        let code = code.to_lowercase();
        (!code.contains(&asked), near::distance(&code, &asked))
    });
    codes.truncate(PROPOSALS);
    codes
}

fn text(page: &Page, width: usize) -> String {
    let mut text = format!("{}\n\nWhat to do\n", page.code);
    text += &wrapped(&page.advice.replace('`', ""), "  ", width);
    text += "\nWhen it is sent\n";
    for row in &page.rows {
        let operation = row.operation.as_deref().unwrap_or("any operation");
        text += &format!("  {operation}, {}", row.status);
        match &row.when {
            Some(when) => text += &format!(":\n{}", wrapped(&when.replace('`', ""), "    ", width)),
            None => text.push('\n'),
        }
        text += &wrapped(&format!("\"{}\"", row.message), "    ", width);
    }
    text
}

/// Words in lines that begin with `indent` and end before `width`.
fn wrapped(words: &str, indent: &str, width: usize) -> String {
    let mut text = String::new();
    let mut line = String::new();
    for word in words.split_whitespace() {
        if !line.is_empty() && columns(indent) + columns(&line) + 1 + columns(word) > width {
            text += &format!("{indent}{line}\n");
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line += word;
    }
    text + &format!("{indent}{line}\n")
}

#[cfg(test)]
mod tests {
    use super::{ERRORS, Errors, proposals, text, wrapped};

    fn errors() -> Errors {
        serde_json::from_str(ERRORS).expect("the pages")
    }

    #[test]
    fn every_code_of_the_table_has_a_page_that_says_what_to_do() {
        let errors = errors().errors;
        for fault in api::operations::TABLE.iter().flat_map(|row| row.faults) {
            let page = errors.iter().find(|page| page.code == fault.code);
            let page = page.unwrap_or_else(|| panic!("{} has no page", fault.code));
            assert!(
                !page.advice.is_empty() && page.rows.iter().any(|row| row.status == fault.status),
                "{}",
                fault.code
            );
        }
    }

    #[test]
    fn a_page_keeps_within_its_width_as_far_as_words_do() {
        let errors = errors().errors;
        let page = errors.iter().find(|page| page.code == "OperationDenied.NoStock").expect("the page");
        let text = text(page, 60);
        assert!(
            text.starts_with("OperationDenied.NoStock\n\nWhat to do\n  ") && text.contains("  RunInstances, 403:\n")
        );
        assert!(text.lines().all(|line| line.len() <= 60 || !line.trim().contains(' ')), "{text}");
        assert_eq!(wrapped("a bb ccc", "  ", 6), "  a bb\n  ccc\n");
    }

    #[test]
    fn codes_that_hold_what_was_asked_come_first() {
        let errors = errors().errors;
        assert!(proposals(&errors, "nostock").contains(&"OperationDenied.NoStock"));
        assert_eq!(proposals(&errors, "DryRunOperatoin").first(), Some(&"DryRunOperation"));
        assert_eq!(proposals(&errors, &"x".repeat(100_000)).len(), 5);
    }
}
