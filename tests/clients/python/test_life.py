"""The life of a reservation and what surrounds it, told to Berth by the stock Python clients.

Black box: needs a running server, told by the exports that Berth prints (BERTH_ENDPOINT,
ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET), with the zones cn-hangzhou-h and cn-hangzhou-i and the
families ecs.c6 and ecs.g6. Each class tells the same story with another client; everything it makes carries a tag of
its own, so a server may be used twice.
"""

import datetime
import json
import unittest
import uuid
import xml.etree.ElementTree as ET

from stock import Fault, Legacy, TeaV2, TeaV3

REGION = "cn-hangzhou"
ZONE = "cn-hangzhou-h"
OTHER_ZONE = "cn-hangzhou-i"
TYPE = "ecs.g6.large"
OTHER_TYPE = "ecs.c6.large"
AWKWARD = "a+b c*~'()!&=%/;:@?#[]\"<>\\ 容量预留é 100%25 \U0001f40b"
REQUEST_ID = r"^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$"


def hours_ahead(hours):
    """A moment as requests write it, and as answers do."""
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=hours)
    return moment.strftime("%Y-%m-%dT%H:%M:00Z"), moment.strftime("%Y-%m-%dT%H:%MZ")


class Story:
    """What every client must be able to tell. Mixed into one TestCase a client."""

    make = None

    def setUp(self):
        self.client = self.make()
        self.run_id = uuid.uuid4().hex
        self.made = []

    def tearDown(self):
        for reservation in self.made:
            self.give_back(reservation)

    # -- one step each

    def call(self, action, **params):
        answer = self.client.call(action, RegionId=REGION, **params)
        self.assertRegex(answer["RequestId"], REQUEST_ID)
        self.assertNotIn("Code", answer)
        return answer

    def create(self, **more):
        params = {
            "ZoneId": [ZONE],
            "InstanceType": TYPE,
            "InstanceAmount": 2,
            "Tag": [{"Key": "run", "Value": self.run_id}],
        }
        params.update(more)
        reservation = self.call("CreateCapacityReservation", **params)["PrivatePoolOptionsId"]
        self.assertRegex(reservation, r"^crp-[a-z0-9]{20}$")
        self.made.append(reservation)
        return reservation

    def release(self, reservation, **more):
        options = {"PrivatePoolOptions": {"Id": reservation}}
        return self.call("ReleaseCapacityReservation", **options, **more)

    def modify(self, reservation, options=None, **more):
        options = {"PrivatePoolOptions": {"Id": reservation, **(options or {})}}
        return self.call("ModifyCapacityReservation", **options, **more)

    def describe(self, **filters):
        answer = self.call("DescribeCapacityReservations", **filters)
        return answer, answer["CapacityReservationSet"]["CapacityReservationItem"]

    def one(self, reservation, status="All"):
        ids = json.dumps([reservation])
        answer, items = self.describe(PrivatePoolOptions={"Ids": ids}, Status=status)
        self.assertEqual((answer["TotalCount"], len(items)), (1, 1))
        return items[0]

    def give_back(self, reservation):
        """Releases whatever is left, whichever way it ends."""
        item = self.one(reservation)
        if item["Status"] == "Released":
            return
        if item["EndTimeType"] == "Limited":
            self.modify(reservation, EndTimeType="Unlimited")
        self.release(reservation)

    def refused(self, code, status, do, *args, **params):
        with self.assertRaises(Fault) as caught:
            do(*args, **params)
        fault = caught.exception
        self.assertEqual((fault.code, fault.status), (code, status), fault)
        self.assertRegex(fault.request_id, REQUEST_ID)
        return fault

    # -- the story

    def test_from_create_to_released_twice(self):
        end, shown_end = hours_ahead(30)
        reservation = self.create(
            ClientToken=uuid.uuid4().hex,
            PrivatePoolOptions={"Name": "容量-Pool_1:a", "MatchCriteria": "Target"},
            Description=AWKWARD,
            StartTime="Now",
            EndTimeType="Limited",
            EndTime=end,
            InstanceChargeType="PostPaid",
            Platform="Linux",
            Tag=[{"Key": "run", "Value": self.run_id}, {"Key": "团队 name", "Value": "a=b&c é"}],
        )
        item = self.one(reservation)
        resource = item["AllocatedResources"]["AllocatedResource"]
        expected = {
            "PrivatePoolOptionsId": reservation,
            "PrivatePoolOptionsName": "容量-Pool_1:a",
            "PrivatePoolOptionsMatchCriteria": "Target",
            "Description": AWKWARD,
            "Status": "Active",
            "StartTimeType": "Now",
            "EndTimeType": "Limited",
            "EndTime": shown_end,
            "InstanceChargeType": "PostPaid",
            "Platform": "linux",
            "RegionId": REGION,
        }
        self.assertEqual({name: item[name] for name in expected}, expected)
        self.assertRegex(item["StartTime"], r"^\d{4}-\d\d-\d\dT\d\d:\d\dZ$")
        self.assertEqual(len(resource), 1)
        amounts = ["zoneId", "InstanceType", "TotalAmount", "UsedAmount", "AvailableAmount"]
        self.assertEqual([resource[0][name] for name in amounts], [ZONE, TYPE, 2, 0, 2])
        tags = {(tag["TagKey"], tag["TagValue"]) for tag in item["Tags"]["Tag"]}
        self.assertEqual(tags, {("run", self.run_id), ("团队 name", "a=b&c é")})

        users = self.call(
            "DescribeCapacityReservationInstances", PrivatePoolOptions={"Id": reservation}
        )
        self.assertEqual(users["CapacityReservationItem"]["InstanceIdSet"], [])
        self.assertEqual(users["TotalCount"], 0)

        # Limited ones are not released by hand.
        self.refused(
            "Invalid.Action.ReleaseCapacityReservation", 400, self.release, reservation
        )
        self.modify(
            reservation,
            {"Name": "renamed"},
            Description="另一个 text + more",
            EndTimeType="Unlimited",
            InstanceAmount=3,
        )
        item = self.one(reservation)
        self.assertEqual(
            (item["PrivatePoolOptionsName"], item["Description"], item["EndTimeType"]),
            ("renamed", "另一个 text + more", "Unlimited"),
        )
        self.assertEqual(item["AllocatedResources"]["AllocatedResource"][0]["TotalAmount"], 3)

        # A dry run checks everything and changes nothing.
        self.refused("DryRunOperation", 400, self.release, reservation, DryRun=True)
        self.assertEqual(self.one(reservation), item)

        self.release(reservation, DryRun=False)
        self.assertEqual(self.one(reservation, "Released")["Status"], "Released")
        self.assertEqual(self.one(reservation, "All")["Status"], "Released")
        ids = json.dumps([reservation])
        for hidden in ({}, {"Status": "Active"}):
            answer, items = self.describe(PrivatePoolOptions={"Ids": ids}, **hidden)
            self.assertEqual((answer["TotalCount"], items), (0, []))
        again = self.refused(
            "Invalid.PrivatePoolOptions.status", 400, self.release, reservation
        )
        self.assertIn("The PrivatePool is expired or inactive.", again.message)
        self.refused(
            "IncorrectPrivatePoolStatus", 403, self.modify, reservation, Description="too late"
        )

    def test_filters_and_pages(self):
        mine = [{"Key": "run", "Value": self.run_id}]
        expected = {self.create() for _ in range(4)}
        other = self.create(
            ZoneId=[OTHER_ZONE], InstanceType=OTHER_TYPE, Platform="Windows", InstanceAmount=1
        )
        seen, token, pages = [], None, 0
        while token != "":
            more = {"NextToken": token} if token else {}
            answer, items = self.describe(Tag=mine, MaxResults=2, **more)
            self.assertEqual((answer["TotalCount"], answer["MaxResults"]), (5, 2))
            seen += [item["PrivatePoolOptionsId"] for item in items]
            token, pages = answer["NextToken"], pages + 1
        self.assertEqual((pages, len(seen)), (3, 5))
        self.assertEqual(set(seen), expected | {other})

        def found(**filters):
            _, items = self.describe(Tag=mine, MaxResults=100, **filters)
            return {item["PrivatePoolOptionsId"] for item in items}

        self.assertEqual(found(ZoneId=OTHER_ZONE), {other})
        self.assertEqual(found(InstanceType=TYPE), expected)
        self.assertEqual(found(Platform="windows"), {other})
        self.assertEqual(found(Platform="all"), expected | {other})
        self.assertEqual(found(InstanceChargeType="PostPaid"), expected | {other})
        self.assertEqual(found(InstanceChargeType="PrePaid"), set())
        self.assertEqual(found(Status="Active"), expected | {other})
        self.assertEqual(found(Status="Released"), set())
        ids = json.dumps([other, "crp-bp1aaaaaaaaaaaaaaaaa"])
        self.assertEqual(found(PrivatePoolOptions={"Ids": ids}), {other})

        # A token belongs to its filter, and to whoever was given it.
        token = self.describe(Tag=mine, MaxResults=2)[0]["NextToken"]
        for other_filter in ({"NextToken": token, "ZoneId": ZONE}, {"NextToken": "0" * 32}):
            self.refused(
                "InvalidParameter", 400, self.describe, Tag=mine, MaxResults=2, **other_filter
            )

    def test_tags(self):
        reservation = self.create()
        on = {"ResourceType": "capacityreservation", "ResourceId": [reservation]}

        def tags():
            answer = self.call("ListTagResources", **on)
            items = answer["TagResources"]["TagResource"]
            self.assertTrue(all(item["ResourceId"] == reservation for item in items))
            return {item["TagKey"]: item["TagValue"] for item in items}

        self.assertEqual(tags(), {"run": self.run_id})
        self.call(
            "TagResources",
            **on,
            Tag=[{"Key": "环境", "Value": "生产 + b"}, {"Key": "empty", "Value": ""}],
        )
        self.call("TagResources", **on, Tag=[{"Key": "环境", "Value": "again"}])
        self.assertEqual(tags(), {"run": self.run_id, "环境": "again", "empty": ""})
        self.call("UntagResources", **on, TagKey=["empty"])
        self.assertEqual(tags(), {"run": self.run_id, "环境": "again"})
        self.call("UntagResources", **on, All=True)
        self.assertEqual(tags(), {})
        self.refused(
            "InvalidResourceId.NotFound",
            404,
            self.call,
            "TagResources",
            ResourceType="capacityreservation",
            ResourceId=["crp-bp1aaaaaaaaaaaaaaaaa"],
            Tag=[{"Key": "a", "Value": "b"}],
        )

    def test_client_token(self):
        token = uuid.uuid4().hex
        first = self.create(ClientToken=token)
        self.assertEqual(self.create(ClientToken=token), first)
        self.made.pop()
        self.refused(
            "IdempotentParameterMismatch", 400, self.create, ClientToken=token, InstanceAmount=3
        )
        _, items = self.describe(Tag=[{"Key": "run", "Value": self.run_id}])
        self.assertEqual([item["PrivatePoolOptionsId"] for item in items], [first])

    def test_stock_runs_out(self):
        largest = max(self.types("ecs.g6"), key=lambda it: it["CpuCoreCount"])
        with self.assertRaises(Fault) as caught:
            for _ in range(100):
                self.create(InstanceType=largest["InstanceTypeId"], InstanceAmount=1000)
        self.assertEqual(
            (caught.exception.code, caught.exception.status), ("OperationDenied.NoStock", 403)
        )

    def test_who_is_not_let_in(self):
        stranger = self.make(secret="not the secret")
        with self.assertRaises(Fault) as caught:
            stranger.call("DescribeCapacityReservations", RegionId=REGION)
        # The legacy client compares the server's string to sign with its own, and names the cause.
        code = "InvalidAccessKeySecret" if self.make is Legacy else "SignatureDoesNotMatch"
        self.assertEqual((caught.exception.code, caught.exception.status), (code, 400))
        stranger = self.make(key="LTAInobody", secret="whatever")
        with self.assertRaises(Fault) as caught:
            stranger.call("DescribeCapacityReservations", RegionId=REGION)
        self.assertEqual(
            (caught.exception.code, caught.exception.status), ("InvalidAccessKeyId.NotFound", 404)
        )

    def test_region(self):
        options = {"PrivatePoolOptions": {"Id": "crp-bp1aaaaaaaaaaaaaaaaa"}}
        missing = "MissingParameter.RegionId"
        if self.client.adds_region:
            missing = "Invalid.PrivatePoolOptions.Ids"
        self.refused(
            missing, 400, self.client.call, "ReleaseCapacityReservation", **options
        )
        self.refused(
            "InvalidRegionId.NotFound",
            404,
            self.client.call,
            "DescribeCapacityReservations",
            RegionId="cn-nowhere",
        )

    def test_an_unknown_reservation(self):
        self.refused(
            "Invalid.PrivatePoolOptions.Ids", 400, self.release, "crp-bp1aaaaaaaaaaaaaaaaa"
        )
        self.refused(
            "InvalidPrivatePoolId.NotFound",
            404,
            self.modify,
            "crp-bp1aaaaaaaaaaaaaaaaa",
            Description="nothing",
        )

    def test_xml(self):
        reservation = self.create(Description=AWKWARD)
        ids = {"Ids": json.dumps([reservation])}
        text = self.client.text(
            "DescribeCapacityReservations", RegionId=REGION, PrivatePoolOptions=ids
        )
        if text is None:
            self.skipTest("this client cannot ask for XML")
        root = ET.fromstring(text)
        self.assertEqual(root.tag, "DescribeCapacityReservationsResponse")
        self.assertRegex(root.findtext("RequestId"), REQUEST_ID)
        items = root.findall("CapacityReservationSet/CapacityReservationItem")
        self.assertEqual([it.findtext("PrivatePoolOptionsId") for it in items], [reservation])
        self.assertEqual(items[0].findtext("Description"), AWKWARD)
        inner = items[0].find("AllocatedResources/AllocatedResource")
        self.assertEqual(inner.findtext("zoneId"), ZONE)
        self.assertEqual(inner.findtext("TotalAmount"), "2")

    # -- what there is to reserve

    def types(self, family):
        answer = self.client.call("DescribeInstanceTypes", InstanceTypeFamily=family)
        return answer["InstanceTypes"]["InstanceType"]

    def test_regions_zones_types(self):
        answer = self.client.call("DescribeRegions", AcceptLanguage="en-US")
        regions = [region["RegionId"] for region in answer["Regions"]["Region"]]
        self.assertIn(REGION, regions)
        zones = self.call("DescribeZones", AcceptLanguage="en-US")["Zones"]["Zone"]
        by_id = {zone["ZoneId"]: zone for zone in zones}
        self.assertLessEqual({ZONE, OTHER_ZONE}, set(by_id))
        self.assertIn(TYPE, by_id[ZONE]["AvailableInstanceTypes"]["InstanceTypes"])

        large = [it for it in self.types("ecs.g6") if it["InstanceTypeId"] == TYPE][0]
        self.assertEqual((large["CpuCoreCount"], large["MemorySize"]), (2, 8))
        self.assertTrue(all(it["InstanceTypeFamily"] == "ecs.c6" for it in self.types("ecs.c6")))
        named = self.client.call("DescribeInstanceTypes", InstanceTypes=[TYPE, OTHER_TYPE])
        self.assertEqual(
            {it["InstanceTypeId"] for it in named["InstanceTypes"]["InstanceType"]},
            {TYPE, OTHER_TYPE},
        )
        families = self.call("DescribeInstanceTypeFamilies")
        names = {
            it["InstanceTypeFamilyId"]
            for it in families["InstanceTypeFamilies"]["InstanceTypeFamily"]
        }
        self.assertLessEqual({"ecs.c6", "ecs.g6"}, names)

        stock = self.call(
            "DescribeAvailableResource",
            DestinationResource="InstanceType",
            ZoneId=ZONE,
            InstanceType=TYPE,
        )
        zone = stock["AvailableZones"]["AvailableZone"][0]
        self.assertEqual((zone["ZoneId"], zone["StatusCategory"]), (ZONE, "WithStock"))
        resource = zone["AvailableResources"]["AvailableResource"][0]
        self.assertEqual(resource["Type"], "InstanceType")
        supported = resource["SupportedResources"]["SupportedResource"]
        self.assertEqual(
            [(it["Value"], it["Status"], it["StatusCategory"]) for it in supported],
            [(TYPE, "Available", "WithStock")],
        )


class CurrentSdk(Story, unittest.TestCase):
    """alibabacloud_ecs20140526, signature V3."""

    make = TeaV3


class CurrentSdkOldSignature(Story, unittest.TestCase):
    """alibabacloud_ecs20140526 with signature_algorithm="v2"."""

    make = TeaV2


class LegacySdk(Story, unittest.TestCase):
    """aliyun-python-sdk-ecs."""

    make = Legacy


if __name__ == "__main__":
    unittest.main(verbosity=2)
