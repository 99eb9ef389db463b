//! Rules about the wire: the table, the operations' files and the contract's folders name the same operations;
//! every fault in the code is on record; every dialogue keeps to the contract; the made pages are up to date.
//! What asks about `crates/api` begins to apply when its table exists.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Result;
use serde_json::Value;

use super::{Problem, Source};
use crate::contract::{Contract, Fault, Operation};
use crate::dialogue::{self, Call, Step};

const TABLE: &str = "crates/api/src/operations.rs";

/// Checks code and dialogues against the contract.
pub(super) fn check(root: &Path, sources: &[Source], problems: &mut Vec<Problem>) -> Result<()> {
    let contract = Contract::read(root)?;
    for source in sources {
        if source.path.starts_with("contract") && source.is(&["http"]) {
            dialogue(&contract, source, problems);
        }
        if source.path.starts_with("crates/api/src") || source.path.starts_with("crates/rpc/src") {
            faults(&contract, source, problems);
        }
    }
    if let Some(table) = sources.iter().find(|it| it.path == Path::new(TABLE)) {
        rows(root, &contract, table, sources, problems);
    }
    for name in contract.operations.keys() {
        let folder = Path::new("contract").join(name);
        if !sources.iter().any(|it| it.path.starts_with(&folder) && it.is(&["http"])) {
            let what = "has no dialogue; write NAME.http".to_owned();
            problems.push(Problem { path: folder, line: 0, what });
        }
    }
    Ok(())
}

/// The table, `operations/<name>.rs` and `contract/<Name>/` are the same set.
fn rows(root: &Path, contract: &Contract, table: &Source, sources: &[Source], problems: &mut Vec<Problem>) {
    for name in contract.operations.keys() {
        let file = format!("crates/api/src/operations/{}.rs", snake(name));
        if !root.join(&file).is_file() {
            let what = format!("contract/{name} has no operation; write it");
            problems.push(Problem { path: file.into(), line: 0, what });
        }
        let named = table.text.contains(name.as_str()) || table.text.contains(&snake(name));
        if !named {
            problems.push(table.problem(0, format!("has no row for {name}; add it")));
        }
    }
    for source in sources.iter().filter(|it| it.path.parent() == Some(Path::new("crates/api/src/operations"))) {
        let mut named = contract.operations.keys().map(|it| snake(it));
        let stem = source.path.file_stem().and_then(|it| it.to_str()).unwrap_or_default();
        // A file that is no operation's own is shared by several and named by no row.
        let is_row = source.text.contains("Operation for") || names_itself(&source.text, stem);
        if is_row && !named.any(|it| it == stem) {
            problems.push(source.problem(0, "has no folder in contract/; record the operation first"));
        }
    }
}

/// Whether a file named `list_things` holds the literal `"ListThings"`.
fn names_itself(text: &str, stem: &str) -> bool {
    literals(text).iter().any(|it| !it.is_empty() && snake(it) == stem)
}

/// Every `const NAME: Fault = ...;` has its status, code and message on record.
fn faults(contract: &Contract, source: &Source, problems: &mut Vec<Problem>) {
    let own = contract
        .operations
        .values()
        .find(|it| source.path.file_stem().is_some_and(|stem| stem == snake(&it.name).as_str()));
    for (at, _) in source.text.match_indices(": Fault =") {
        let statement = &source.text[at..];
        let statement = statement.split_once(";\n").map_or(statement, |(it, _)| it);
        let texts = literals(statement);
        let [code, message, ..] = &texts[..] else { continue };
        let digits: String =
            statement.chars().skip_while(|it| !it.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
        let status = digits.parse::<u16>().unwrap_or(0);
        if !on_record(contract, own, status, code, message) {
            let line = source.text[..at].lines().count();
            let what = format!("{status} {code} / {message} is not in contract/; record it or use a row that is there");
            problems.push(source.problem(line, what));
        }
    }
}

/// An operation's file sends only what is recorded as sent; shared files may know more of the record.
fn on_record(contract: &Contract, own: Option<&Operation>, status: u16, code: &str, message: &str) -> bool {
    let is = |it: &Fault| it.status == status && it.code == code && (it.reads(message) || it.begins(message));
    match own {
        Some(operation) => contract.faults_of(operation).any(|it| is(it) && it.sent),
        None => contract.common.faults.iter().chain(contract.operations.values().flat_map(|it| &it.faults)).any(is),
    }
}

/// The string literals of a piece of Rust, unescaped as far as faults need it.
fn literals(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text.chars();
    while rest.by_ref().any(|it| it == '"') {
        let mut literal = String::new();
        while let Some(letter) = rest.next() {
            match letter {
                '"' => break,
                '\\' => literal.extend(rest.next()),
                other => literal.push(other),
            }
        }
        found.push(literal);
    }
    found
}

/// `ListTagResources` as `list_tag_resources`.
fn snake(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

/// A dialogue can be read, asks for known operations and expects what the contract knows.
fn dialogue(contract: &Contract, source: &Source, problems: &mut Vec<Problem>) {
    let steps = match dialogue::read(&source.text) {
        Ok(steps) => steps,
        Err(wrong) => return problems.push(source.problem(0, format!("cannot be read: {wrong}"))),
    };
    for step in steps {
        let Step::Call(call) = step else { continue };
        let mut wrong = |what: String| problems.push(source.problem(call.line, what));
        match contract.operations.get(&call.action) {
            Some(operation) => answer(contract, operation, &call, &mut wrong),
            None if call.status == 404 => {}
            None => wrong(format!("{} has no folder in contract/", call.action)),
        }
    }
}

fn answer(contract: &Contract, operation: &Operation, call: &Call, wrong: &mut dyn FnMut(String)) {
    let xml = !call.body.starts_with('{');
    let asks_xml = call.parameters.iter().any(|(name, value)| name == "Format" && value.eq_ignore_ascii_case("xml"));
    if xml != asks_xml {
        wrong("the answer is XML exactly when the request has Format=XML".to_owned());
    }
    if call.status == 200 {
        let names = if xml { elements(&call.body) } else { members(&call.body) };
        let mut known: BTreeSet<&str> =
            operation.fields.iter().flat_map(|it| it.path.split('.')).map(|it| it.trim_end_matches("[]")).collect();
        known.insert(&operation.xml_root);
        for name in names.iter().filter(|it| !known.contains(it.as_str())) {
            wrong(format!("{} answers with no field {name}", operation.name));
        }
        return;
    }
    let part = |name: &str| if xml { element_text(&call.body, name) } else { member_text(&call.body, name) };
    let (code, message) = (part("Code"), part("Message"));
    let is =
        |it: &Fault| it.sent && it.status == call.status && it.code == code && (it.reads(&message) || message == "{*}");
    if !contract.faults_of(operation).any(is) {
        wrong(format!("{} {code} / {message} is not a fault that {} sends", call.status, operation.name));
    }
}

fn members(body: &str) -> Vec<String> {
    fn walk(value: &Value, names: &mut Vec<String>) {
        match value {
            Value::Object(map) => map.iter().for_each(|(name, value)| {
                names.push(name.clone());
                walk(value, names);
            }),
            Value::Array(items) => items.iter().for_each(|it| walk(it, names)),
            _ => {}
        }
    }
    let mut names = Vec::new();
    walk(&serde_json::from_str(body).unwrap_or(Value::Null), &mut names);
    names
}

fn member_text(body: &str, name: &str) -> String {
    let body: Value = serde_json::from_str(body).unwrap_or(Value::Null);
    body[name].as_str().unwrap_or_default().to_owned()
}

fn elements(body: &str) -> Vec<String> {
    let tags = body.split('<').skip(1).filter(|it| !it.starts_with(['?', '/', '!']));
    tags.filter_map(|it| it.split(['>', '/', ' ']).next()).map(str::to_owned).collect()
}

fn element_text(body: &str, name: &str) -> String {
    let text = body.split_once(&format!("<{name}>")).and_then(|(_, rest)| rest.split_once("</"));
    text.map_or(String::new(), |(text, _)| {
        text.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    })
}

#[cfg(test)]
mod tests {
    use super::{literals, names_itself, snake};

    #[test]
    fn names_of_files_follow_from_names_of_operations() {
        assert_eq!(snake("DescribeInstanceTypes"), "describe_instance_types");
        assert!(names_itself("const NAME: &str = \"ListThings\";", "list_things"));
        assert!(!names_itself("const NAME: &str = \"ListThings\";", "paging"));
    }

    #[test]
    fn literals_are_read_with_their_escapes() {
        assert_eq!(literals(r#"Fault::new(400, "A.b", "The \"x\" is")"#), ["A.b", "The \"x\" is"]);
    }
}
