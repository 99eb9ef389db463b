//! Whether a text is well-formed XML 1.0, of the kind that answers are: one element with elements and text in it, no
//! attributes, no document type. Strict: what it does not know is an error.

use anyhow::{Context, Result, bail, ensure};

/// Sees that it is.
///
/// # Errors
/// What is wrong, and where.
pub fn check(text: &str) -> Result<()> {
    if let Some(found) = text.chars().find(|it| !is_legal(*it)) {
        bail!("XML has no character {found:?}");
    }
    let declaration =
        text.strip_prefix("<?xml version='1.0' encoding='UTF-8'?>").context("it does not say that it is XML")?;
    let mut rest = declaration;
    let mut open: Vec<&str> = Vec::new();
    let mut roots = 0;
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix("<![CDATA[") {
            ensure!(!open.is_empty(), "text outside the root");
            (_, rest) = after.split_once("]]>").context("a CDATA section without an end")?;
        } else if let Some(after) = rest.strip_prefix("</") {
            let (name, after) = after.split_once('>').context("a tag without an end")?;
            ensure!(open.pop() == Some(name), "</{name}> closes what is not open");
            rest = after;
        } else if let Some(after) = rest.strip_prefix('<') {
            let (name, after) = after.split_once('>').context("a tag without an end")?;
            let empty = name.strip_suffix('/');
            let name = empty.unwrap_or(name).trim_end();
            let mut letters = name.bytes();
            let begins = letters.next().is_some_and(|it| it.is_ascii_alphabetic() || it == b'_');
            ensure!(
                begins && letters.all(|it| it.is_ascii_alphanumeric() || b"_-.".contains(&it)),
                "an element {name:?}"
            );
            roots += usize::from(open.is_empty());
            ensure!(roots == 1, "a second root {name}");
            if empty.is_none() {
                open.push(name);
            }
            rest = after;
        } else {
            let end = rest.find('<').unwrap_or(rest.len());
            let (said, after) = rest.split_at(end);
            ensure!(!open.is_empty() || said.trim().is_empty(), "text outside the root: {said:?}");
            check_text(said)?;
            rest = after;
        }
    }
    ensure!(open.is_empty() && roots == 1, "it ends within {open:?}");
    Ok(())
}

fn check_text(said: &str) -> Result<()> {
    ensure!(!said.contains("]]>"), "]]> in a text");
    for piece in said.split('&').skip(1) {
        let (name, _) = piece.split_once(';').with_context(|| format!("a bare & in {said:?}"))?;
        let number = name
            .strip_prefix("#x")
            .map(|it| u32::from_str_radix(it, 16))
            .or_else(|| Some(name.strip_prefix('#')?.parse()));
        let known = match number {
            Some(number) => char::from_u32(number?).is_some_and(is_legal),
            None => ["amp", "lt", "gt", "quot", "apos"].contains(&name),
        };
        ensure!(known, "there is no &{name};");
    }
    Ok(())
}

/// The characters of XML 1.0.
fn is_legal(it: char) -> bool {
    matches!(it, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}')
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn what_is_well_formed_and_what_is_not() {
        let whole = |body: &str| check(&format!("<?xml version='1.0' encoding='UTF-8'?>{body}")).is_ok();
        for good in
            ["<a></a>", "<a/>", "<a><b>x &amp; &#233; &#xe9;</b><c/></a>", "<a><![CDATA[<&]]></a>", "<a>é\n</a>\n"]
        {
            assert!(whole(good), "{good}");
        }
        for bad in [
            "",
            "a",
            "<a>",
            "</a>",
            "<a></b>",
            "<a><b></a></b>",
            "<a/><b/>",
            "<a>&</a>",
            "<a>&nbsp;</a>",
            "<a>&#0;</a>",
            "<a>\u{1}</a>",
            "<a>\u{fffe}</a>",
            "<a>]]></a>",
            "<a><![CDATA[x</a>",
            "<1/>",
            "<a b='c'/>",
            "<a><!-- --></a>",
        ] {
            assert!(!whole(bad), "{bad}");
        }
        assert!(check("<a/>").is_err());
    }
}
