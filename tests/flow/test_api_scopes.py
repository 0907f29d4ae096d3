"""What a token has to hold for each operation of Make's API, as the server tells it (tests/unit/endpoints/test_api_scopes.c: as it asks for it)."""

import pytest
from support_api import ADMIN_SCOPES, BEYOND, OPERATIONS

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
