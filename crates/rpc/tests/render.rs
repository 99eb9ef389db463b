//! Answers and faults: golden renderings, storage, and XML that is always well formed.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use proptest::prelude::*;
use rpc::fault::common;
use rpc::{Body, Format, Node, render};

const REQUEST_ID: &str = "473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E";

fn sample() -> Body {
    let resource = Body::new()
        .text("zoneId", "cn-hangzhou-h")
        .text("InstanceType", "ecs.c6.large")
        .integer("TotalAmount", 2)
        .integer("UsedAmount", 1_u64)
        .integer("AvailableAmount", 1_u32);
    let tag = Body::new().text("TagKey", "env").text("TagValue", "test".to_owned());
    let item = Body::new()
        .text("PrivatePoolOptionsId", "crp-bp67acfmxazb4dck01")
        .text("Status", "Active")
        .list("AllocatedResources", "AllocatedResource", [resource])
        .list("Tags", "Tag", [tag]);
    Body::new().integer("TotalCount", 1).integer("MaxResults", 10).text("NextToken", "").list(
        "CapacityReservationSet",
        "CapacityReservationItem",
        [item],
    )
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

#[test]
fn the_recorded_xml_sample_comes_out_to_the_byte() {
    let recorded = "<?xml version='1.0' encoding='UTF-8'?><DescribeCapacityReservationsResponse><RequestId>473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E</RequestId><TotalCount>1</TotalCount><MaxResults>10</MaxResults><NextToken></NextToken><CapacityReservationSet><CapacityReservationItem><PrivatePoolOptionsId>crp-bp67acfmxazb4dck01</PrivatePoolOptionsId><Status>Active</Status><AllocatedResources><AllocatedResource><zoneId>cn-hangzhou-h</zoneId><InstanceType>ecs.c6.large</InstanceType><TotalAmount>2</TotalAmount><UsedAmount>1</UsedAmount><AvailableAmount>1</AvailableAmount></AllocatedResource></AllocatedResources><Tags><Tag><TagKey>env</TagKey><TagValue>test</TagValue></Tag></Tags></CapacityReservationItem></CapacityReservationSet></DescribeCapacityReservationsResponse>";
    let written = render::answer(Format::Xml, "DescribeCapacityReservations", REQUEST_ID, &sample());
    assert_eq!(text(written), recorded);
}

#[test]
fn the_same_answer_in_json() {
    let wanted = r#"{"RequestId":"473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E","TotalCount":1,"MaxResults":10,"NextToken":"","CapacityReservationSet":{"CapacityReservationItem":[{"PrivatePoolOptionsId":"crp-bp67acfmxazb4dck01","Status":"Active","AllocatedResources":{"AllocatedResource":[{"zoneId":"cn-hangzhou-h","InstanceType":"ecs.c6.large","TotalAmount":2,"UsedAmount":1,"AvailableAmount":1}]},"Tags":{"Tag":[{"TagKey":"env","TagValue":"test"}]}}]}}"#;
    let written = render::answer(Format::Json, "DescribeCapacityReservations", REQUEST_ID, &sample());
    assert_eq!(text(written), wanted);
}

#[test]
fn every_kind_of_value_in_both() {
    let body = Body::new()
        .flag("Yes", true)
        .decimal("MemorySize", "0.5")
        .decimal("Cores", "8.0")
        .decimal("NoNumber", "1.")
        .integer("Low", -3)
        .integer("High", u64::MAX)
        .list("Empty", "Item", Vec::<Body>::new())
        .list("Ids", "Id", ["a", "b"])
        .object("Inner", Body::new().text("Text", "<&>\"'\r\n\t\u{0}\u{1f}\u{fffe}容"));
    assert_eq!(
        text(render::answer(Format::Json, "X", "R", &body)),
        "{\"RequestId\":\"R\",\"Yes\":true,\"MemorySize\":0.5,\"Cores\":8.0,\"NoNumber\":\"1.\",\"Low\":-3,\
         \"High\":9223372036854775807,\"Empty\":{\"Item\":[]},\"Ids\":{\"Id\":[\"a\",\"b\"]},\
         \"Inner\":{\"Text\":\"<&>\\\"'\\r\\n\\t\\u0000\\u001f\u{fffe}容\"}}"
    );
    assert_eq!(
        text(render::answer(Format::Xml, "X", "R", &body)),
        "<?xml version='1.0' encoding='UTF-8'?><XResponse><RequestId>R</RequestId><Yes>true</Yes>\
         <MemorySize>0.5</MemorySize><Cores>8.0</Cores><NoNumber>1.</NoNumber><Low>-3</Low>\
         <High>9223372036854775807</High><Empty></Empty><Ids><Id>a</Id><Id>b</Id></Ids>\
         <Inner><Text>&lt;&amp;&gt;&quot;&apos;&#13;\n\t\u{fffd}\u{fffd}\u{fffd}容</Text></Inner></XResponse>"
    );
}

#[test]
fn a_release_answers_with_its_request_id_alone() {
    let empty = Body::new();
    let json = render::answer(Format::Json, "ReleaseCapacityReservation", REQUEST_ID, &empty);
    assert_eq!(text(json), format!("{{\"RequestId\":\"{REQUEST_ID}\"}}"));
}

#[test]
fn faults_in_both() {
    let fault = common::INVALID_ACTION;
    let id = "BD5BC838-286E-5460-8077-6F9A6DB8BB40";
    let json = text(render::fault(Format::Json, id, "ecs.cn-hangzhou.aliyuncs.com", None, &fault));
    assert_eq!(
        json,
        r#"{"RequestId":"BD5BC838-286E-5460-8077-6F9A6DB8BB40","Message":"Specified api is not found, please check your url and method.","Recommend":"https://api.aliyun.com/troubleshoot?q=InvalidAction.NotFound&product=Ecs&requestId=BD5BC838-286E-5460-8077-6F9A6DB8BB40","HostId":"ecs.cn-hangzhou.aliyuncs.com","Code":"InvalidAction.NotFound"}"#
    );
    let xml = text(render::fault(Format::Xml, id, "a<b]]>c", None, &fault));
    assert_eq!(
        xml,
        "<?xml version='1.0' encoding='UTF-8'?><Error><RequestId>BD5BC838-286E-5460-8077-6F9A6DB8BB40</RequestId><HostId>a&lt;b]]&gt;c</HostId><Code>InvalidAction.NotFound</Code><Message>Specified api is not found, please check your url and method.</Message><Recommend><![CDATA[https://api.aliyun.com/troubleshoot?q=InvalidAction.NotFound&product=Ecs&requestId=BD5BC838-286E-5460-8077-6F9A6DB8BB40]]></Recommend></Error>"
    );
    assert_eq!(Format::Json.content_type(), "application/json;charset=utf-8");
    assert_eq!(Format::Xml.content_type(), "text/xml;charset=utf-8");
}

#[test]
fn a_fault_recommends_its_page_where_there_is_one() {
    let page = Some("https://berth.example:8526/console/errors/");
    let address = "https://berth.example:8526/console/errors/InvalidAction.NotFound?requestId=R";
    let json = text(render::fault(Format::Json, "R", "h", page, &common::INVALID_ACTION));
    assert!(json.contains(&format!("\"Recommend\":\"{address}\"")), "{json}");
    let xml = text(render::fault(Format::Xml, "R", "h", page, &common::INVALID_ACTION));
    assert!(xml.contains(&format!("<Recommend><![CDATA[{address}]]></Recommend>")), "{xml}");
}

#[test]
fn formats_are_named_in_any_case() {
    for (name, format) in [("JSON", Format::Json), ("json", Format::Json), ("Xml", Format::Xml)] {
        assert_eq!(Format::parse(name), Some(format));
    }
    assert_eq!((Format::parse(""), Format::parse("yaml")), (None, None));
}

#[test]
fn texts_that_are_no_stored_answer_are_refused() {
    let deep = format!("{}{}", "{\"A\":".repeat(500), "}".repeat(500));
    for text in
        ["", "[]", "1", "{", "{\"A\":null}", "{\"A\":[1]}", "{\"A\":1,\"A\":2}", "{\"A\":{\"B\":[null]}}", &deep]
    {
        assert_eq!(Body::from_json_text(text), None, "{text}");
    }
}

/// Any tree an operation could build, with names unique within an object.
fn any_body() -> impl Strategy<Value = Body> {
    const NAMES: [&str; 4] = ["A", "Bee", "seaId", "D4"];
    let leaf = prop_oneof![
        "\\PC{0,12}|[\\x00-\\x7f]{0,6}".prop_map(Node::from),
        any::<i64>().prop_map(Node::Integer),
        any::<bool>().prop_map(Node::Flag),
        "-?[1-9][0-9]{0,24}\\.[0-9]{1,9}|-?0\\.[0-9]{1,3}|[0-9]e[0-9]|-0|[1-9]{30}"
            .prop_map(|text| Node::Decimal(text.into())),
    ];
    let tree = leaf.prop_recursive(4, 40, 4, |inner| {
        let nodes = proptest::collection::vec(inner, 0..4);
        prop_oneof![
            nodes.clone().prop_map(|nodes| Node::Object(object(nodes))),
            nodes.prop_map(|nodes| Node::List { item: "Item".into(), nodes }),
        ]
    });
    fn object(nodes: Vec<Node>) -> Body {
        NAMES.into_iter().zip(nodes).fold(Body::new(), |body, (name, node)| body.with(name, node))
    }
    proptest::collection::vec(tree, 0..4).prop_map(object)
}

/// A small strict reader of XML as this crate may write it: tags without attributes that pair up, the five
/// named entities and `&#13;`, CDATA, and no forbidden character.
fn well_formed(xml: &str) -> bool {
    let Some(mut rest) = xml.strip_prefix("<?xml version='1.0' encoding='UTF-8'?>") else {
        return false;
    };
    let mut open: Vec<&str> = Vec::new();
    let mut roots = 0;
    while !rest.is_empty() {
        if let Some(data) = rest.strip_prefix("<![CDATA[") {
            let Some((_, after)) = data.split_once("]]>") else {
                return false;
            };
            rest = after;
        } else if let Some(tag) = rest.strip_prefix('<') {
            let Some((name, after)) = tag.split_once('>') else {
                return false;
            };
            rest = after;
            match name.strip_prefix('/') {
                Some(closed) if open.pop() != Some(closed) => return false,
                Some(_) => roots += usize::from(open.is_empty()),
                None if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric()) => {
                    return false;
                }
                None => open.push(name),
            }
        } else {
            let (data, after) = rest.split_at(rest.find('<').unwrap_or(rest.len()));
            rest = after;
            let entities = ["&amp;", "&lt;", "&gt;", "&quot;", "&apos;", "&#13;"];
            let clean = entities.iter().fold(data.to_owned(), |data, entity| data.replace(entity, ""));
            let legal = |c: char| matches!(c, '\t' | '\n' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
            if open.is_empty() || clean.contains(['&', '>']) || !clean.chars().all(legal) {
                return false;
            }
        }
    }
    open.is_empty() && roots == 1
}

proptest! {
    #[test]
    fn stored_answers_come_back_to_the_byte(body in any_body()) {
        let back = Body::from_json_text(&body.to_json_text()).unwrap();
        for format in [Format::Json, Format::Xml] {
            prop_assert_eq!(
                render::answer(format, "X", "R", &back),
                render::answer(format, "X", "R", &body)
            );
        }
    }

    #[test]
    fn xml_is_always_well_formed(body in any_body()) {
        let xml = text(render::answer(Format::Xml, "X", "R", &body));
        prop_assert!(well_formed(&xml), "{}", xml);
    }

    #[test]
    fn json_is_always_json(body in any_body()) {
        let json = text(render::answer(Format::Json, "X", "R", &body));
        prop_assert!(serde_json::from_str::<&serde_json::value::RawValue>(&json).is_ok(), "{}", json);
    }

    #[test]
    fn faults_are_always_well_formed(id in ".{0,20}", host in "(.|[\\x00-\\x1f]){0,20}", why in "(.|\\]\\]>){0,20}") {
        let fault = common::INVALID_PARAMETER.with_message(why);
        let xml = text(render::fault(Format::Xml, &id, &host, None, &fault));
        prop_assert!(well_formed(&xml), "{}", xml);
        let json = render::fault(Format::Json, &id, &host, None, &fault);
        prop_assert!(serde_json::from_slice::<&serde_json::value::RawValue>(&json).is_ok());
    }

    #[test]
    fn any_text_is_a_stored_answer_or_not(text in "[{}\\[\\]\",:A0-9.e-]{0,30}") {
        if let Some(body) = Body::from_json_text(&text) {
            prop_assert!(Body::from_json_text(&body.to_json_text()).is_some());
        }
    }
}
