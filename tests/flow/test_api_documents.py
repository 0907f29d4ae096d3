"""Documents behind Make's API are in the database."""

import pytest
from support_api import Api, fixture_of

pytestmark = pytest.mark.tenants


def test_documents_stay_in_the_database_and_are_put_there_once(start):
    server = start(fixture=fixture_of(), db=True)
    api = Api(server)
    api.ok("PATCH", "/scenarios/1", {"name": "Renamed"})
    api.ok("DELETE", "/scenarios/2")
    made = api.ok("POST", "/teams", {"name": "New", "organizationId": 1})["team"]["id"]
    server.kill9()
    server.restart()
    assert [row["name"] for row in api.ok("GET", "/scenarios")["scenarios"]] == ["Renamed", "Invoices to archive", "Price of an order"]
    assert api.ok("GET", "/teams")["teams"][-1]["id"] == made
