"""Custom apps in Make's API: what belongs to an app, and its sections."""

import json

import pytest
from support_api import BEYOND, OPERATIONS, Api, assert_refused, fixture_of, path_of

pytestmark = pytest.mark.tenants

SECTIONS = [row for row in OPERATIONS + BEYOND if row["method"] == "GET" and row["does"].startswith("raw ") and row["path"].startswith("/sdk/")]
TEXTS = ("readme", "code", "test")


@pytest.fixture
def api(start):
    return Api(start(fixture=fixture_of()))


@pytest.mark.parametrize("path, one", [("connections", "appConnection"), ("webhooks", "appWebhook")])
def test_what_belongs_to_an_app_is_made_for_one_that_is_there(api, path, one):
    body = {"type": "basic", "label": "x"}
    assert_refused(api("POST", f"/sdk/apps/no-such-app/{path}", body), 404, "SC404", "there is no app 'no-such-app'")
    assert_refused(api("POST", f"/sdk/apps/example/{path}", body), 404, "SC404", "there is no app 'example'")
    assert_refused(api.get(f"/sdk/apps/no-such-app/{path}"), 404, "SC404", "there is no app 'no-such-app'")
    assert api.ok("POST", f"/sdk/apps/example-shop/{path}", body)[one]["appName"] == "example-shop"


def test_connections_and_webhooks_go_with_the_last_version_of_their_app(api):
    for app, version in (("other", 1), ("example-shop", 2)):
        api.ok("POST", "/sdk/apps", {"name": app, "version": version, "label": app})
    other = api.ok("POST", "/sdk/apps/other/connections", {"type": "basic", "label": "x"})["appConnection"]["name"]
    api.ok("POST", "/sdk/apps/other/1/rpcs", {"name": "r", "label": "r", "connection": "example-shop"})
    api.ok("DELETE", "/sdk/apps/example-shop/2")
    assert api.ok("GET", "/sdk/apps/connections/example-shop") and api.ok("GET", "/sdk/apps/webhooks/example-shop")
    api.ok("DELETE", "/sdk/apps/example-shop/1")
    for path in ("connections", "webhooks"):
        assert_refused(api.get(f"/sdk/apps/{path}/example-shop"), 404, "SC404")
        assert_refused(api.get(f"/sdk/apps/example-shop/{path}"), 404, "SC404")
    assert api.ok("GET", "/sdk/apps/other/1/rpcs/r")["appRpc"]["connection"] is None
    assert api.ok("GET", f"/sdk/apps/connections/{other}")


def test_a_section_is_a_text_before_it_is_put_as_after_it(api):
    """The SDK reads application/json as JSON, and all other text as it is."""
    looked_at = 0
    for row in SECTIONS:
        path = path_of(row)
        answer = api.get(path)
        type_ = answer.headers["Content-Type"].split(";")[0]
        last = path.rsplit("/", 1)[1]
        if last in TEXTS or "/icon" in path:
            continue
        assert type_ == ("application/json" if last == "common" else "application/jsonc"), path
        json.loads(answer.text)
        api("PUT", path, data=answer.text, headers={"Content-Type": type_})
        again = api.get(path)
        assert (again.text, again.headers["Content-Type"].split(";")[0]) == (answer.text, type_), path
        looked_at += 1
    assert looked_at > 20


def test_the_interface_of_a_module_is_none_of_a_scenario(api):
    path = "/sdk/apps/example-shop/1/modules/listOrders/interface"
    assert api.get(path).text == "[]"
    api("PUT", path, data='[{"name":"id"}]', headers={"Content-Type": "application/jsonc"})
    assert api.get(path).text == '[{"name":"id"}]'
    assert api.ok("GET", "/scenarios/1/interface") == {"interface": {"input": [], "output": []}}
