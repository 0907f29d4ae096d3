"""Faults that change an answer: of JSON its members, of what a client is told by the browser its parameters."""

import pytest
from support import AUTHORIZE, JWKS, LOGOUT, authorize_params, location_parts, proves, sign_in
from support_pages import begin
from test_door import refused, tell
from test_journal import fingerprint, read
from test_mishaps import counted, fault
from test_response_types import posted

pytestmark = pytest.mark.tenants


def told(server, mode, **params):
    """The pairs that the client gets, in the way it asked for."""
    answer = server.get(AUTHORIZE, params=authorize_params(response_mode=mode, **params))
    if mode == "form_post":
        return list(posted(answer).items())
    query, fragment = location_parts(answer)
    assert (fragment if mode == "query" else query) == []
    return query + fragment


@proves("ADM-10")
@pytest.mark.parametrize("mode", ["query", "fragment", "form_post"])
def test_what_a_client_is_told_is_changed_in_each_way_it_is_told(server, mode):
    number = fault(server, match={"endpoint": "authorize"}, times=1,
                   do={"change": {"state": "a \"b\" & <c>", "iss": None, "more": 7}})
    changed = dict(told(server, mode))
    assert changed.pop("code") and changed == {"state": "a \"b\" & <c>", "more": "7"}
    assert counted(server, number) == (1, 1)
    assert set(dict(told(server, mode))) == {"code", "state", "iss"}


@pytest.mark.parametrize("mode", ["query", "fragment"])
def test_a_parameter_stands_twice(server, mode):
    """RFC 6749 3.1: it must not."""
    fault(server, fault="wrong_state", do={"double": "state"})
    assert [value for name, value in told(server, mode) if name == "state"] == ["another-state"] * 2


def test_an_error_in_a_form_is_changed_and_by_the_person_on_the_page_too(start):
    server = start("--login", "page")
    number = fault(server, fault="wrong_state")
    visit = begin(server.browser(), response_mode="form_post", scope="openid")
    visit.submit(user="1001")
    assert counted(server, number) == (0, 0)  # pages are no answers to the client
    fields = posted(visit.submit(decision="deny").response)
    assert (fields["error"], fields["state"]) == ("access_denied", "another-state")
    assert counted(server, number) == (1, 1)


def test_the_state_of_a_logout_is_changed(start):
    server = start("--profile", "standard")
    fault(server, match={"endpoint": "logout"}, do={"change": {"state": "other"}})
    hint = sign_in(server)["id_token"]
    answer = server.get(LOGOUT, params={"id_token_hint": hint, "state": "mine", "post_logout_redirect_uri": "http://localhost:3000/"})
    assert location_parts(answer)[0] == [("state", "other")]


def test_an_answer_without_anything_to_change_leaves_the_fault_for_the_next(server):
    everywhere = fault(server, times=1, do={"change": {"keys": []}})
    later = fault(server, match={"status": 404}, when="after", do={"status": 500})
    assert server.get(AUTHORIZE, params={"client_id": "nobody"}, headers={"Accept": "text/html"}).status_code == 400
    assert counted(server, everywhere) == (0, 0)
    assert server.get(JWKS).json()["keys"] == [] and counted(server, everywhere) == (1, 1)
    assert server.get("/nowhere").status_code == 500 and counted(server, later) == (1, 1)


@pytest.mark.parametrize("body, pointer", [
    ({"do": {"change": {"a": 1}, "status": 503}}, "/do/change"), ({"do": {"double": "a", "error": "x"}}, "/do/double"),
    ({"do": {"change": {"a": 1}, "body": {}}}, "/do/change"),
    ({"match": {"endpoint": "authorize"}, "do": {"change": {"state": ["a"]}}}, "/do/change"),
    ({"fault": "no_state", "do": {"change": {"state": {}}}}, "/do/change"),
    ({"match": {"endpoint": "logout"}, "do": {"change": {"state": True}}}, "/do/change"),
])
def test_a_change_that_cannot_be_is_refused(server, body, pointer):
    assert refused(tell(server, "POST", "faults", body), 422, pointer=pointer)["expected"]
    assert tell(server, "GET", "faults").json()["items"] == []


def test_a_change_of_several_endpoints_may_be_of_any_json(server):
    assert fault(server, match={"endpoint": {"pattern": "^(token|authorize)$"}}, do={"change": {"scope": ["a"]}})
    assert dict(told(server, "query"))["code"]


def test_a_code_in_a_form_is_followed_by_its_fingerprint(server):
    fields = dict(told(server, "form_post"))
    [entry] = read(server)
    assert entry["issued"] == {"code": fingerprint(fields["code"])}
    assert entry["location"].startswith("http://localhost:3000/cb?code=fp") and fields["code"] not in entry["location"]
