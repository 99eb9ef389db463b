import pytest
from alibabacloud_ecs20140526 import models
from alibabacloud_tea_openapi.exceptions import ClientException

REGION, ZONE = "cn-hangzhou", "cn-hangzhou-h"


def reserve(client, instance_type="ecs.g6.large", **more):
    request = models.CreateCapacityReservationRequest(
        region_id=REGION, zone_id=[ZONE], instance_type=instance_type, **more
    )
    return client.create_capacity_reservation(request).body.private_pool_options_id


def listed(client):
    request = models.DescribeCapacityReservationsRequest(region_id=REGION)
    items = client.describe_capacity_reservations(request).body.capacity_reservation_set.capacity_reservation_item
    return [item.private_pool_options_id for item in items]


def test_a_reservation_is_listed_until_its_end(client, own):
    own("SetClock", Time="2040-01-01T00:00:00Z", Runs="false")
    pool = reserve(client, instance_amount=2, end_time_type="Limited", end_time="2040-01-08T00:00:00Z")
    assert listed(client) == [pool]
    own("AdvanceClock", Seconds=7 * 24 * 3600)
    assert listed(client) == []


def test_what_does_not_fit_is_refused(client):
    with pytest.raises(ClientException) as refused:
        reserve(client, instance_type="ecs.g6.26xlarge", instance_amount=1000)
    assert refused.value.code == "OperationDenied.NoStock"
    assert listed(client) == []
