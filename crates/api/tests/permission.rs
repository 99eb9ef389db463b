//! Which requests an allow-list covers, row by row.

use crate::common::{ALICE, ID, Sent, params, row};
use api::{Caller, allows};
use ledger::directory::Permit;

fn permit(actions: &[&str], resources: &[&str]) -> Permit {
    let boxed = |texts: &[&str]| texts.iter().map(|text| Box::from(*text)).collect();
    Permit { actions: boxed(actions), resources: boxed(resources) }
}

fn covered(permits: &[Permit], action: &str, pairs: &[(&str, &str)]) -> bool {
    let caller = Caller { account: ALICE.into(), key: "key".into() };
    let params = params(pairs).expect("parameters");
    allows(Some(permits), row(action), &caller, "cn-hangzhou", &params)
}

const KIND: (&str, &str) = ("ResourceType", "capacityreservation");
const INSTANCE: &str = "acs:ecs:cn-hangzhou:1059095590880000:instance/i-one";
const ASSURANCE: &str = "acs:ecs:cn-hangzhou:1059095590880000:elasticityassurance/eap-one";
const ONE: &str = "acs:ecs:cn-hangzhou:1059095590880000:capacityreservation/crp-one";

#[test]
fn every_row_needs_its_action_and_its_resource() {
    let rows: [(&str, Sent<'_>, &str); 30] = [
        ("CreateCapacityReservation", &[], "acs:ecs:cn-hangzhou:1059095590880000:capacityreservation/*"),
        ("DescribeCapacityReservations", &[], "acs:ecs:cn-hangzhou:1059095590880000:capacityreservation/*"),
        ("DescribeCapacityReservationInstances", &[(ID, "crp-one")], ONE),
        ("ModifyCapacityReservation", &[(ID, "crp-one")], ONE),
        ("ReleaseCapacityReservation", &[(ID, "crp-one")], ONE),
        ("TagResources", &[KIND, ("ResourceId.3", "crp-one")], ONE),
        ("UntagResources", &[KIND, ("ResourceId.1", "crp-one")], ONE),
        ("TagResources", &[("ResourceType", "instance"), ("ResourceId.1", "i-one")], INSTANCE),
        ("StopInstance", &[("InstanceId", "i-one")], INSTANCE),
        ("StopInstances", &[("InstanceId.2", "i-one")], INSTANCE),
        ("DescribeInstances", &[], "acs:ecs:cn-hangzhou:1059095590880000:instance/*"),
        ("RunInstances", &[], "*"),
        ("CreateInstance", &[], "*"),
        ("ModifyInstanceAttachmentAttributes", &[("InstanceId", "i-one")], INSTANCE),
        ("DescribeInstanceAttachmentAttributes", &[("InstanceIds", "[\"i-one\"]")], INSTANCE),
        ("ListTagResources", &[], "*"),
        ("CreateElasticityAssurance", &[], "acs:ecs:cn-hangzhou:1059095590880000:elasticityassurance/*"),
        ("DescribeElasticityAssurances", &[], "acs:ecs:cn-hangzhou:1059095590880000:elasticityassurance/*"),
        ("ModifyElasticityAssurance", &[(ID, "eap-one")], ASSURANCE),
        ("PurchaseElasticityAssurance", &[(ID, "eap-one")], ASSURANCE),
        ("RenewElasticityAssurances", &[("PrivatePoolOptions.Id.2", "eap-one")], ASSURANCE),
        ("DescribeElasticityAssuranceAutoRenewAttribute", &[("PrivatePoolOptions.Id.1", "eap-one")], ASSURANCE),
        ("ModifyElasticityAssuranceAutoRenewAttribute", &[("PrivatePoolOptions.Id.1", "eap-one")], ASSURANCE),
        ("TagResources", &[("ResourceType", "elasticityassurance"), ("ResourceId.1", "eap-one")], ASSURANCE),
        ("DescribeElasticityAssuranceInstances", &[(ID, "eap-one")], "*"),
        ("ReserveWindow", &[], "acs:ecs:cn-hangzhou:1059095590880000:capacityreservation/*"),
        ("ModifyWindow", &[(ID, "crp-one")], ONE),
        ("FindWindow", &[], "*"),
        ("CreateAccessKey", &[], "*"),
        ("PutInstanceType", &[], "*"),
    ];
    for (action, pairs, resource) in rows {
        let service = if row(action).version == "2014-05-26" { "ecs" } else { "berth" };
        let name = format!("{service}:{action}");
        let any = format!("{service}:*");
        assert!(covered(&[permit(&[&name], &[resource])], action, pairs), "{action}");
        assert!(covered(&[permit(&["*"], &["*"])], action, pairs), "{action}");
        assert!(covered(&[permit(&["ecs:None"], &["*"]), permit(&[&any], &[resource])], action, pairs), "{action}");
        let other = if service == "ecs" { "berth:*" } else { "ecs:*" };
        assert!(!covered(&[permit(&[other], &["*"])], action, pairs), "{action}");
        assert!(!covered(&[], action, pairs), "{action}");
        assert!(!covered(&[permit(&["ecs:None"], &["*"])], action, pairs), "{action}");
        assert!(!covered(&[permit(&[&name.to_lowercase()], &["*"])], action, pairs), "{action}");
        if resource != "*" {
            let elsewhere = resource.replace("cn-hangzhou", "cn-shanghai");
            assert!(!covered(&[permit(&[&name], &[&elsewhere])], action, pairs), "{action}");
            // The action of one permit and the resource of another make none.
            let apart = [permit(&[&name], &[&elsewhere]), permit(&["ecs:None"], &[resource])];
            assert!(!covered(&apart, action, pairs), "{action}");
        }
        let caller = Caller { account: ALICE.into(), key: "key".into() };
        assert!(allows(None, row(action), &caller, "cn-hangzhou", &params(pairs).expect("parameters")), "{action}");
    }
}

#[test]
fn each_of_several_ids_must_be_covered() {
    let permits = [permit(&["ecs:TagResources"], &[ONE])];
    let two = [KIND, ("ResourceId.1", "crp-one"), ("ResourceId.2", "crp-two")];
    assert!(covered(&permits, "TagResources", &two[..2]));
    assert!(!covered(&permits, "TagResources", &two));
    let prefix = [permit(&["ecs:Tag*"], &["acs:ecs:*:*:capacityreservation/crp-*"])];
    assert!(covered(&prefix, "TagResources", &two));
    let one = [permit(&["*"], &[INSTANCE])];
    assert!(!covered(&one, "DescribeInstanceAttachmentAttributes", &[("InstanceIds", "[\"i-one\",\"i-two\"]")]));
    // Naming none is no way around: the action must be covered all the same.
    assert!(!covered(&permits, "UntagResources", &[]));
    assert!(!covered(&permits, "DescribeInstanceAttachmentAttributes", &[("InstanceIds", "no list")]));
}
