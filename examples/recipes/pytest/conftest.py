"""Each test has a Berth of its own: ready when the test begins, gone when it ends."""

import json
import os
import subprocess

import pytest
from alibabacloud_ecs20140526.client import Client
from alibabacloud_tea_openapi import models as openapi
from alibabacloud_tea_openapi.utils import Utils
from darabonba.runtime import RuntimeOptions

# --seed: the ids of a test are the same in every run.
COMMAND = [os.environ.get("BERTH", "berth"), "dev", "--listen", "127.0.0.1:0", "--seed", "1", "--output", "json"]


@pytest.fixture
def berth():
    """What a client has to know: address, key_id, secret, region."""
    with subprocess.Popen(COMMAND, stdout=subprocess.PIPE, text=True) as server:
        # One line, once it serves; none if it ended, which it has given the reason for on its standard error.
        line = server.stdout.readline()
        assert line, f"berth dev ended with status {server.wait()}"
        yield json.loads(line)
        server.terminate()


@pytest.fixture
def client(berth):
    """A stock client of it."""
    return Client(
        openapi.Config(
            access_key_id=berth["key_id"],
            access_key_secret=berth["secret"],
            endpoint=berth["address"],
            protocol="http",
            region_id=berth["region"],
        )
    )


@pytest.fixture
def own(client):
    """Calls an operation of Berth's own, for which no SDK has a class."""

    def call(action, **params):
        how = openapi.Params(
            action=action,
            version="2026-11-01",
            protocol="HTTP",
            pathname="/",
            method="POST",
            auth_type="AK",
            style="RPC",
            req_body_type="formData",
            body_type="json",
        )
        request = openapi.OpenApiRequest(query=Utils.query(params))
        return client.call_api(how, request, RuntimeOptions())["body"]

    return call
