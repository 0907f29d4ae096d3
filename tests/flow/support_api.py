"""Make's API: its tables, read here anew, and calls of it."""

import json
import re

from support import ROOT, default_fixture, fixture_with, sign_in

API = "/api/v2"
MAKE = ROOT / "fixtures/make"


def read_table(name):
    """The rows of a table of fixtures/make, as dicts."""
    lines = [line for line in (MAKE / name).read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    names = lines[0].split("\t")
    return [dict(zip(names, line.split("\t"), strict=True)) for line in lines[1:]]


def read_json(name):
    return json.loads((MAKE / name).read_text(encoding="utf-8"))


OPERATIONS = read_table("operations.tsv")
BEYOND = read_table("beyond.tsv")
COLLECTIONS = read_json("collections.json")
RESOURCES = read_json("resources.json")
SCOPES = [scope["name"] for scope in read_json("scopes.json") if scope["kind"] != "oidc"]
ADMIN_SCOPES = [scope["name"] for scope in read_json("scopes.json") if scope["kind"] == "admin"]


def collection_of(row):
    """The collection that an operation is about; None: none."""
    return next((word for word in row["does"].split(" ") if word in COLLECTIONS), None)


OWNER_TOKEN = "00000000-0000-4000-8000-000000001001"  # of the first user of the fixtures made here


def scenario(name="x", team=1, **more):
    """What a new scenario needs (the SDK's CreateScenarioBody)."""
    return {"teamId": team, "blueprint": {"name": name, "flow": [], "metadata": {}},
            "scheduling": {"type": "indefinitely", "interval": 900}, **more}


def uuid(number):
    return f"00000000-0000-4000-8000-{number:012}"


def hexadecimal(number):
    return f"{number:032x}"


# A value for each parameter of a path: what stands in resources.json and the default fixture.
VALUES = {
    "agentId": uuid(71), "appName": "example-shop", "appVersion": "1", "childOrganizationId": "1", "connectedSystemId": uuid(73),
    "connectionId": "1", "connectionName": "example-shop", "contextId": uuid(82), "credentialId": uuid(62),
    "customPropertyStructureItemId": "1", "dataStoreId": "1", "dataStructureId": "1", "deviceId": "1",
    "dlqId": hexadecimal(0xd1), "endpointName": "getOrder", "executionDlqId": hexadecimal(0xd2), "executionId": hexadecimal(0xa1),
    "folderId": "1", "functionId": "1", "functionName": "shout", "hookId": "1", "iconSize": "64", "id": "1",
    "incomingId": hexadecimal(0xb2), "itemId": "1", "key": "customer-1", "keyId": "1", "logId": hexadecimal(0xb3),
    "moduleId": "1", "moduleName": "listOrders", "name": "example-shop", "notificationId": "1", "organizationId": "1",
    "paymentMethodId": "pm_1", "priceId": "price_core_month", "privateSpaceId": "1", "requestId": uuid(61), "roleId": "1",
    "rpcName": "listShops", "scenarioId": "1", "teamId": "1", "templateId": "1", "templateUrl": "webhook-to-http",
    "timestamp": "1", "userId": "1001", "uuid": uuid(91), "variableName": "region", "version": "1", "webhookName": "example-shop",
}
ELSEWHERE = { # where a parameter means something else
    "/ai-agents/v1/agents/{agentId}": {"agentId": uuid(81)},
    "/teams/{teamId}/variables/": {"variableName": "sender"},
}


def path_of(operation, **values):
    """The operation's path with a value for each parameter."""
    path = operation["path"]
    special = next((value for start, value in ELSEWHERE.items() if path.startswith(start)), {})
    return re.sub(r"\{(\w+)\}", lambda name: str({**VALUES, **special, **values}[name[1]]), path)


def fixture_of(change=None, **members):
    """The default fixture: demo-web and the first user's API token hold every scope, and that user is an administrator."""
    fixture = fixture_with(clients={"demo-web": {"scope": " ".join(["openid", "profile", "email", "offline_access", *SCOPES])}}, **members)
    fixture["users"][0]["admin"] = True
    fixture["users"][0]["api_tokens"] = [{"token": OWNER_TOKEN, "scope": " ".join(SCOPES)}]
    if change:
        change(fixture)
    return fixture


def user_with(number, organizations=(), teams=(), scope=" ".join(SCOPES), **members):
    """A user of a fixture, whose API token is uuid(number)."""
    return {"sub": str(number), "name": f"User {number}", "email": f"user{number}@example.com",
            "organizations": [{"id": id_, "role": role} for id_, role in organizations],
            "teams": [{"id": id_, "role": role} for id_, role in teams],
            "api_tokens": [{"token": uuid(number), "scope": scope}], **members}


class Api:
    """Calls with one token."""

    def __init__(self, server, token=OWNER_TOKEN, scheme="Token"):
        self.server = server
        self.headers = {"Authorization": f"{scheme} {token}"} if token else {}

    def __call__(self, method, path, json=None, headers=None, **options):
        return self.server.request(method, API + path, json=json, headers={**self.headers, **(headers or {})}, **options)

    def get(self, path, **options):
        return self("GET", path, **options)

    def ok(self, method, path, json=None, **options):
        """The JSON of an answer that has to be 200."""
        response = self(method, path, json, **options)
        assert response.status_code == 200, f"{method} {path}: {response.status_code} {response.text}"
        assert response.headers["Content-Type"] == "application/json"
        return response.json()


def bearer(server, scope, **params):
    """Calls with an access token that has just these scopes."""
    return Api(server, sign_in(server, scope=scope, **params)["access_token"], "Bearer")


def assert_refused(response, status, code, detail=None, message=None):
    """An error in Make's shape."""
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"] == "application/json"
    body = response.json()
    assert set(body) == {"detail", "message", "code"} | ({"suberrors"} if status == 400 else set())
    assert body["code"] == code
    assert body["message"] == message or (message is None and body["message"])
    if status == 400:
        assert body["suberrors"] == [{"message": body["detail"], "name": "Error"}]
    if detail is not None:
        assert re.search(detail, body["detail"]), body["detail"]
    return body


