"""The stock Python clients behind one call: an operation, its parameters by wire name, an answer or a Fault.

Nothing here knows how a request is signed or sent; that is what the official packages do. Parameters are
given as the wire nests them ({"PrivatePoolOptions": {"Id": ...}, "Tag": [{"Key": ..., "Value": ...}]}), go
through each package's own request classes, and come back through its own response classes.
"""

import importlib
import json
import os
import re

from alibabacloud_ecs20140526 import models as ecs
from alibabacloud_ecs20140526.client import Client as EcsClient
from alibabacloud_tea_openapi import utils_models as openapi
from alibabacloud_tea_openapi.utils import Utils
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
from aliyunsdkcore.acs_exception.exceptions import ServerException
from aliyunsdkcore.client import AcsClient
from darabonba.runtime import RuntimeOptions

# As Berth prints them: http://host:port. These clients take host and port, and the scheme apart from it.
ENDPOINT = os.environ["BERTH_ENDPOINT"].removeprefix("http://")
KEY = os.environ["ALIBABA_CLOUD_ACCESS_KEY_ID"]
SECRET = os.environ["ALIBABA_CLOUD_ACCESS_KEY_SECRET"]
VERSION = "2014-05-26"


class Fault(Exception):
    """What a client made of an answer that was an error."""

    def __init__(self, code, status, message, request_id):
        super().__init__(f"{status} {code}: {message}")
        self.code = code
        self.status = status
        self.message = message
        self.request_id = request_id


def snake(name):
    """CreateCapacityReservation -> create_capacity_reservation."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


class Tea:
    """The current SDK. Signs with V3 unless told otherwise."""

    adds_region = False

    def __init__(self, algorithm, key=KEY, secret=SECRET):
        self.client = EcsClient(
            openapi.Config(
                access_key_id=key,
                access_key_secret=secret,
                endpoint=ENDPOINT,
                protocol="http",
                region_id="cn-hangzhou",
                signature_algorithm=algorithm,
            )
        )

    def call(self, action, **params):
        request = getattr(ecs, action + "Request")().from_map(params)
        try:
            answer = getattr(self.client, snake(action))(request)
        except AlibabaCloudException as trouble:
            raise Fault(
                trouble.code, trouble.status_code, trouble.message, trouble.request_id
            ) from trouble
        assert answer.status_code == 200, answer.status_code
        return answer.body.to_map()

    def text(self, action, **params):
        """The answer as it came, in XML, through the generic call: the typed one asks for JSON alone."""
        how = openapi.Params(
            action=action,
            version=VERSION,
            protocol="HTTP",
            pathname="/",
            method="POST",
            auth_type="AK",
            style="RPC",
            req_body_type="formData",
            body_type="string",
        )
        request = openapi.OpenApiRequest(query=Utils.query({"Format": "XML", **params}))
        return self.client.call_api(how, request, RuntimeOptions())["body"]


def generic(tea, action, version, params):
    """Any operation of any version, as the current SDK's common request sends it."""
    how = openapi.Params(
        action=action,
        version=version,
        protocol="HTTP",
        pathname="/",
        method="POST",
        auth_type="AK",
        style="RPC",
        req_body_type="formData",
        body_type="json",
    )
    request = openapi.OpenApiRequest(query=Utils.query(params))
    return tea.client.call_api(how, request, RuntimeOptions())["body"]


class TeaV3(Tea):
    def __init__(self, **key):
        super().__init__(None, **key)


class TeaV2(Tea):
    """The same with signature_algorithm="v2", which is HMAC-SHA1 over the parameters."""

    def __init__(self, **key):
        super().__init__("v2", **key)

    def text(self, action, **params):
        return None  # Its generic call writes Format=json last, so it cannot ask for XML.


class Legacy:
    """The SDK of the first generation. Adds the client's region to every request by itself."""

    adds_region = True

    def __init__(self, key=KEY, secret=SECRET):
        self.client = AcsClient(key, secret, "cn-hangzhou", timeout=30)

    def _request(self, action, params):
        module = importlib.import_module(f"aliyunsdkecs.request.v20140526.{action}Request")
        request = getattr(module, action + "Request")()
        request.set_endpoint(ENDPOINT)
        request.set_protocol_type("http")
        for name, value in params.items():
            if name == "RegionId":
                request.add_query_param(name, value)
            elif isinstance(value, dict):
                for field, inner in value.items():
                    getattr(request, f"set_{name}{field}")(inner)
            elif isinstance(value, list):
                getattr(request, f"set_{name}s")(value)
            else:
                getattr(request, f"set_{name}")(value)
        return request

    def _send(self, request):
        try:
            return self.client.do_action_with_exception(request)
        except ServerException as trouble:
            raise Fault(
                trouble.get_error_code(),
                trouble.get_http_status(),
                trouble.get_error_msg(),
                trouble.get_request_id(),
            ) from trouble

    def call(self, action, **params):
        return json.loads(self._send(self._request(action, params)))

    def text(self, action, **params):
        request = self._request(action, params)
        request.set_accept_format("XML")
        # do_action_with_exception would ask for JSON whatever was set.
        status, _headers, body = self.client.get_response(request)
        assert status == 200, status
        return body.decode("utf-8")
