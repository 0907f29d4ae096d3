"""What a token has to hold for each operation of Make's API."""

import re

import pytest
from support import fixture_with, proves
from support_api import (ADMIN_SCOPES, BEYOND, OPERATIONS, SCOPES, Api, assert_refused, bearer, fixture_of, path_of,
                         user_with, uuid)

pytestmark = pytest.mark.tenants


def scopes_of(operation):
    return [] if operation["scopes"] == "-" else operation["scopes"].split(" ")


def describe(rows):
    return [{"method": row["method"], "path": row["path"], "scopes": scopes_of(row)} for row in rows]


def test_the_server_lists_the_operations_of_the_table(server):
    listed = server.get("/_makeshift/operations").json()
    assert len(listed["operations"]) == 354
    for member, rows in (("operations", OPERATIONS), ("beyond", BEYOND)):
        assert [{name: row[name] for name in ("method", "path", "scopes")} for row in listed[member]] == describe(rows)
        for row, said in zip(rows, listed[member], strict=True):
            assert said.get("permission", "-") == row["permission"]
            assert said["needs_confirmation"] == row["does"].endswith(" confirmed")
            assert said["for_administrators"] == bool(set(scopes_of(row)) & set(ADMIN_SCOPES))


@proves("SCP-01", "SCP-02")
def test_each_operation_is_refused_to_a_token_that_lacks_one_of_its_scopes(start):
    """By a token with all scopes but that one: `:write` stands for no `:read`, and no scope for another."""
    needed = sorted({scope for row in OPERATIONS + BEYOND for scope in scopes_of(row)})
    server = start(fixture=fixture_of(lambda fixture: fixture["users"].extend(
        user_with(2000 + i, scope=" ".join(scope for scope in SCOPES if scope != lacking), admin=True)
        for i, lacking in enumerate(needed))))
    for row in OPERATIONS + BEYOND:
        for scope in scopes_of(row):
            response = Api(server, uuid(2000 + needed.index(scope)))(row["method"], path_of(row))
            body = assert_refused(response, 403, "SC403", message="Permission denied")
            assert body["detail"] == f"{row['method']} {row['path']} needs the scope '{scope}', which the token lacks"
            challenge = response.headers["WWW-Authenticate"]
            assert challenge.startswith("Bearer ")
            assert 'error="insufficient_scope"' in challenge
            assert re.search(r'scope="([^"]*)"', challenge)[1] == row["scopes"]


def test_each_operation_is_open_to_a_token_with_its_scopes_and_no_other(start):
    server = start(fixture=fixture_of())
    tokens = {}
    for row in sorted(OPERATIONS + BEYOND, key=lambda row: row["method"] == "DELETE"):
        scopes = " ".join(scopes_of(row))
        if scopes not in tokens:
            tokens[scopes] = bearer(server, f"openid {scopes}".strip())
        response = tokens[scopes](row["method"], path_of(row), {} if row["method"] != "GET" else None)
        assert response.status_code not in (401, 403), f"{row['method']} {row['path']}: {response.text}"
        assert row["method"] != "GET" or "timestamp" in row["path"] or response.status_code == 200, f"{row} {response.text}"


@pytest.mark.parametrize("method, path, scope", [
    ("POST", "/organizations", "admin:write"),
    ("GET", "/credential-requests/apps/http/1/modules-with-credentials", "apps:read"),
])
def test_an_administrators_scope_is_of_no_use_to_anybody_else(start, method, path, scope):
    server = start(fixture=fixture_of(lambda fixture: fixture["users"][0].pop("admin")))
    api = bearer(server, f"openid organizations:write {scope}")
    response = api(method, path, {"name": "New"} if method == "POST" else None)
    body = assert_refused(response, 403, "SC403")
    assert body["detail"] == f"the scope '{scope}' is for administrators of the platform, and user '1001' is none"


def test_a_scope_that_was_not_consented_to_opens_nothing(start):
    server = start(fixture=fixture_with())
    assert bearer(server, "openid user:read").get("/users/me").status_code == 200
    assert_refused(bearer(server, "openid user:read").get("/scenarios?teamId=1"), 403, "SC403", "scenarios:read")
