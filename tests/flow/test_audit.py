"""The audit: how a client behaved, judged by the server from its journal, and what `makeshift audit` makes of it."""

import xml.etree.ElementTree as ElementTree

import pytest

from support import AUTHORIZE, JWKS, USERINFO, authorize, pkce, redeem, refresh, userinfo
from support_tools import run
from test_door import tell

pytestmark = pytest.mark.tenants


def sign_in_well(server, number):
    """As a careful client does; its tokens."""
    verifier, challenge = pkce()
    asked = {"scope": "openid offline_access", "state": f"state-{number}-" + "s" * 32, "nonce": f"nonce-{number}-" + "n" * 32,
             "code_challenge": challenge, "code_challenge_method": "S256"}
    code = authorize(server, **asked)["code"]
    return redeem(server, code, code_verifier=verifier).json(), code, verifier


def findings(server, client_id="demo-web"):
    answer = tell(server, "GET", "audit", params={"client_id": client_id})
    assert answer.status_code == 200, answer.text
    assert answer.json()["client_id"] == client_id
    return {one["rule"]: one for one in answer.json()["findings"]}


def outcomes(server, outcome):
    return {rule for rule, one in findings(server).items() if one["outcome"] == outcome}


def audit(server, *arguments, cwd=None):
    return run("audit", *arguments, env={"MAKESHIFT_URL": server.url("")}, cwd=cwd)


def test_a_careful_client_fails_nothing_until_it_redeems_a_code_twice(server, tmp_path):
    for number in range(3):
        tokens, code, verifier = sign_in_well(server, number)
        userinfo(server, tokens["access_token"])
        refreshed = refresh(server, tokens["refresh_token"]).json()
        refresh(server, refreshed["refresh_token"])
    assert outcomes(server, "failed") == set()
    assert outcomes(server, "passed") >= {"csrf_prevented", "state_fresh", "nonce_fresh", "pkce_s256", "pkce_fresh", "redirect_exact",
                                          "secret_placed", "code_once", "code_soon", "token_not_in_url"}
    assert audit(server).returncode == 0
    again = redeem(server, code, code_verifier=verifier)
    assert again.status_code == 400
    assert outcomes(server, "failed") == {"code_once"}
    [entry] = tell(server, "GET", "journal", params={"status": 400}).json()["items"]
    assert findings(server)["code_once"]["exchanges"] == [entry["id"]]
    failed = audit(server, "--client-id", "demo-web", "--junit", "audit.xml", cwd=tmp_path)
    assert (failed.returncode, failed.stderr) == (1, "")
    assert "failed         MUST    code_once" in failed.stdout
    suite = ElementTree.parse(tmp_path / "audit.xml").getroot().find("testsuite")
    assert (suite.get("failures"), suite.get("tests")) == ("1", str(len(findings(server))))
    [broken] = [case.get("name") for case in suite if case.find("failure") is not None]
    assert broken == "code_once"
    hints = {rule: one["hint"] for rule, one in findings(server).items()}
    assert suite.find("testcase[@name='nonce_checked']/skipped").get("message") == hints["nonce_checked"]
    assert len(suite.findall("testcase/skipped")) == int(suite.get("skipped")) > 0


def test_a_nonce_that_is_not_checked_is_noticed_after_the_fault_alone(server):
    tokens, _, _ = sign_in_well(server, 1)
    assert findings(server)["nonce_checked"]["outcome"] == "not exercised"
    fault = {"match": {"endpoint": "token"}, "do": {"token": "wrong_nonce"}, "times": 1}
    assert tell(server, "POST", "faults", fault).status_code == 201
    tokens, _, _ = sign_in_well(server, 2)
    assert findings(server)["nonce_checked"]["outcome"] == "passed"
    userinfo(server, tokens["access_token"])
    assert findings(server)["nonce_checked"]["outcome"] == "failed"


def test_a_key_that_is_not_looked_for_and_a_token_that_is_sent_after_its_time_are_noticed(server):
    server.get(JWKS)
    assert tell(server, "POST", "faults", {"fault": "new_key", "times": 1}).status_code == 201
    tokens, _, _ = sign_in_well(server, 1)
    assert findings(server)["jwks_read_again"]["outcome"] == "failed"
    server.get(JWKS)
    assert findings(server)["jwks_read_again"]["outcome"] == "passed"
    tell(server, "POST", "clock", {"advance": f"{tokens['expires_in']}s"})
    assert userinfo(server, tokens["access_token"]).status_code == 401
    assert findings(server)["refreshed_in_time"]["outcome"] == "not exercised"
    assert refresh(server, tokens["refresh_token"]).status_code == 200
    assert findings(server)["refreshed_in_time"]["outcome"] == "passed"
    assert userinfo(server, tokens["access_token"]).status_code == 401
    assert findings(server)["refreshed_in_time"]["outcome"] == "failed"


def test_who_comes_back_too_early_and_puts_a_token_in_a_url_is_noticed(server):
    tokens, _, _ = sign_in_well(server, 1)
    assert tell(server, "POST", "faults", {"fault": "token_rate_limited", "times": 1}).status_code == 201
    refresh(server, tokens["refresh_token"])
    assert findings(server)["retry_after_respected"]["outcome"] == "passed"
    refresh(server, tokens["refresh_token"])
    server.get(USERINFO, params={"access_token": tokens["access_token"]})
    assert outcomes(server, "failed") == {"retry_after_respected", "token_not_in_url"}


def test_clients_are_listed_and_one_that_is_none_is_not_there(server):
    assert tell(server, "GET", "audit").json() == {"items": []}
    sign_in_well(server, 1)
    authorize(server, "demo-spa")
    assert [one["client_id"] for one in tell(server, "GET", "audit").json()["items"]] == ["demo-web", "demo-spa"]
    assert tell(server, "GET", "audit", params={"client_id": "nobody"}).status_code == 404
    assert {one["outcome"] for one in findings(server, "demo-native").values()} == {"not exercised"}


def test_a_client_id_of_any_characters_is_well_formed_xml(server):
    server.get(AUTHORIZE, params={"client_id": "<a\"&'\x01>", "response_type": "code"})
    answer = server.get("/_makeshift/audit", headers={"Accept": "application/xml"})
    assert answer.headers["Content-Type"] == "application/xml"
    assert ElementTree.fromstring(answer.content).find("testsuite").get("name").startswith("<a")
