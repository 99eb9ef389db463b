//! The operations and the faults as data for the console and for `berth explain`: `console/data/*.json`, written by
//! `cargo xtask docs` beside the pages and from the same texts. Examples are taken from the golden dialogues.
//! Knows the contract's form; knows nothing of how the console shows it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use serde_json::{Map, Value, json};

use crate::contract::{Contract, Fault, Operation, Parameter, with_n};
use crate::dialogue::{self, Call, Step};
use crate::docs::Codes;

/// Values of the parameters of one operation, by their names with `N`.
type Examples = BTreeMap<String, String>;

/// `operations.json`: every operation with its parameters, fields and faults.
pub(crate) fn operations(root: &Path, contract: &Contract) -> Result<String> {
    let mut operations = Vec::new();
    for operation in contract.operations.values() {
        operations.push(of_operation(operation, &examples(root, &operation.name)?));
    }
    let common: Vec<Value> = contract.common.parameters.iter().map(|it| of_parameter(it, None)).collect();
    lines(&json!({ "checks": contract.common.checks, "common": common, "operations": operations }), "operations")
}

/// `errors.json`: every code with the rows in which it is sent, and what to do about it.
pub(crate) fn errors(codes: &Codes<'_>, advice: &BTreeMap<String, String>) -> Result<String> {
    let errors: Vec<Value> = codes
        .iter()
        .map(|(code, rows)| {
            let rows: Vec<Value> = rows
                .iter()
                .map(|(operation, fault)| {
                    json!({ "operation": operation, "status": fault.status, "message": fault.message, "when": fault.when })
                })
                .collect();
            json!({ "code": code, "rows": rows, "advice": advice.get(*code).map(|it| it.trim()) })
        })
        .collect();
    lines(&json!({ "errors": errors }), "errors")
}

fn of_operation(it: &Operation, examples: &Examples) -> Value {
    let parameters: Vec<Value> =
        it.parameters.iter().map(|parameter| of_parameter(parameter, examples.get(&parameter.name))).collect();
    let fields: Vec<Value> =
        it.fields.iter().filter(|it| it.sent).map(|it| json!({ "path": it.path, "type": it.kind })).collect();
    let faults: Vec<Value> = it.faults.iter().filter(|it| it.sent).map(of_fault).collect();
    let mut map = Map::new();
    for (name, value) in [
        ("name", json!(it.name)),
        ("version", json!(it.version)),
        ("summary", json!(it.summary)),
        ("operator", json!(it.operator)),
        ("access", json!(it.access)),
        ("action", json!(it.ram_action)),
        ("resource", json!(it.resource)),
        ("notes", json!(it.notes)),
        ("ignored", json!(it.ignored)),
        ("parameters", json!(parameters)),
        ("fields", json!(fields)),
        ("faults", json!(faults)),
    ] {
        map.insert(name.to_owned(), value);
    }
    Value::Object(map)
}

fn of_parameter(it: &Parameter, example: Option<&String>) -> Value {
    let mut map = Map::new();
    map.insert("name".to_owned(), json!(it.name));
    map.insert("type".to_owned(), json!(it.kind));
    map.insert("about".to_owned(), json!(it.about));
    if it.required {
        map.insert("required".to_owned(), json!(true));
    }
    if !it.values.is_empty() {
        map.insert("values".to_owned(), json!(it.values));
    }
    let bounds = [
        ("minimum", it.minimum),
        ("maximum", it.maximum),
        ("lengthMin", it.length_min.map(i64::from)),
        ("lengthMax", it.length_max.map(i64::from)),
        ("countMax", it.count_max.map(i64::from)),
    ];
    for (name, bound) in bounds {
        if let Some(bound) = bound {
            map.insert(name.to_owned(), json!(bound));
        }
    }
    if let Some(default) = &it.default {
        map.insert("default".to_owned(), json!(crate::docs::plain(default)));
    }
    if let Some(example) = example {
        map.insert("example".to_owned(), json!(example));
    }
    Value::Object(map)
}

fn of_fault(it: &Fault) -> Value {
    json!({ "status": it.status, "code": it.code, "message": it.message, "when": it.when })
}

/// For each parameter the value of the first call in the operation's own dialogues that has one and succeeds. Values
/// that a dialogue takes from an earlier answer are none.
fn examples(root: &Path, action: &str) -> Result<Examples> {
    let folder = root.join("contract").join(action);
    let mut files: Vec<_> = fs::read_dir(&folder)?.collect::<Result<Vec<_>, _>>()?.iter().map(|it| it.path()).collect();
    files.retain(|it| it.extension().is_some_and(|it| it == "http"));
    files.sort();
    let mut examples = Examples::new();
    for file in files {
        let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        let steps = dialogue::read(&text).map_err(|what| anyhow!("{}: {what}", file.display()))?;
        for call in steps.iter().filter_map(succeeded(action)) {
            for (name, value) in &call.parameters {
                if !has_placeholder(value) {
                    examples.entry(with_n(name)).or_insert_with(|| value.clone());
                }
            }
        }
    }
    Ok(examples)
}

/// Whether the text has a `{name}`; the braces of JSON have something else between them.
fn has_placeholder(text: &str) -> bool {
    text.split('{').skip(1).any(|rest| {
        let name = rest.split_once('}').map_or("", |(name, _)| name);
        !name.is_empty() && name.bytes().all(|it| it.is_ascii_alphanumeric())
    })
}

fn succeeded<'a>(action: &'a str) -> impl Fn(&'a Step) -> Option<&'a Call> {
    move |step| match step {
        Step::Call(call) if call.action == action && call.status == 200 => Some(call),
        _ => None,
    }
}

/// JSON with one line for each item of the list `list`, so that a change of one is a change of one line.
fn lines(value: &Value, list: &str) -> Result<String> {
    let mut head = value.as_object().cloned().context("an object")?;
    let items = head.remove(list).and_then(|it| it.as_array().cloned()).context("a list")?;
    let mut text = String::from("{\n");
    for (name, value) in &head {
        text.push_str(&format!("\"{name}\": {value},\n"));
    }
    let items: Vec<String> = items.iter().map(Value::to_string).collect();
    text.push_str(&format!("\"{list}\": [\n{}\n]\n}}\n", items.join(",\n")));
    Ok(text)
}
