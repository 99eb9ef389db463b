//! Which operation a misspelt name was meant for. Knows the names alone.

use api::operations::TABLE;

/// Letters that may differ; of short names, a third of them.
const LETTERS_MAX: usize = 3;
/// A name that is longer is nobody's misspelling.
const NAME_CHARS_MAX: usize = 100;

/// The operation whose name is nearest, if one is near. Nothing for a name that is right.
pub fn nearest(name: &str) -> Option<&'static str> {
    let letters = name.chars().count();
    if letters > NAME_CHARS_MAX || api::operations::find(name).is_some() {
        return None;
    }
    let far = |row: &&api::Row| distance(&row.name.to_lowercase(), &name.to_lowercase());
    TABLE.iter().min_by_key(far).filter(|row| far(row) <= LETTERS_MAX.min(letters / 3)).map(|row| row.name)
}

/// How many letters have to be put in, taken out or exchanged.
pub fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, letter) in one.chars().enumerate() {
        let (mut left, mut corner) = (i + 1, i);
        let mut next = vec![left];
        for (there, above) in other.iter().zip(row.iter().skip(1)) {
            left = (corner + usize::from(letter != *there)).min(left + 1).min(above + 1);
            corner = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{distance, nearest};

    #[test]
    fn a_misspelt_action_is_guessed() {
        let table = [
            ("RelaseCapacityReservation", Some("ReleaseCapacityReservation")),
            ("runinstances", Some("RunInstances")),
            ("DescribeHost", Some("DescribeHosts")),
            ("RunInstances", None),
            ("Nothing", None),
            ("Run", None),
            ("", None),
        ];
        for (name, meant) in table {
            assert_eq!(nearest(name), meant, "{name}");
        }
        assert_eq!(nearest(&"RunInstances".repeat(1000)), None);
    }

    #[test]
    fn the_distance_counts_letters() {
        for (one, other, letters) in [("kitten", "sitting", 3), ("", "ab", 2), ("ab", "ab", 0), ("ab", "", 2)] {
            assert_eq!(distance(one, other), letters, "{one} {other}");
        }
    }
}
