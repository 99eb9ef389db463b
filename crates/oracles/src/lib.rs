//! What must hold of any bytes. Each function takes bytes that anyone may have made up and panics when something does not
//! hold; what it compares with is written again in the plainest way, and not with the code that is tried. The fuzz
//! targets in `fuzz/` call these, and a test here plays the stored corpus. Knows no fuzzer and no file.

mod authorization;
mod commands;
mod drawn;
mod page_tokens;
mod params;
mod records;
mod second_signer;
mod signatures;
mod times;

/// Panics when something does not hold of these bytes.
pub type Oracle = fn(&[u8]);

/// What is tried: its name, which is that of its target and its corpus, and what must hold.
pub const ALL: [(&str, Oracle); 7] = [
    ("authorization", authorization::holds),
    ("commands", commands::holds),
    ("page_tokens", page_tokens::holds),
    ("params", params::holds),
    ("records", records::holds),
    ("signatures", signatures::holds),
    ("times", times::holds),
];

/// Tries these bytes.
///
/// # Panics
/// When something does not hold, and when nothing of this name is tried.
pub fn holds(name: &str, bytes: &[u8]) {
    let (_, oracle) = ALL.iter().find(|(it, _)| *it == name).expect("the name of an oracle");
    oracle(bytes);
}
