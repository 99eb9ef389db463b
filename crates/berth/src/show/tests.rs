//! Answers and what people see of them.

use super::{Json, show};

fn shown_as(answer: &str, width: Option<usize>) -> String {
    show(&Json::read(answer).expect("the answer is JSON"), width)
}

/// The expected text begins with an empty line and is indented by eight, so that it can be read here.
fn text(expected: &str) -> String {
    let lines = expected.lines().skip(1).map(|line| line.strip_prefix("        ").unwrap_or(line));
    let all: Vec<&str> = lines.collect();
    let last = all.iter().rposition(|line| !line.trim().is_empty()).map_or(0, |at| at + 1);
    all[..last].iter().map(|line| format!("{line}\n")).collect()
}

#[test]
fn what_is_single_is_a_line_and_what_is_many_a_table() {
    let answer = r#"{"RequestId":"R","TotalCount":2,"NextToken":"","Bound":{"RungUnits":1,"Moments":{"Moment":["a","b"]}},
        "Items":{"Item":[
            {"Id":"crp-1","Used":5,"Tags":{"Tag":[{"TagKey":"k","TagValue":"v"},{"TagKey":"l","TagValue":""}]},"Void":"",
             "On":{"Zone":"z"}},
            {"Id":"crp-22","Used":12,"Tags":{"Tag":[]},"On":{"Zone":"名前"},"Late":true}]}}"#;
    let expected = "
        RequestId        R
        TotalCount       2
        NextToken
        Bound.RungUnits  1

        Bound.Moments (2)
          Moment
          a
          b

        Items (2)
          Id      Used  Tags    Zone  Late
          crp-1      5  k=v l=  z
          crp-22    12          名前  true
    ";
    assert_eq!(shown_as(answer, None), text(expected));
}

#[test]
fn a_list_of_one_object_within_each_item_becomes_columns() {
    let answer = r#"{"Set":{"Item":[
        {"Id":"a","Allocated":{"Resource":[{"Id":"x","Total":2}]},"End":"never"},
        {"Id":"b","Allocated":{"Resource":[]},"End":"soon"}]}}"#;
    let expected = "
        Set (2)
          Id  Allocated.Id  Total  End
          a   x                 2  never
          b                        soon
    ";
    // Two columns end in Id: neither takes the other's place.
    assert_eq!(shown_as(answer, None), text(expected));
}

#[test]
fn a_list_of_several_objects_is_a_cell_whose_header_names_their_parts() {
    let answer = r#"{"Pools":{"Pool":[
        {"Zone":"h","Rungs":{"Rung":[{"Units":1,"Slack":8},{"Units":4,"Slack":-2}]}},
        {"Zone":"i","Rungs":{"Rung":[{"Units":1,"Slack":8,"Note":"n"}]}}]}}"#;
    let expected = "
        Pools (2)
          Zone  Rungs Units/Slack/Note
          h     1/8/ 4/-2/
          i     1/8/n
    ";
    assert_eq!(shown_as(answer, None), text(expected));
}

#[test]
fn other_shapes_are_shown_too() {
    assert_eq!(shown_as("17", None), "17\n");
    assert_eq!(shown_as("{}", None), "");
    assert_eq!(shown_as(r#"{"A":null,"B":{},"C":{"Item":[]}}"#, None), "A\n\nC (0)\n");
    let bare = r#"{"Ids":["i-1","i-2"],"Mixed":{"M":[1,{"a":{"b":[1,2]}},[3,[4]],null]}}"#;
    let expected = "
        Ids (2)
          Value
          i-1
          i-2

        Mixed (4)
          M    a
          1
               1 2
          3 4

    ";
    assert_eq!(shown_as(bare, None).trim_end(), text(expected).trim_end());
}

#[test]
fn a_table_fits_the_terminal_or_becomes_lines() {
    let long = "x".repeat(50);
    let answer = format!(r#"{{"Items":{{"Item":[{{"A":"{long}","B":"y","C":""}},{{"A":"short","B":"{long}"}}]}}}}"#);
    let told = shown_as(&answer, Some(44));
    assert!(told.lines().all(|line| line.chars().count() <= 44), "{told}");
    assert_eq!(told.lines().nth(2).map(|line| line.matches('…').count()), Some(1), "{told}");
    assert!(shown_as(&answer, None).contains(&long), "elsewhere nothing is cut");
    let expected = format!("Items (2)\n  A  {long}\n  B  y\n\n  A  short\n  B  {long}\n");
    assert_eq!(shown_as(&answer, Some(20)), expected);
}

#[test]
fn nothing_that_an_answer_says_can_command_the_terminal() {
    let answer = r#"{"Name\u001b[1m":"a\u001b[2J","Items":{"Item":[{"N\u0007":"b\nc"}]}}"#;
    let told = shown_as(answer, None);
    assert!(told.chars().all(|it| it == '\n' || !it.is_control()), "{told:?}");
    assert!(told.contains("a\\u{1b}[2J") && told.contains("b\\nc"), "{told}");
}
