"""The control door: what every call has in common, whatever it is about: its path, its method, its query, the names it gives."""

import re

import pytest
from test_door import DOOR, refused, tell

pytestmark = pytest.mark.shared_server


@pytest.fixture(scope="module")
def operations(shared_server):
    """(method, path with something in place of each argument, the query's parameters) of each operation."""
    paths = tell(shared_server, "GET", "openapi.json").json()["paths"]
    return [(method.upper(), re.sub(r"{\w+}", "7", path).lstrip("/"),
             {one["name"]: one["schema"] for one in operation.get("parameters", []) if one["in"] == "query"})
            for path, methods in paths.items() for method, operation in methods.items()]


# -- the query --------------------------------------------------------------------------------------------------------


def test_a_parameter_that_a_call_does_not_have_is_refused_whatever_the_call(server, operations):
    for method, path, query in operations:
        expected = ", ".join(query) or "no parameters"
        refused(tell(server, method, path + "?no-such-word=1"), 422, error="wrong_member", pointer="?no-such-word",
                actual="no-such-word", expected=expected)
        for name in query:
            refused(tell(server, method, f"{path}?{name}x=1"), 422, pointer=f"?{name}x", nearest=name)
            refused(tell(server, method, f"{path}?{name}=1&{name}=2"), 422, pointer=f"?{name}", actual=name)
            refused(tell(server, method, f"{path}?{name}="), 422, pointer=f"?{name}")


def wrong_for(schema):
    """A value that the schema of a parameter refuses."""
    if "enum" in schema:
        return schema["enum"][0] + "x"
    return {"integer": "7x"}.get(schema.get("type"), "soon" if "oneOf" in schema else None)


def test_a_value_that_a_parameter_does_not_take_is_refused_with_what_it_takes(server, operations):
    count = 0
    for method, path, query in operations:
        for name, schema in query.items():
            wrong = wrong_for(schema)
            if wrong is not None:
                refused(tell(server, method, f"{path}?{name}={wrong}"), 422, error="wrong_member", pointer=f"?{name}",
                        actual=wrong, expected=schema["description"])
                count += 1
    assert count > 15


@pytest.mark.parametrize("call, pointer, nearest", [
    ("snapshots/x?keys=2", "?keys", "1"), ("snapshots/x?keys=yes", "?keys", None), ("latches/1?held=-1", "?held", None),
    ("latches/1?wait=11m", "?wait", None), ("latches/1?wait=-1s", "?wait", None), ("tokens?kind=acess", "?kind", "access"),
    ("journal?limit=0", "?limit", None), ("journal?endpoint=tokn", "?endpoint", "token"), ("journal?status=9", "?status", None),
    ("journal?match={", "?match", None), ('journal?match={"endpiont":"token"}', "?match/endpiont", "endpoint"),
    ('journal?match={"parameters":{"a":1}}&status=200', "?match/parameters/a", None), ("grants?user=1004", "?user", "1001"),
    ("tokens?since=7", "?since", None), ("clients?since=demo-wed", "?since", "demo-web"),
])
def test_what_is_wrong_in_a_query_is_named(server, call, pointer, nearest):
    assert refused(tell(server, "GET", call), 422, error="wrong_member", pointer=pointer, nearest=nearest)["expected"]


# -- the path and its methods -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("method, path, allow", [
    ("GET", "keys/rotate", "POST"), ("DELETE", "keys/rotate", "POST"), ("DELETE", "faults/catalogue", "GET"),
    ("POST", "keys/7", "GET, DELETE"), ("PUT", "tenants", "GET, POST, DELETE"), ("GET", "revocations", "POST"),
])
def test_a_method_that_a_path_does_not_take_is_refused_with_those_it_takes(server, method, path, allow):
    assert refused(tell(server, method, path), 405, error="method_not_allowed").get("expected") == allow
    assert tell(server, method, path).headers["Allow"] == allow


def test_a_path_that_is_nearly_one_is_refused_with_it_where_it_is(server):
    refused(tell(server, "GET", "tenant"), 404, nearest="tenants")
    tell(server, "POST", "tenants", {"name": "near"})
    refused(server.get("/t/near" + DOOR + "tenant"), 404, nearest=None)


@pytest.mark.parametrize("path, detail", [
    ("/t/gone/_makeshift/clock", "there is no tenant 'gone'; POST /_makeshift/tenants makes one"),
    ("/t/default/_makeshift/clock", "the tenant default is at the root: leave out /t/default"),
    ("/_makeshift", "the control door is below /_makeshift/: GET /_makeshift/openapi.json lists what it has"),
    ("/t/here/_makeshift", "the control door is below /t/here/_makeshift/: GET /t/here/_makeshift/openapi.json lists what it has"),
])
def test_a_call_that_misses_the_door_is_told_in_its_words_where_it_is(server, path, detail):
    tell(server, "POST", "tenants", {"name": "here"})
    assert refused(server.get(path), 404, error="not_found")["detail"] == detail


# -- names that a test gives ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["..", ".", "a.b", "A", "a_b", "-a", "", "a b", "a/b", "ä", "a\n", "%2e", "a" * 64, 7, None])
def test_tenants_and_snapshots_are_named_by_one_grammar(server, name):
    for path in ("tenants", "snapshots"):
        problem = refused(tell(server, "POST", path, {"name": name}), 422, pointer="/name")
        assert problem["expected"] == 'a name of at most 63 small letters, digits and -, the first no -, such as "test-7"'
    refused(tell(server, "POST", "tenants", {"snapshot": name}), 422, pointer="/snapshot")


@pytest.mark.parametrize("name", ["0", "a-", "9" * 63, "t--1"])
def test_a_name_of_the_grammar_is_one_of_a_tenant_and_of_a_snapshot(server, name):
    for path in ("tenants", "snapshots"):
        assert tell(server, "POST", path, {"name": name}).status_code == 201
        assert tell(server, "DELETE", f"{path}/{name}").status_code == 204
