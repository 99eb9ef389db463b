//! Strict reading of the values of parameters: what is not exactly one of the documented forms is `None`,
//! and the operation names the fault.
//!
//! Knows no parameter name and no fault. Source: protocol reference, section 5.

use std::collections::BTreeMap;

/// A boolean: `true` or `false` in any letter case (Python sends `True`), `1` or `0`.
#[must_use]
pub fn flag(text: &str) -> Option<bool> {
    if text == "1" || text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text == "0" || text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

/// A whole number in plain decimal text. Refused: blanks, `+1`, `01`, `-0`, `1e3`, nothing, and what does
/// not fit an `i64`. Negative numbers are read; whether they are allowed is the operation's to say.
#[must_use]
pub fn integer(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    let padded = digits.starts_with('0') && text != "0";
    if digits.is_empty() || !plain || padded {
        return None;
    }
    text.parse().ok()
}

/// Why a JSON array of texts was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextsError {
    /// Not a JSON array of strings.
    Malformed,
    /// More elements than allowed.
    TooMany,
}

/// The elements of a JSON array of objects of texts, such as `[{"HostId":"h1"}]`, at most `count_max` of them. Of a
/// field that an object has twice the last counts.
///
/// # Errors
/// [`TextsError`] when it is no such array, or too long. The work is bounded by the length of the value.
pub fn objects(text: &str, count_max: usize) -> Result<Vec<BTreeMap<String, String>>, TextsError> {
    let list: Vec<BTreeMap<String, String>> = serde_json::from_str(text).map_err(|_| TextsError::Malformed)?;
    if list.len() > count_max {
        return Err(TextsError::TooMany);
    }
    Ok(list)
}

/// The elements of a JSON array of strings, such as `["crp-1","crp-2"]`, at most `count_max` of them.
///
/// # Errors
/// [`TextsError`] when it is no such array, or too long. The work is bounded by the length of the value.
pub fn texts(text: &str, count_max: usize) -> Result<Vec<String>, TextsError> {
    let list: Vec<String> = serde_json::from_str(text).map_err(|_| TextsError::Malformed)?;
    if list.len() > count_max {
        return Err(TextsError::TooMany);
    }
    Ok(list)
}
