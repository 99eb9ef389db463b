//! The parameters of a call as they are written on the command line. Knows no operation.

use anyhow::{Context, Result, bail};
use rpc::limits::VALUE_BYTES_MAX;
use std::fs::File;
use std::io::Read;

/// What `berth` says itself, of whichever signature.
const OURS: [&str; 10] = [
    "AccessKeyId",
    "Action",
    "SecurityToken",
    "Signature",
    "SignatureMethod",
    "SignatureNonce",
    "SignatureType",
    "SignatureVersion",
    "Timestamp",
    "Version",
];

/// Reads `Name=Value` each. `Name=@FILE` takes the value from a file and `Name=@-` from `input`; a value that begins with
/// `@` is written with two of them.
///
/// # Errors
/// When one is none of these, a name occurs twice or is not the caller's to say, or a file cannot be read.
pub fn read(texts: &[String], input: &mut dyn Read) -> Result<Vec<(String, String)>> {
    let mut params: Vec<(String, String)> = Vec::new();
    let mut input = Some(input);
    for text in texts {
        let pair = text.split_once('=').filter(|(name, _)| !name.is_empty());
        let (name, value) = pair.with_context(|| format!("{text:?} is not NAME=VALUE"))?;
        match name {
            "Format" => bail!("the format of the answer is chosen with --output"),
            name if OURS.contains(&name) => bail!("{name} is no parameter of an operation; `berth call` adds it"),
            name if params.iter().any(|(given, _)| given == name) => bail!("{name} is given twice"),
            _ => {}
        }
        let value = match value.strip_prefix('@') {
            None => value.to_owned(),
            Some(literal) if literal.starts_with('@') => literal.to_owned(),
            Some("-") => {
                let input = input.take().context("standard input can be the value of one parameter only")?;
                whole(input).context("standard input").with_context(|| name.to_owned())?
            }
            Some(file) => {
                let text = File::open(file).map_err(Into::into).and_then(|mut file| whole(&mut file));
                text.with_context(|| format!("{name}: {file}"))?
            }
        };
        params.push((name.to_owned(), value));
    }
    Ok(params)
}

/// The text of a file, without the line break at its end: editors put one there, and no value wants it.
fn whole(file: &mut dyn Read) -> Result<String> {
    let most = VALUE_BYTES_MAX + 2;
    let mut text = String::new();
    file.take(most as u64 + 1).read_to_string(&mut text)?;
    if text.len() > most {
        bail!("is longer than the {VALUE_BYTES_MAX} bytes that a value may have");
    }
    let line = text.strip_suffix('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
    Ok(line.unwrap_or(&text).to_owned())
}

#[cfg(test)]
mod tests {
    use super::read;

    fn params(texts: &[&str], input: &str) -> Result<Vec<(String, String)>, String> {
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        read(&texts, &mut input.as_bytes()).map_err(|error| format!("{error:#}"))
    }

    fn value(text: &str, input: &str) -> Result<String, String> {
        params(&[text], input).map(|mut params| params.remove(0).1)
    }

    #[test]
    fn a_parameter_is_a_name_and_a_value() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let both = params(&["ZoneId.1=a", "Description=a=b"], "");
        assert_eq!(both, Ok(vec![pair("ZoneId.1", "a"), pair("Description", "a=b")]));
        assert_eq!(value("Name=", ""), Ok(String::new()));
        assert_eq!(value("Name=@@all", ""), Ok("@all".to_owned()));
        assert_eq!(value("Name=a@b", ""), Ok("a@b".to_owned()));
    }

    #[test]
    fn a_value_may_come_from_a_file_or_from_standard_input() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = |text: &str| {
            let path = folder.path().join("value");
            std::fs::write(&path, text).expect("written");
            format!("Name=@{}", path.display())
        };
        for (text, expected) in
            [("a b", "a b"), ("a\n", "a"), ("a\r\n", "a"), ("a\nb\n\n", "a\nb\n"), ("\n", ""), ("", "")]
        {
            assert_eq!(value(&file(text), ""), Ok(expected.to_owned()), "{text:?}");
            assert_eq!(value("Name=@-", text), Ok(expected.to_owned()), "{text:?}");
        }
        assert_eq!(value(&file(&"x".repeat(65_536)), "").map(|it| it.len()), Ok(65_536));
        assert!(value(&file(&"x".repeat(65_539)), "").is_err_and(|it| it.contains("65536 bytes")));
        assert!(params(&["A=@-", "B=@-"], "x").is_err_and(|it| it.contains("one parameter only")));
    }

    #[test]
    fn what_is_no_parameter_is_refused() {
        let table = [
            ("", "NAME=VALUE"),
            ("Name", "NAME=VALUE"),
            ("=value", "NAME=VALUE"),
            ("Name=@no/such/file", "Name: no/such/file"),
            ("Format=XML", "--output"),
            ("Action=X", "adds it"),
            ("Signature=X", "adds it"),
        ];
        for (text, why) in table {
            assert!(value(text, "").as_ref().is_err_and(|it| it.contains(why)), "{text}: {:?}", value(text, ""));
        }
        assert!(params(&["A=1", "B=2", "A=3"], "").is_err_and(|it| it.contains("twice")));
    }
}
