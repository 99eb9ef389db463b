//! Rules about the text of a file: length, unfinished work, module docs, paths of a developer's machine.

use super::{Problem, Source};

/// Lines of one Rust file. Lower it when you can; never raise it.
const FILE_LINES_MAX: usize = 600;
/// Lines of one function, signature and braces included. Lower it when you can; never raise it.
const FUNCTION_LINES_MAX: usize = 80;
/// Marks of unfinished work. In halves, so that this file does not name them.
const UNFINISHED: [(&str, &str); 4] = [("to", "do!"), ("unimple", "mented!"), ("FIX", "ME"), ("XX", "X")];
/// First folders of paths that exist on one machine alone.
const HOMES: [&str; 4] = ["home", "Users", "root", "work"];
const CODE: [&str; 7] = ["rs", "py", "js", "mjs", "ts", "sh", "toml"];

/// Checks one file.
pub(super) fn check(source: &Source, problems: &mut Vec<Problem>) {
    homes(source, problems);
    if source.is(&CODE) {
        unfinished(source, problems);
    }
    if source.is(&["rs"]) {
        lengths(source, problems);
        opening(source, problems);
    }
}

fn homes(source: &Source, problems: &mut Vec<Problem>) {
    for (at, line) in source.text.lines().enumerate() {
        if HOMES.iter().any(|home| names_path(line, home)) {
            problems
                .push(source.problem(at + 1, "names a path of one machine; say it relative to the root of the tree"));
        }
    }
}

/// Whether a path that begins with this folder begins in the line.
fn names_path(line: &str, home: &str) -> bool {
    let path = format!("/{home}/");
    line.match_indices(&path).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + path.len()..].chars().next();
        let begins = before
            .is_none_or(|it| !it.is_alphanumeric() && !matches!(it, '.' | '-' | '_' | '}' | '/' | '*' | '~' | '>'));
        begins && after.is_some_and(char::is_alphanumeric)
    })
}

fn unfinished(source: &Source, problems: &mut Vec<Problem>) {
    for (at, line) in source.text.lines().enumerate() {
        for (head, tail) in UNFINISHED {
            if line.contains(&format!("{head}{tail}")) {
                problems.push(
                    source.problem(at + 1, format!("{head}{tail} marks unfinished work; finish it or take it out")),
                );
            }
        }
    }
}

fn opening(source: &Source, problems: &mut Vec<Problem>) {
    let path = source.path.to_string_lossy().replace('\\', "/");
    let shipped = path.starts_with("crates/") && path.contains("/src/") || path.starts_with("xtask/src/");
    if shipped && !source.text.starts_with("//!") {
        problems.push(source.problem(1, "a module opens with `//!`: what it is for and what it must not know"));
    }
}

fn lengths(source: &Source, problems: &mut Vec<Problem>) {
    let lines: Vec<&str> = source.text.lines().collect();
    if lines.len() > FILE_LINES_MAX {
        let what = format!("{} lines, at most {FILE_LINES_MAX}; split the file by what it knows", lines.len());
        problems.push(source.problem(0, what));
    }
    for (at, line) in lines.iter().enumerate() {
        if !begins_function(line) {
            continue;
        }
        let length = function_length(&lines[at..]);
        if length > FUNCTION_LINES_MAX {
            let what = format!("a function of {length} lines, at most {FUNCTION_LINES_MAX}; take a step of it out");
            problems.push(source.problem(at + 1, what));
        }
    }
}

fn begins_function(line: &str) -> bool {
    let mut words =
        line.split_whitespace().skip_while(|it| it.starts_with("pub") || matches!(*it, "const" | "async" | "default"));
    words.next() == Some("fn")
}

/// From the signature to the brace at its indent, which is where rustfmt puts the end. A line that ends the function
/// in one, or a signature without a body, is one long.
fn function_length(lines: &[&str]) -> usize {
    let indent = indent(lines[0]);
    if lines[0].trim_end().ends_with(['}', ';']) {
        return 1;
    }
    let end = lines.iter().skip(1).position(|line| {
        let ends = line.trim_start().starts_with('}') || line.trim_end().ends_with(';');
        ends && self::indent(line) == indent
    });
    end.map_or(lines.len(), |it| it + 2)
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

#[cfg(test)]
mod tests {
    use super::{Source, check};

    fn problems(path: &str, text: &str) -> Vec<String> {
        let mut problems = Vec::new();
        check(&Source { path: path.into(), text: text.to_owned() }, &mut problems);
        problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_good_file_is_left_alone() {
        assert!(problems("crates/a/src/b.rs", "//! B.\nfn f() {\n}\n").is_empty());
    }

    #[test]
    fn each_rule_finds_what_breaks_it() {
        let opening = problems("crates/a/src/b.rs", "fn f() {}\n");
        assert!(opening[0].contains("opens with"), "{opening:?}");
        let path = problems("docs/x.md", &format!("see /{}/me/notes\n", "home"));
        assert!(path[0].contains("one machine"), "{path:?}");
        let mark = problems("tests/x.py", &format!("a = 1\n# {}{} later\n", "FIX", "ME"));
        assert!(mark[0].starts_with("tests/x.py:2:"), "{mark:?}");
        let long = problems("tests/x.rs", &format!("    pub const fn f() {{\n{}    }}\n", "        g();\n".repeat(79)));
        assert!(long[0].contains("81 lines"), "{long:?}");
        let file = problems("tests/x.rs", &"g();\n".repeat(601));
        assert!(file[0].contains("601 lines"), "{file:?}");
    }

    #[test]
    fn addresses_and_routes_are_not_paths_of_a_machine() {
        assert!(problems("docs/x.md", &format!("https://a.example/{}/me and ../{0}/x\n", "home")).is_empty());
    }
}
