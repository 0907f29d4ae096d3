"""What a custom app's connection makes of each fault that it can meet: which step fails, and what Make would show."""

import json

import pytest

from support import ROOT
from test_connection_run import against, connect  # noqa: F401: connect is a fixture

pytestmark = pytest.mark.tenants

CATALOGUE = json.loads((ROOT / "fixtures/faults.json").read_text("utf-8"))["faults"]
# What a connection does not ask, or asks in another manner than the fault is about.
UNMET = {"metadata", "jwks", "api", "introspect", "register", "mcp"}
UNMET_NAMES = {"denied_by_form_post", "denied_by_fragment", "flaky"}

# The code, and a part of what is said. 20 is nobody who answers: there are no words of a server's.
ENDS = {
    "token_unavailable": (12, "[503] temporarily_unavailable: the server is down for a moment"),
    "token_server_error": (12, "[500] "),
    "token_bad_gateway": (12, "[502] "),
    "token_rate_limited": (12, "RateLimitError"),
    "token_closed": (20, "no answer from"),
    "token_reset": (20, "no answer from"),
    "slow_token": (20, "no answer from"),
    "token_dribbles": (20, "no answer from"),
    "lost_reply": (20, "no answer from"),
    "lost_code_reply": (20, "no answer from"),
    "lost_refresh_reply": (20, "step refresh (/refresh): no answer from"),
    "reset_reply": (20, "no answer from"),
    "cut_reply": (20, "no answer from"),
    "malformed_reply": (20, "no answer from"),
    "failed_after_commit": (12, "[500] "),
    "refresh_fails_twice": (14, "[503] "),
    "refresh_refused": (14, "the refresh token is not good any more"),
    "code_refused": (12, "[400] invalid_grant: the code is not good any more"),
    "client_refused": (12, "[401] invalid_client: the client secret is wrong"),
    "unknown_error": (12, "[400] unheard_of: an error of another time"),
    "token_redirected": (20, "issuer.example"),
    # Make judges no answer of status 200 by itself: what is missing shows where it is used.
    "error_with_200": (12, "argument 2 of addSeconds is undefined; expected a number; the answer has 'error'"),
    "token_not_json": (12, "argument 2 of addSeconds is undefined"),
    "token_empty": (12, "argument 2 of addSeconds is undefined"),
    "token_as_text": (12, "argument 2 of addSeconds is undefined"),
    "token_list": (12, "expected a number; the answer is empty"),
    "no_expires_in": (12, "argument 2 of addSeconds is undefined"),
    "expires_in_soon": (12, "argument 2 of addSeconds is 'soon'; expected a number"),
    "no_access_token": (13, "step info (/info): GET"),
    "no_refresh_token": (14, "step refresh (/refresh): POST"),
    "no_code": (12, "step token (/token): POST"),
    "access_denied": (11, "the callback says access_denied: the user said no"),
    "login_required": (11, "the callback says login_required"),
    "authorize_unavailable": (11, "the callback says temporarily_unavailable"),
    "authorize_down": (11, "the server answered 503"),
    "wrong_state": (11, "another state"),
    "no_state": (11, "the callback has no state"),
    "everything_down": (11, "the server answered 503"),
    "userinfo_refused": (13, "[401] "),
    "userinfo_unavailable": (13, "[503] "),
    "revocation_unavailable": (15, "[503] "),
}


def is_met(fault):
    return fault["match"].get("endpoint") not in list(UNMET) and fault["name"] not in UNMET_NAMES


@pytest.mark.parametrize("name", [fault["name"] for fault in CATALOGUE if is_met(fault)])
def test_a_fault_ends_the_step_that_meets_it_or_none(server, connect, name):  # noqa: F811
    code, says = ENDS.get(name, (0, ""))
    connection = against(server, ("token.timeout", 2000), ("refresh.timeout", 2000))
    assert server.post("/_makeshift/faults", json={"fault": name}).status_code == 201
    result = connect(connection, "--refresh", "now", "--invalidate")
    assert (result.returncode, says in result.stderr) == (code, True), result.stderr
    if code == 0:
        assert result.stderr == ""
    elif code != 1:
        assert json.loads(result.stderr.splitlines()[-1].removeprefix("Make would show: "))["code"] == "SC424"
    assert connect.store.exists() == (code in (14, 15) or name == "lost_refresh_reply")


def test_each_expectation_is_of_a_fault_that_is_met():
    assert set(ENDS) <= {fault["name"] for fault in CATALOGUE if is_met(fault)}


def test_a_valid_of_ones_own_finds_an_error_that_came_with_200(server, connect):  # noqa: F811
    valid = {"condition": "{{body.access_token}}", "message": "no token: {{body.error}}", "type": "InvalidAccessTokenError"}
    assert server.post("/_makeshift/faults", json={"fault": "error_with_200"}).status_code == 201
    result = connect(against(server, ("token.response.valid", valid)))
    shown = json.loads(result.stderr.splitlines()[-1].removeprefix("Make would show: "))
    assert shown["suberrors"] == [{"message": "no token: invalid_grant", "name": "InvalidAccessTokenError"}]
    assert not connect.store.exists()
