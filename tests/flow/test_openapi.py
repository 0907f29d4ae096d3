"""The OpenAPI document of the control door, held against the door: whoever calls it by the document alone is not misled.

That the document is OpenAPI 3.1 at all, another program says (tests/interop/openapi.test.mjs).
"""

import re

import jsonschema
import pytest
from support import proves, sign_in

pytestmark = pytest.mark.tenants

DOOR = "/_makeshift"
DOCUMENT = DOOR + "/openapi.json"


@pytest.fixture
def document(server):
    return server.get(DOCUMENT).json()


def operations(document):
    """Each operation: its method, its path with something in place of each parameter, itself."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), re.sub(r"{\w+}", "7", path), operation


def bodies(document):
    for method, path, operation in operations(document):
        if "requestBody" in operation:
            yield method, path, operation["requestBody"]["content"]["application/json"]["schema"], operation


def alternatives(schema):
    return schema.get("oneOf", [schema])


# One of each type of JSON: what a schema refuses of them is a wrong type for it.
SAMPLES = (None, True, 7, "", "no such word", [], {})


def wrong_for(schema):
    """Values that the schema refuses for what they are, not for what is in them."""
    types = {row["type"] for row in alternatives(schema) if "type" in row}
    samples = [value for value in SAMPLES if not jsonschema.Draft202012Validator(schema).is_valid(value)]
    kinds = {bool: "boolean", int: "integer", str: "string", list: "array", dict: "object", type(None): "null"}
    return [value for value in samples
            if kinds[type(value)] not in types and not (type(value) is int and "number" in types)]


def places(schema, at=()):
    """Each place below the document that has a schema of its own, a list's items by 0, a map's by x."""
    for row in alternatives(schema):
        children = list(row.get("properties", {}).items())
        if isinstance(row.get("additionalProperties"), dict):
            children.append(("x", row["additionalProperties"]))
        if "items" in row:
            children.append((0, row["items"]))
        for name, child in children:
            yield at + (name,), child, row
            yield from places(child, at + (name,))


def around(place, value):
    """A document with nothing but this value at the place."""
    for name in reversed(place):
        value = [value] if name == 0 else {name: value}
    return value


def pointer(place):
    return "".join(f"/{name}" for name in place)


def tell(server, method, path, **more):
    return server.request(method, DOOR + path, **more)


def test_each_member_of_a_wrong_type_is_refused_where_it_stands(server, document):
    count = 0
    for method, path, schema, _ in bodies(document):
        for place, child, _ in places(schema):
            for value in wrong_for(child):
                answer = tell(server, method, path, json=around(place, value))
                told = f"{method} {path} {around(place, value)}: {answer.text}"
                assert answer.status_code == 422, told
                # An item of a list may be refused with the list, one that must not be empty, say.
                assert answer.json()["pointer"] == pointer(place), told
                assert answer.json()["expected"], told
                count += 1
    assert count > 50


def test_each_member_that_is_left_out_is_missed(server, document):
    """The members that are required, in their order: those before it are there, in a form that its schema takes."""
    count = 0
    for method, path, schema, _ in bodies(document):
        for place, row in [((), schema)] + [(at, child) for at, child, _ in places(schema)]:
            for one in alternatives(row):
                for number, name in enumerate(one.get("required", [])):
                    given = {before: example(one["properties"][before]) for before in one["required"][:number]}
                    answer = tell(server, method, path, json=around(place, given))
                    told = f"{method} {path} without {name}: {answer.text}"
                    assert answer.status_code == 422 and answer.json()["pointer"] == pointer(place + (name,)), told
                    count += 1
    assert count > 0


def example(schema):
    """Something that the schema takes, by what it says."""
    one = alternatives(schema)[0]
    if "enum" in one:
        return one["enum"][0]
    quoted = re.search(r'"([^"]+)"', schema.get("description", ""))
    kind = one.get("type")
    if "examples" in schema:
        return schema["examples"][0]
    if kind == "string":
        return quoted[1] if quoted else "x" * one.get("minLength", 1)
    return {"integer": one.get("minimum", 1), "number": 1, "boolean": True, "array": [], "object": {}, None: "x", "null": None}[kind]


def test_a_member_that_no_schema_names_is_refused(server, document):
    for method, path, schema, _ in bodies(document):
        for place, row in [((), schema)] + [(at, child) for at, child, _ in places(schema)]:
            if any(one.get("additionalProperties") is False for one in alternatives(row)):
                answer = tell(server, method, path, json=around(place, {"no-such-member": 1}))
                told = f"{method} {path} {place}: {answer.text}"
                assert answer.status_code == 422 and answer.json()["pointer"] == pointer(place + ("no-such-member",)), told


def test_a_body_is_asked_for_where_the_document_says_so_and_refused_where_it_has_none(server, document):
    for method, path, operation in operations(document):
        if operation.get("requestBody", {}).get("required"):
            answer = tell(server, method, path)
            assert answer.status_code == 400 and answer.json()["error"] == "no_json", (method, path)
        if "requestBody" not in operation and method != "GET":
            answer = tell(server, method, path, json={})
            assert answer.status_code == 400 and answer.json()["error"] == "no_json", (method, path)


def test_a_query_is_what_the_document_lists(server, document):
    for method, path, operation in operations(document):
        if method != "GET":
            continue
        names = [row["name"] for row in operation["parameters"] if row["in"] == "query"]
        unknown = tell(server, method, path, params={"no-such-parameter": "1"})
        assert unknown.status_code == 422 and unknown.json()["actual"] == "no-such-parameter", (path, unknown.text)
        for name in names:
            answer = tell(server, method, path, params={name: "1"})
            assert "is no parameter of this call" not in answer.text, (path, name)


def test_a_path_has_the_methods_that_the_document_gives_it_and_no_other(server, document):
    """/keys/rotate is not /keys/{kid}: paths of words come first (OpenAPI 3.1, Paths Object)."""
    for path, methods in document["paths"].items():
        at = re.sub(r"{\w+}", "7", path)
        names = {name.upper() for name in methods}
        missing = next(name for name in ("PUT", "PATCH", "DELETE", "POST", "GET") if name not in names)
        answer = tell(server, missing, at, json={})
        assert answer.status_code == 405 and set(answer.headers["Allow"].split(", ")) == names, (missing, path)


def test_what_is_read_without_an_argument_answers_as_the_document_says(server, document):
    count = 0
    for path, methods in document["paths"].items():
        if "{" in path or "get" not in methods:
            continue
        answer = tell(server, "GET", path)
        says = methods["get"]["responses"]
        if str(answer.status_code) in says:
            assert answer.headers["Content-Type"] in says[str(answer.status_code)]["content"], path
        else:
            assert answer.status_code == 422 and answer.headers["Content-Type"] == "application/problem+json", answer.text
        count += 1
    assert count > 3


def test_what_is_answered_in_another_form_is_so_in_the_document(server, document):
    """The journal as lines, the audit as JUnit, a snapshot as a file: each by its own media type, and no other is said."""
    assert tell(server, "POST", "/snapshots", json={"name": "form"}).status_code == 201
    told = {path: set(methods["get"]["responses"]["200"]["content"]) for path, methods in document["paths"].items()
            if "get" in methods}
    other = {path: media for path, media in told.items() if media != {"application/json"}}
    assert other == {"/journal": {"application/json", "application/x-ndjson"}, "/audit": {"application/json", "application/xml"},
                     "/snapshots/{name}": {"application/vnd.sqlite3"}}
    for path, media in other.items():
        for each in media:
            answer = tell(server, "GET", path.replace("{name}", "form"), headers={"Accept": each})
            assert (answer.status_code, answer.headers["Content-Type"]) == (200, each), path
    assert tell(server, "DELETE", "/snapshots/form").status_code == 204


@proves("ADM-03")
def test_what_is_read_stays_as_it_was(start):
    """Each GET, with all that its path's other methods would take as a query."""
    server = start("--clock", "2026-01-01T00:00:00Z")
    document = server.get(DOCUMENT).json()
    sign_in(server)
    readable = [path for path, methods in document["paths"].items() if "get" in methods]
    before = {path: tell(server, "GET", path).text for path in readable if "{" not in path}
    for path, methods in document["paths"].items():
        names = {name for one in methods.values() if "requestBody" in one for row in alternatives(
            one["requestBody"]["content"]["application/json"]["schema"]) for name in row.get("properties", {})}
        for values in [{}] + [{name: "1"} for name in sorted(names)]:
            for method in ("GET", "HEAD"):
                tell(server, method, re.sub(r"{\w+}", "1", path), params=values)
    assert {path: tell(server, "GET", path).text for path in before} == before


def test_a_problem_is_what_its_schema_says(server, document):
    problem = document["components"]["schemas"]["problem"]
    answer = tell(server, "POST", "/clock", json={"advanc": 1}).json()
    jsonschema.validate(answer, problem, jsonschema.Draft202012Validator)
    assert set(answer) <= set(problem["properties"])


def test_below_a_tenant_the_document_is_about_that_tenants_door(start_process):
    server = start_process()
    assert tell(server, "POST", "/tenants", json={"name": "mine"}).status_code == 201
    root, below = server.get(DOCUMENT).json(), server.get("/t/mine" + DOCUMENT).json()
    assert (root["servers"], below["servers"]) == ([{"url": "/_makeshift"}], [{"url": "/t/mine/_makeshift"}])
    assert "/tenants" in root["paths"] and "/tenants" not in below["paths"] and "/clock" in below["paths"]
    assert server.get(below["servers"][0]["url"] + "/clock").status_code == 200


def test_each_operation_has_a_name_of_its_own(document):
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(names) == len(set(names)) and all(re.fullmatch(r"[a-z0-9_]+", name) for name in names)
