//! Files that pages of the manual show: a line that names a file, and below it a block of code that is that file, so
//! that what is read is what is run. Knows no page and no file by name.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::docs::Pages;

/// What the line begins with that names the file, and what it ends with.
const MARK: (&str, &str) = ("<!-- shows ", " -->");
const FENCE: &str = "```";

/// The pages below a folder that show files, with these as they are now.
///
/// # Errors
/// A file that is not there, or a mark without a block below it.
pub fn pages(root: &Path, folder: &Path) -> Result<Pages> {
    let mut pages = Pages::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(root.join(&folder)).with_context(|| folder.display().to_string())? {
            let path = folder.join(entry?.file_name());
            if root.join(&path).is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "md") {
                let text = fs::read_to_string(root.join(&path)).with_context(|| path.display().to_string())?;
                if text.lines().any(|line| named(line).is_some()) {
                    let read = |name: &str| fs::read_to_string(root.join(name)).with_context(|| name.to_owned());
                    pages.insert(path.clone(), filled(&text, read).with_context(|| path.display().to_string())?);
                }
            }
        }
    }
    Ok(pages)
}

/// The files that a page shows.
///
/// # Errors
/// When it cannot be read.
pub fn files(page: &Path) -> Result<Vec<PathBuf>> {
    let text = fs::read_to_string(page).with_context(|| page.display().to_string())?;
    Ok(text.lines().filter_map(named).map(PathBuf::from).collect())
}

fn named(line: &str) -> Option<&str> {
    line.strip_prefix(MARK.0)?.strip_suffix(MARK.1)
}

/// A page with each block below a mark as its file is.
fn filled(text: &str, read: impl Fn(&str) -> Result<String>) -> Result<String> {
    let mut page = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        page.extend([line, "\n"]);
        let Some(name) = named(line) else { continue };
        let fence = lines.next().filter(|line| line.starts_with(FENCE) && line.len() > FENCE.len());
        let fence = fence.with_context(|| format!("{name}: the line below must open a block, with its language"))?;
        ensure!(lines.by_ref().any(|line| line == FENCE), "{name}: the block does not end");
        let file = read(name)?;
        ensure!(!file.contains(FENCE), "{name} has a fence in it");
        page.extend([fence, "\n", file.trim_end(), "\n", FENCE, "\n"]);
    }
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::filled;

    fn page(block: &str) -> String {
        format!("# Title\n\n<!-- shows a.py -->\n{block}\nMore.\n")
    }

    #[test]
    fn a_block_is_what_its_file_is() {
        let read = |name: &str| Ok(format!("print({name:?})\n"));
        let right = page("```python\nprint(\"a.py\")\n```");
        for block in ["```python\n```", "```python\nold\n\nolder\n```", "```python\nprint(\"a.py\")\n```"] {
            assert_eq!(filled(&page(block), read).expect(block), right);
        }
        let plain = "No mark.\n\n```python\nanything\n```\n";
        assert_eq!(filled(plain, read).expect("nothing to do"), plain);
    }

    #[test]
    fn a_mark_without_a_block_is_told() {
        for block in ["No block.", "```\nno language\n```", "```python\nno end"] {
            assert!(filled(&page(block), |_| Ok(String::new())).is_err(), "{block}");
        }
    }
}
