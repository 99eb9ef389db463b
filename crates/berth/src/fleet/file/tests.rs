//! Files of hosts, sound and not, and what is told of them.

use super::{Format, Host, Problem, read};
use std::fmt::Write;
use std::path::Path;

fn hosts(text: &str, format: Format) -> Vec<String> {
    let hosts = read(text.as_bytes(), format, Some("r")).unwrap_or_else(|problems| panic!("{problems:?}"));
    let told = |Host { host, zone, class, region, line }| format!("{line}: {host} {zone} {class} {region}");
    hosts.into_iter().map(told).collect()
}

fn problems(text: &str, format: Format) -> Vec<String> {
    let found = read(text.as_bytes(), format, Some("r")).expect_err(text);
    found.into_iter().map(|Problem { line, what }| format!("{line}: {what}")).collect()
}

/// Sees that each problem begins with, or says, what is expected of it.
fn expect(text: &str, format: Format, expected: &[(usize, &str)]) {
    let found = problems(text, format);
    let as_expected = |(found, (line, why)): (&String, &(usize, &str))| {
        found.starts_with(&format!("{line}: ")) && found.contains(why)
    };
    assert!(found.len() == expected.len() && found.iter().zip(expected).all(as_expected), "{text}\n{found:#?}");
}

#[test]
fn a_table_has_a_header_and_a_line_a_host() {
    assert_eq!(hosts("host,zone,class\nh1,z,g6\n", Format::Csv), ["2: h1 z g6 r"]);
    let odd =
        "\u{feff}# the east wing\r\n class , host,region,zone\r\n\r\n\"g6\",h1,,z\r\n# spare\r\n\r\n g6 , h2 ,s, z";
    assert_eq!(hosts(odd, Format::Csv), ["4: h1 z g6 r", "7: h2 z g6 s"]);
}

#[test]
fn an_array_has_an_object_a_host() {
    let text = "[\n {\"host\":\"h1\",\"zone\":\"z\",\"class\":\"g6\"},\n\n {\"host\":\"h2\",\n  \"zone\":\"z\",\"class\":\"g6\",\"region\":\"s\"}]";
    assert_eq!(hosts(text, Format::Json), ["2: h1 z g6 r", "4: h2 z g6 s"]);
}

#[test]
fn tables_of_toml_are_hosts() {
    let text = "# two\n[[host]]\nhost = \"h1\"\nzone = \"z\"\nclass = \"g6\"\n\n[[host]]\nclass = \"g6\"\nregion = 's'\nzone = \"z\"\nhost = \"h2\"\n";
    assert_eq!(hosts(text, Format::Toml), ["2: h1 z g6 r", "7: h2 z g6 s"]);
    let inline = "host = [\n  { host = \"h1\", zone = \"z\", class = \"g6\" },\n]\n";
    assert_eq!(hosts(inline, Format::Toml), ["2: h1 z g6 r"]);
}

#[test]
fn everything_that_is_wrong_with_a_table_is_told_with_its_line() {
    let text = "host,zone,class\nh1,z,g6\nh 2,z,g6\nh1,z,c6\n\n# spare\nh3,z\nh4,z,g6,x\nh5,,g6\n";
    expect(
        text,
        Format::Csv,
        &[
            (3, "\"h 2\" cannot name a host"),
            (4, "host h1 stands on line 2 already"),
            (7, "2 field(s), the header has 3"),
            (8, "4 field(s), the header has 3"),
            (9, "\"\" cannot name a zone"),
        ],
    );
    expect(
        "\nhost;zone;class\nh1;z;g6\n",
        Format::Csv,
        &[
            (2, "the column \"host;zone;class\" is not known"),
            (2, "names no column class"),
            (2, "names no column host"),
            (2, "names no column zone"),
        ],
    );
    expect(
        "host,zone,class,rack,zone\nh1,z,g6,7,z\n",
        Format::Csv,
        &[(1, "\"rack\" is not known"), (1, "two columns zone")],
    );
    expect(
        "h1,z,g6\n",
        Format::Csv,
        &[(1, "\"g6\""), (1, "\"h1\""), (1, "\"z\""), (1, "class"), (1, "host"), (1, "zone")],
    );
    // A quote that is not closed takes the rest of the file with it, and is told where it stands.
    expect("host,zone,class\nh1,z,g6\n\"h2,z,g6\nh3,z,g6\n", Format::Csv, &[(3, "1 field(s)")]);
}

#[test]
fn everything_that_is_wrong_with_an_array_is_told_with_its_line() {
    let text = "[{\"host\":\"h1\",\"zone\":\"z\",\"class\":\"g6\"},\n{\"host\":\"h2\",\"zone\":\"z\"},\n17,\n\
                {\"host\":\"h3\",\n\"zone\":[\"z\"],\n\"class\":\"g6\",\n\"rack\":7},\n\
                {\"host\":\"h4\",\"zone\":\"z\",\"class\":\"g6\",\n\"zone\":\"y\"},\n\
                {\"host\":\"h1\",\"zone\":\"z\",\"class\":\"g6\"}]";
    expect(
        text,
        Format::Json,
        &[
            (2, "there is no class"),
            (3, "no object"),
            (5, "zone is no text: [\"z\"]"),
            (7, "\"rack\" is not known"),
            (9, "zone is there twice"),
            (10, "host h1 stands on line 1 already"),
        ],
    );
    expect("[\n{\"host\": }]", Format::Json, &[(2, "expected value")]);
    expect("[\n{", Format::Json, &[(2, "EOF")]);
    expect("{\"host\":\"h1\"}", Format::Json, &[(1, "no array")]);
    expect("[] []", Format::Json, &[(1, "trailing")]);
}

#[test]
fn everything_that_is_wrong_with_toml_is_told_with_its_line() {
    let text = "[fleet]\nregions = 1\n[[host]]\nhost = 1\nzone = \"z\"\nclass = \"g6\"\nrack = 7\n[[host]]\nhost = \"h2\"\n\
                [[host]]\nhost = \"h3\"\nzone = \"\"\nclass = \"g6\"\n";
    expect(
        text,
        Format::Toml,
        &[
            (1, "\"fleet\" is not known"),
            (4, "host is no text"),
            (7, "\"rack\" is not known"),
            (8, "there is no class"),
            (8, "there is no zone"),
            (10, "\"\" cannot name a zone"),
        ],
    );
    expect("[host]\nhost = \"h1\"\n", Format::Toml, &[(1, "[[host]] tables")]);
    expect("host = [1]\n", Format::Toml, &[(1, "no table")]);
    let syntax = problems("[[host]]\nhost = h1\nzone = \"z\nclass = \"g6\"\nclass = \"g6\"\n", Format::Toml);
    assert!(
        syntax.iter().any(|it| it.starts_with("2: ")) && syntax.iter().any(|it| it.starts_with("3: ")),
        "{syntax:?}"
    );
}

#[test]
fn a_file_without_hosts_is_told_so() {
    for (text, format) in
        [("", Format::Csv), ("host,zone,class\n", Format::Csv), ("[]", Format::Json), ("", Format::Toml)]
    {
        expect(text, format, &[(1, "no host in it")]);
    }
}

#[test]
fn a_region_is_named_by_the_host_or_by_the_caller() {
    let text = b"host,zone,class,region\nh1,z,g6,s\nh1,z,g6,\n";
    let named = read(text, Format::Csv, Some("r")).expect("two regions may have a host of one name each");
    assert_eq!((&*named[0].region, &*named[1].region), ("s", "r"));
    let problems = read(text, Format::Csv, None).expect_err("the second names none");
    assert_eq!(problems, [Problem::new(3, "there is no region, and no --region either")]);
    let problems = read(b"host,zone,class\nh1,z,g6\nh2,z,g6\n", Format::Csv, None).expect_err("none does");
    assert_eq!(problems, [Problem::new(1, "no host names a region; say which is meant with --region")]);
}

#[test]
fn what_is_no_text_is_told_with_its_line() {
    let found = read(b"host,zone,class\nh1,z,g6\nh\xff,z,g6\n", Format::Csv, Some("r")).expect_err("no text");
    assert_eq!(found, [Problem::new(3, "this is no UTF-8 text")]);
    // What is shown of it is short and cannot command the terminal.
    let long = format!("host,zone,class\n\u{1b}[2J{},z,g6\n", "x".repeat(10_000));
    let told = problems(&long, Format::Csv).remove(0);
    assert!(told.len() < 200 && !told.contains('\u{1b}'), "{told}");
}

#[test]
fn the_name_of_a_file_tells_its_form() {
    for (name, format) in [
        ("a.csv", Some(Format::Csv)),
        ("a.b.JSON", Some(Format::Json)),
        ("a.toml", Some(Format::Toml)),
        ("csv", None),
        ("a.txt", None),
    ] {
        assert_eq!(Format::of(Path::new(name)), format, "{name}");
    }
}

#[test]
fn a_hundred_thousand_hosts_are_read_from_each_form() {
    let (mut csv, mut json, mut toml) = (String::from("host,zone,class\n"), String::from("["), String::new());
    for n in 0..100_000 {
        writeln!(csv, "h{n},z,g6").expect("memory");
        writeln!(json, "{}{{\"host\":\"h{n}\",\"zone\":\"z\",\"class\":\"g6\"}}", if n == 0 { "" } else { "," })
            .expect("memory");
        writeln!(toml, "[[host]]\nhost = \"h{n}\"\nzone = \"z\"\nclass = \"g6\"").expect("memory");
    }
    json.push(']');
    for (text, format, line) in
        [(csv, Format::Csv, 100_001), (json, Format::Json, 100_000), (toml, Format::Toml, 399_997)]
    {
        let hosts = read(text.as_bytes(), format, Some("r")).expect("sound");
        assert_eq!((hosts.len(), &*hosts[99_999].host, hosts[99_999].line), (100_000, "h99999", line), "{format:?}");
    }
}
