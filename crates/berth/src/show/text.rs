//! Texts on a terminal: how wide they are, how they are padded and cut, and that they cannot command it. Knows no JSON.

use std::fmt::Write;

/// Ranges of letters that take two columns: East Asian scripts and pictures.
const WIDE: [(u32, u32); 9] = [
    (0x1100, 0x115f),
    (0x2e80, 0xa4cf),
    (0xac00, 0xd7a3),
    (0xf900, 0xfaff),
    (0xfe30, 0xfe6f),
    (0xff00, 0xff60),
    (0xffe0, 0xffe6),
    (0x1f300, 0x1faff),
    (0x20000, 0x3fffd),
];
/// Ranges of marks that take none: they stand on the letter before them, or join letters.
const MARKS: [(u32, u32); 7] = [
    (0x0300, 0x036f),
    (0x1ab0, 0x1aff),
    (0x1dc0, 0x1dff),
    (0x200b, 0x200d),
    (0x20d0, 0x20ff),
    (0xfe00, 0xfe0f),
    (0xfe20, 0xfe2f),
];

/// Columns of the terminal that standard output is; nothing if it is none.
pub fn terminal_width() -> Option<usize> {
    let size = rustix::termios::tcgetwinsize(std::io::stdout()).ok()?;
    Some(size.ws_col).filter(|columns| *columns > 0).map(usize::from)
}

/// A text as it may be shown: what would move the cursor or turn the line around is written out.
pub fn shown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        let turns = matches!(letter, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        match letter.is_control() || turns {
            true => write!(out, "{}", letter.escape_default()).unwrap_or_default(),
            false => out.push(letter),
        }
    }
    out
}

/// How many columns a text takes.
pub fn columns(text: &str) -> usize {
    text.chars().map(columns_of).sum()
}

fn columns_of(letter: char) -> usize {
    let within = |ranges: &[(u32, u32)]| ranges.iter().any(|(from, to)| (*from..=*to).contains(&u32::from(letter)));
    match letter {
        letter if letter.is_ascii() => 1,
        _ if within(&MARKS) => 0,
        _ if within(&WIDE) => 2,
        _ => 1,
    }
}

/// A text followed by space up to a width.
pub fn left(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(columns(text))))
}

/// A text after space up to a width.
pub fn right(text: &str, width: usize) -> String {
    format!("{}{text}", " ".repeat(width.saturating_sub(columns(text))))
}

/// A text that takes at most so many columns; what is cut off is told by an ellipsis.
pub fn cut(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let mut taken = 1;
    let fits = |letter: &char| {
        taken += columns_of(*letter);
        taken <= width
    };
    text.chars().take_while(fits).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::{columns, cut, left, right, shown};

    #[test]
    fn widths_are_those_of_the_terminal() {
        let table = [("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("名前", 4), ("ｱ", 1), ("한글", 4), ("🚀", 2)];
        for (text, width) in table {
            assert_eq!(columns(text), width, "{text:?}");
        }
        assert_eq!((left("名", 4), right("名", 4), left("long", 2)), ("名  ".into(), "  名".into(), "long".into()));
    }

    #[test]
    fn what_is_cut_fits_and_says_so() {
        let table = [("abcdef", 6, "abcdef"), ("abcdef", 4, "abc…"), ("名前名前", 5, "名前…"), ("名前名前", 4, "名…")];
        for (text, width, expected) in table {
            assert_eq!(cut(text, width), expected);
            assert!(columns(&cut(text, width)) <= width);
        }
    }

    #[test]
    fn a_text_cannot_command_the_terminal() {
        assert_eq!(shown("a\u{1b}[2Jb\nc\td\u{9b}31m"), "a\\u{1b}[2Jb\\nc\\td\\u{9b}31m");
        assert_eq!(shown("x\u{202e}y"), "x\\u{202e}y");
        assert_eq!(shown("plain 名 é"), "plain 名 é");
    }
}
