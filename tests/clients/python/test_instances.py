"""Instances that draw on reservations, told to Berth by the stock Python clients.

Black box, as test_life.py: needs a running server with the zone cn-hangzhou-h and the family ecs.g6, and the key of an
operator account for what is Berth's own.
"""

import json
import unittest
import uuid

from stock import Fault, Legacy, TeaV2, TeaV3, generic
from test_life import REGION, TYPE, ZONE, Story as Life, hours_ahead

EXTENSION = "2026-11-01"


class Hands:
    """What a story about instances does with a client. Everything that it makes is taken away again."""

    make = None
    call = Life.call
    create = Life.create
    release = Life.release
    modify = Life.modify
    describe = Life.describe
    one = Life.one
    give_back = Life.give_back
    refused = Life.refused

    def setUp(self):
        self.client = self.make()
        self.run_id = uuid.uuid4().hex
        self.made = []
        self.launched = []

    def tearDown(self):
        if self.launched:
            self.call("DeleteInstances", InstanceId=self.launched, Force=True)
        for reservation in self.made:
            self.give_back(reservation)

    def launch(self, mode, reservation=None, **more):
        options = {"MatchCriteria": mode, **({"Id": reservation} if reservation else {})}
        params = {
            "ZoneId": ZONE,
            "InstanceType": TYPE,
            "ImageId": "aliyun_3_x64_20G_alibase_20240819.vhd",
            "PrivatePoolOptions": options,
        }
        params.update(more)
        ids = self.call("RunInstances", **params)["InstanceIdSets"]["InstanceIdSet"]
        self.launched += ids
        return ids

    def amounts(self, reservation):
        found = self.one(reservation)["AllocatedResources"]["AllocatedResource"][0]
        return found["TotalAmount"], found["UsedAmount"], found["AvailableAmount"]

    def users(self, reservation):
        answer = self.call(
            "DescribeCapacityReservationInstances", PrivatePoolOptions={"Id": reservation}
        )
        items = answer["CapacityReservationItem"]["InstanceIdSet"]
        self.assertEqual(answer["TotalCount"], len(items))
        return {item["InstanceId"] for item in items}

    def attachment(self, instance):
        answer = self.call("DescribeInstanceAttachmentAttributes", InstanceIds=json.dumps([instance]))
        item = answer["Instances"]["Instance"][0]
        return item["PrivatePoolOptionsMatchCriteria"], item["PrivatePoolOptionsId"]

    def instance(self, instance):
        answer = self.call("DescribeInstances", InstanceIds=json.dumps([instance]))
        return answer["Instances"]["Instance"][0]


class Story(Hands):
    def test_a_target_reservation_is_filled_released_and_started_again(self):
        reservation = self.create(PrivatePoolOptions={"MatchCriteria": "Target"})
        filled = self.launch("Target", reservation, Amount=2, InstanceName="node", UniqueSuffix=True)
        self.assertEqual(self.amounts(reservation), (2, 2, 0))
        self.assertEqual(self.users(reservation), set(filled))
        self.assertEqual(self.instance(filled[0])["InstanceName"], "node001")
        self.refused(
            "Invalid.PrivatePoolOptions.NoStock", 400, self.launch, "Target", reservation
        )
        self.refused(
            "InvalidInstanceAmount.ValueNotSupported", 403, self.modify, reservation, InstanceAmount=1
        )

        # Released under running instances: they go on, on open capacity.
        self.release(reservation)
        self.assertEqual(self.users(reservation), set())
        self.assertEqual(self.attachment(filled[0]), ("", ""))
        self.assertEqual(self.instance(filled[0])["Status"], "Running")

        # Stopped and started again, the one that names what is gone finds nothing until it may use something else.
        self.client.call("StopInstance", InstanceId=filled[0], StoppedMode="StopCharging")
        self.assertEqual(self.instance(filled[0])["StoppedMode"], "StopCharging")
        self.refused(
            "Invalid.PrivatePoolOptions.status",
            400,
            self.client.call,
            "StartInstance",
            InstanceId=filled[0],
        )
        self.call(
            "ModifyInstanceAttachmentAttributes",
            InstanceId=filled[0],
            PrivatePoolOptions={"MatchCriteria": "None"},
        )
        self.client.call("StartInstance", InstanceId=filled[0])
        self.assertEqual(self.instance(filled[0])["Status"], "Running")

    def test_an_open_reservation_is_used_first_and_overflows(self):
        tags = [{"Key": "run", "Value": self.run_id}]
        reservation = self.create(InstanceAmount=1, Tag=tags)
        first, second = self.launch("Open", Amount=2, Tag=tags)
        self.assertEqual(self.users(reservation), {first})
        self.assertEqual(self.attachment(second), ("Open", ""))
        # Another set of tags does not match, and None takes none.
        third, fourth = self.launch("Open")[0], self.launch("None", Tag=tags)[0]
        self.assertEqual(self.attachment(third), ("Open", ""))
        self.assertEqual(self.attachment(fourth), ("None", ""))

        # A plain stop keeps the slot, an economical one gives it back, and what starts then is matched anew.
        self.call("StopInstances", InstanceId=[first])
        self.assertEqual(self.amounts(reservation), (1, 1, 0))
        self.call("StartInstances", InstanceId=[first])
        stopped = self.call("StopInstances", InstanceId=[first], StoppedMode="StopCharging")
        said = stopped["InstanceResponses"]["InstanceResponse"][0]
        self.assertEqual((said["Code"], said["PreviousStatus"]), ("200", "Running"))
        self.assertEqual(self.amounts(reservation), (1, 0, 1))
        self.call("StartInstances", InstanceId=[first])
        self.assertEqual(self.attachment(first), ("Open", reservation))

        self.refused("DRYRUN.SUCCESS", 400, self.call, "DeleteInstances", InstanceId=[first], Force=True, DryRun=True)
        self.refused("IncorrectInstanceStatus", 403, self.call, "DeleteInstances", InstanceId=[first])
        self.client.call("DeleteInstance", InstanceId=first, Force=True)
        self.launched.remove(first)
        self.assertEqual(self.amounts(reservation), (1, 0, 1))
        self.refused("InvalidInstanceId.NotFound", 404, self.client.call, "DeleteInstance", InstanceId=first)

    def test_made_stopped_listed_and_tagged(self):
        tags = [{"Key": "run", "Value": self.run_id}]
        made = self.call(
            "CreateInstance",
            ZoneId=ZONE,
            InstanceType=TYPE,
            ImageId="win2022_21H2_x64_dtc_zh-cn_40G.vhd",
            VSwitchId="vsw-bp1s5fnvk4gn2tws0001",
            Tag=tags,
        )["InstanceId"]
        self.launched.append(made)
        item = self.instance(made)
        self.assertEqual((item["Status"], item["OSType"], item["Memory"]), ("Stopped", "windows", 8192))
        self.assertEqual(item["VpcAttributes"]["VSwitchId"], "vsw-bp1s5fnvk4gn2tws0001")
        self.launch("None", Tag=tags, Amount=2)
        answer = self.call("DescribeInstances", Tag=tags, PageSize=2, PageNumber=2)
        self.assertEqual((answer["TotalCount"], len(answer["Instances"]["Instance"])), (3, 1))
        answer = self.call("DescribeInstances", Tag=tags, Status="Stopped")
        self.assertEqual([it["InstanceId"] for it in answer["Instances"]["Instance"]], [made])
        self.call(
            "TagResources", ResourceType="instance", ResourceId=[made], Tag=[{"Key": "a", "Value": "b"}]
        )
        listed = self.call("ListTagResources", ResourceType="instance", ResourceId=[made])
        self.assertEqual(
            {tag["TagKey"] for tag in listed["TagResources"]["TagResource"]}, {"run", "a"}
        )

    def test_amounts_out_of_range(self):
        for amount in (0, 101):
            self.refused("InvalidParam.Amount", 403, self.launch, "None", Amount=amount)
        self.refused("InvalidMinAmount.Malformed", 400, self.launch, "None", Amount=1, MinAmount=2)
        self.refused("DryRunOperation", 400, self.launch, "None", DryRun=True)

    def test_an_elasticity_assurance(self):
        end = "InstanceAmount", "Period", "PeriodUnit"
        answer = self.call(
            "CreateElasticityAssurance",
            ZoneId=[ZONE],
            InstanceType=[TYPE],
            **dict(zip(end, (1, 1, "Month"))),
            PrivatePoolOptions={"MatchCriteria": "Target", "Name": "eapTestName"},
            Tag=[{"Key": "run", "Value": self.run_id}],
        )
        assurance = answer["PrivatePoolOptionsId"]
        self.assertRegex(assurance, r"^eap-[a-z0-9]{20}$")
        self.assertRegex(answer["OrderId"], r"^\d+$")
        self.refused("Invalid.PrivatePoolOptions.Id", 400, self.release, assurance)
        used = self.launch("Target", assurance)
        answer = self.call(
            "DescribeElasticityAssuranceInstances", PrivatePoolOptions={"Id": assurance}
        )
        items = answer["ElasticityAssuranceItem"]["InstanceIdSet"]
        self.assertEqual([item["InstanceId"] for item in items], used)
        answer = self.call(
            "DescribeElasticityAssurances", PrivatePoolOptions={"Ids": json.dumps([assurance])}
        )
        item = answer["ElasticityAssuranceSet"]["ElasticityAssuranceItem"][0]
        self.assertEqual((item["Status"], item["PackageType"]), ("Active", "ElasticityAssurance"))
        self.assertEqual(item["AllocatedResources"]["AllocatedResource"][0]["UsedAmount"], 1)


class Extensions(Hands):
    """What the recorded API cannot say, through a client's generic call."""

    def test_a_window_is_found_reserved_and_called_off(self):
        def ask(action, **params):
            return generic(self.client, action, EXTENSION, {"RegionId": REGION, **params})

        start, _ = hours_ahead(200)
        found = ask(
            "FindWindow", InstanceType=TYPE, InstanceAmount="2", DurationHours="3", StartTime=start
        )["Windows"]["Window"][0]
        self.assertEqual(found["StartTime"], start)
        made = ask(
            "ReserveWindow",
            ZoneId=found["ZoneId"],
            InstanceType=TYPE,
            InstanceAmount="2",
            StartTime=found["StartTime"],
            EndTime=found["EndTime"],
        )
        self.assertEqual(made["Status"], "Prepared")
        window = made["PrivatePoolOptionsId"]
        item = self.one(window)
        self.assertEqual((item["StartTimeType"], item["EndTimeType"]), ("Later", "Limited"))
        self.refused("InvalidOperation.ReleasePrivatePoolUnsupported", 400, self.release, window)
        ask("ModifyWindow", **{"PrivatePoolOptions.Id": window, "EndTime": "Now"})
        self.assertEqual(self.one(window)["Status"], "Released")

    def test_the_fleet_is_told(self):
        pools = generic(self.client, "DescribePools", EXTENSION, {"RegionId": REGION})
        zones = {pool["ZoneId"] for pool in pools["Pools"]["Pool"]}
        self.assertIn(ZONE, zones)


class CurrentSdk(Story, Extensions, unittest.TestCase):
    """ecs20140526, V3."""

    make = TeaV3


class CurrentSdkOldSignature(Story, Extensions, unittest.TestCase):
    """ecs20140526, v2."""

    make = TeaV2


class LegacySdk(Story, unittest.TestCase):
    """aliyun-python-sdk-ecs."""

    make = Legacy


# Of test_life only its hands are used here, not its tests.
del Life
