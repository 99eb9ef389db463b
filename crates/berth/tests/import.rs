//! `berth fleet import` against the built binary: what comes, what is told, and what is left when it is cut off.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod common;

use common::{REGION, Said, Serve, finish};
use serde_json::json;
use std::fmt::Write;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A table of hosts of a class; they are spread over two zones.
fn table(hosts: std::ops::Range<usize>, class: &str) -> String {
    let mut text = String::from("host,zone,class\n");
    for n in hosts {
        writeln!(text, "h{n:05},cn-hangzhou-{},{class}", if n % 2 == 0 { "h" } else { "i" }).unwrap();
    }
    text
}

impl Serve {
    fn file(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    fn import(&self, file: &str, more: &[&str]) -> Said {
        self.berth(&[&["fleet", "import", file], more].concat())
    }

    fn start_import(&self, file: &str) -> Child {
        let mut command = self.command(&["fleet", "import", file, "--output", "json"]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Waits until some of the hosts of an import have come.
    fn some_came(&self) {
        let begun = Instant::now();
        while self.hosts(REGION) == 0 {
            assert!(begun.elapsed() < Duration::from_secs(60), "no host came");
        }
    }
}

/// What an import said that was started.
fn end(child: Child) -> Said {
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Said { status: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}

/// At least how many hosts an import says that have come.
fn at_least(said: &Said) -> u64 {
    let (_, rest) = said.err.split_once("at least ").unwrap_or_else(|| panic!("{said:?}"));
    rest.split(' ').next().unwrap().parse().unwrap()
}

#[test]
fn a_file_is_planned_imported_and_then_stands() {
    let serve = Serve::start(0, "");
    let file = serve.file("hosts.csv", &table(0..2500, "g6"));
    let plan = serve.import(&file, &["--plan"]).good();
    for line in ["2500 would come", "  cn-hangzhou-h g6  1250", "  + h00000 cn-hangzhou-h g6", "  … and 2480 more"] {
        assert!(plan.out.lines().any(|it| it == line), "{line}: {plan:?}");
    }
    assert_eq!(serve.hosts(REGION), 0, "a plan changes nothing");
    let came = serve.import(&file, &["--output", "json"]).good().json();
    assert_eq!(came, json!({ "registered": 2500, "unchanged": 0, "absent": 0 }));
    assert_eq!(serve.hosts(REGION), 2500);
    let again = serve.import(&file, &[]).good();
    assert_eq!(again.out, "0 came, 2500 stood as the file says, 0 that it does not name are left alone\n");
    // A file that names some of them and one more.
    let other = serve.file("other.csv", "host,zone,class\nh00001,cn-hangzhou-i,g6\nnew,cn-hangzhou-h,c6\n");
    let plan = serve.import(&other, &["--plan", "--output", "json"]).good().json();
    let new = json!([{ "region": REGION, "host": "new", "zone": "cn-hangzhou-h", "class": "c6" }]);
    assert_eq!((&plan["new"], &plan["unchanged"], plan["absent"].as_array().unwrap().len()), (&new, &json!(1), 2499));
    let came = serve.import(&other, &["--output", "json"]).good().json();
    assert_eq!(came, json!({ "registered": 1, "unchanged": 1, "absent": 2499 }));
    assert_eq!(serve.hosts(REGION), 2501, "what the file does not name is left alone");
}

#[test]
fn each_form_and_several_regions_come() {
    let serve = Serve::start(0, "");
    let json = r#"[{"host":"a","zone":"cn-hangzhou-h","class":"g6"},{"host":"a","zone":"cn-shanghai-b","class":"c6","region":"cn-shanghai"}]"#;
    serve.import(&serve.file("hosts.json", json), &[]).good();
    let toml = "[[host]]\nhost = \"b\"\nzone = \"cn-hangzhou-h\"\nclass = \"g6\"\n";
    serve.import(&serve.file("hosts.toml", toml), &[]).good();
    let piped = serve.command(&["fleet", "import", "-", "--format", "csv"]);
    finish(piped, "host,zone,class\nc,cn-hangzhou-h,g6\n").good();
    assert_eq!((serve.hosts(REGION), serve.hosts("cn-shanghai")), (3, 1));
    serve.import("hosts.txt", &[]).ended(64, "--format");
    serve.import("missing.csv", &[]).ended(64, "missing.csv");
}

#[test]
fn everything_that_is_wrong_is_told_and_nothing_is_sent() {
    let serve = Serve::start(0, "");
    serve.import(&serve.file("first.csv", &table(0..2, "g6")), &[]).good();
    let text = "host,zone,class,region\nnew,cn-hangzhou-h,g6,\nh00000,cn-hangzhou-i,g6,\nh00001,cn-hangzhou-i,c6,\n\
                a,cn-hangzhou-zz,g6,\nb,cn-hangzhou-h,z9,\nc,cn-hangzhou-h,z9,\nd,cn-hangzhou-h,g6,nowhere\n";
    let file = serve.file("hosts.csv", text);
    for more in [&[][..], &["--plan"]] {
        let said = serve.import(&file, more).ended(1, "6 problems; nothing was changed");
        for (line, why) in [
            (3, "stands in cn-hangzhou-h"),
            (4, "is of class g6"),
            (5, "no zone cn-hangzhou-zz"),
            (6, "no host class z9"),
            (7, "no host class z9"),
            (8, "region nowhere"),
        ] {
            let told = said.err.lines().find(|it| it.starts_with(&format!("{file}:{line}: ")));
            assert!(told.is_some_and(|it| it.contains(why)), "{line}: {said:?}");
        }
    }
    let many = serve.file("many.csv", &table(0..50, "g 6"));
    let said = serve.import(&many, &[]).ended(1, "50 problems; nothing was changed");
    assert_eq!(said.err.lines().filter(|line| line.starts_with(&many)).count(), 20, "{said:?}");
    assert!(said.err.contains("… and 30 more"), "{said:?}");
    assert_eq!(serve.hosts(REGION), 2);
}

#[test]
fn only_operators_import() {
    let serve = Serve::start(0, "");
    let file = serve.file("hosts.csv", &table(0..2, "g6"));
    let said = finish(serve.command_of("tenant", &["fleet", "import", &file]), "");
    assert!(said.status == 1 && said.err.contains("DescribeHosts: 40") && said.err.contains("RequestId"), "{said:?}");
}

#[test]
fn an_import_is_finished_by_running_it_again_when_the_server_was_killed() {
    let mut serve = Serve::start(100, "");
    let file = serve.file("hosts.csv", &table(0..20_000, "g6"));
    let running = serve.start_import(&file);
    serve.some_came();
    serve.kill();
    let said = end(running).ended(2, "run the same command again to go on from there");
    serve.again();
    let (told, came) = (at_least(&said), serve.hosts(REGION));
    assert!(told <= came && came < 20_000, "{came} came: {said:?}");
    let rest = serve.import(&file, &["--output", "json"]).good().json();
    assert_eq!(rest, json!({ "registered": 20_000 - came, "unchanged": came, "absent": 0 }));
}

#[test]
fn an_import_is_finished_by_running_it_again_when_it_was_stopped() {
    let serve = Serve::start(100, "");
    let file = serve.file("hosts.csv", &table(0..20_000, "g6"));
    let running = serve.start_import(&file);
    serve.some_came();
    let told = Command::new("kill").args(["-INT", &running.id().to_string()]).status().unwrap();
    assert!(told.success());
    let said = end(running).ended(130, "interrupted");
    let came = serve.hosts(REGION);
    assert!(at_least(&said) <= came && came < 20_000, "{came} came: {said:?}");
    // Nor does it matter if it cannot say anything more.
    let mut running = serve.start_import(&file);
    while serve.hosts(REGION) == came {}
    running.kill().unwrap();
    running.wait().unwrap();
    serve.import(&file, &[]).good();
    assert_eq!(serve.hosts(REGION), 20_000);
}

#[test]
fn two_imports_of_one_file_at_once_both_end_well() {
    let serve = Serve::start(20, "");
    let file = serve.file("hosts.csv", &table(0..10_000, "g6"));
    let both = [serve.start_import(&file), serve.start_import(&file)].map(|it| end(it).good().json());
    let sum = |name: &str| both.iter().map(|it| it[name].as_u64().unwrap()).sum::<u64>();
    assert_eq!((sum("registered"), sum("unchanged"), serve.hosts(REGION)), (10_000, 10_000, 10_000), "{both:?}");
}

#[test]
fn two_imports_that_contradict_each_other_end_with_one_clear_conflict() {
    let serve = Serve::start(20, "");
    let files = ["g6", "c6"].map(|class| serve.file(&format!("{class}.csv"), &table(0..10_000, class)));
    let both = files.map(|file| serve.start_import(&file)).map(end);
    let (well, badly): (Vec<&Said>, Vec<&Said>) = both.iter().partition(|it| it.status == 0);
    let [winner, loser] = [well[0], badly[0]];
    assert_eq!((well.len(), winner.json()["registered"].as_u64()), (1, Some(10_000)), "{both:?}");
    let named = loser.err.contains("InvalidHostId.Conflict") || loser.err.contains("stands in");
    assert!(loser.status == 1 && named && loser.err.contains("h0000"), "{loser:?}");
    assert_eq!(serve.hosts(REGION), 10_000);
}

#[test]
fn an_import_waits_when_it_is_throttled() {
    let serve = Serve::start(0, "[quotas]\nseconds = 1\nactions = { RegisterHosts = 2 }");
    let file = serve.file("hosts.csv", &table(0..5000, "g6"));
    let said = serve.import(&file, &["--output", "json"]).good();
    assert_eq!(said.json()["registered"], 5000);
    assert!(!said.err.contains("Throttling"), "{said:?}");
}
