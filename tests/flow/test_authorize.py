"""The authorization request: how it is sent, and which parameters count."""

import json
import socket
import urllib.parse

import pytest

from support import (AUTHORIZE, DISCOVERY, authorize, authorize_params, decode, location_params,
                     parse_answer, proves, redeem, s256, sign_in)
from support_refusals import ask, page_refusal, redirected_refusal

pytestmark = [pytest.mark.shared_server, pytest.mark.tenants]

CODE = {"code", "state", "iss"}


@proves("AUT-01")
def test_get_is_answered_with_a_code(server):
    response = ask(server)
    assert response.status_code == 302
    assert set(location_params(response)) == CODE


@proves("AUT-02")
def test_a_posted_form_means_what_a_query_means(server):
    answers = []
    for send in (lambda p: server.get(AUTHORIZE, params=p), lambda p: server.post(AUTHORIZE, p)):
        good = location_params(send(authorize_params(state="s", nonce="n-1")))
        claims = decode(server, redeem(server, good["code"]).json()["id_token"])
        bad = location_params(send(authorize_params(scope="no:such")))
        lost = send(authorize_params(redirect_uri="https://evil.example/"))
        answers.append((set(good), good["state"], good["iss"], claims["sub"], claims["nonce"], bad,
                        lost.status_code, lost.text, "Location" in lost.headers))
    assert answers[0] == answers[1]


@proves("AUT-02")
def test_the_query_of_a_post_is_no_part_of_its_form(server):
    query = urllib.parse.urlencode(authorize_params())
    page_refusal(server.post(f"{AUTHORIZE}?{query}", data={"state": "x"}))


@proves("AUT-43")
def test_an_answer_to_get_is_302_and_to_post_303(server):
    for more in ({}, {"scope": "no:such"}):
        assert server.get(AUTHORIZE, params=authorize_params(**more)).status_code == 302
        assert server.post(AUTHORIZE, authorize_params(**more)).status_code == 303


def test_head_would_lose_a_code_and_is_not_allowed(server):
    response = server.request("HEAD", AUTHORIZE, params=authorize_params())
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, POST"


@proves("AUT-03")
def test_unrecognised_parameters_are_ignored(server):
    params = authorize(server, audience="https://api.example.com", resources="urn:x", x="<'\"%>",
                       code="not-mine", iss="https://evil.example", error="access_denied")
    assert set(params) == CODE
    assert params["iss"] == server.issuer
    assert redeem(server, params["code"]).status_code == 200


@proves("AUT-04")
@pytest.mark.parametrize("method,status", [("GET", 302), ("POST", 303)])
def test_a_parameter_sent_twice_is_refused_by_redirect(server, method, status):
    challenge = s256("a-verifier")
    for name, value in (("response_type", "code"), ("scope", "openid"), ("state", "a-state"),
                        ("nonce", "n"), ("prompt", "none"), ("max_age", "10"), ("x-unknown", "1"),
                        ("code_challenge", challenge), ("code_challenge_method", "S256"),
                        ("response_mode", "query"), ("login_hint", "")):
        request = [(k, v) for k, v in authorize_params().items() if k != name]
        request += [(name, value), (name, value)]
        place = {"params": request} if method == "GET" else {"data": request}
        answer = server.request(method, AUTHORIZE, **place)
        assert f"'{name}'" in redirected_refusal(answer, "invalid_request", status)


@proves("AUT-04", "AUT-44")
@pytest.mark.parametrize("name", ["client_id", "redirect_uri"])
def test_a_client_or_redirect_uri_sent_twice_is_refused_on_a_page(server, name):
    good = authorize_params()
    for second in (good[name], "", "https://evil.example/"):
        for request in ([*good.items(), (name, second)], [(name, second), *good.items()]):
            assert "more than once" in page_refusal(server.get(AUTHORIZE, params=request)).text


@proves("AUT-05")
def test_an_empty_parameter_counts_as_not_sent(server):
    empty = {name: "" for name in ("nonce", "prompt", "max_age", "login_hint", "id_token_hint",
                                   "code_challenge", "code_challenge_method", "response_mode",
                                   "request", "request_uri", "registration", "acr_values")}
    params = authorize(server, state="", **empty)
    assert set(params) == {"code", "iss"}
    claims = decode(server, redeem(server, params["code"]).json()["id_token"])
    assert "nonce" not in claims


@proves("AUT-05")
def test_an_empty_parameter_that_is_needed_is_missing(server):
    assert "client_id is missing" in page_refusal(ask(server, client_id="")).text
    assert "redirect_uri is missing" in page_refusal(ask(server, redirect_uri="")).text
    for name, error in (("response_type", "invalid_request"), ("scope", "invalid_scope")):
        sent = redirected_refusal(ask(server, **{name: ""}), error)
        assert sent == redirected_refusal(ask(server, **{name: None}), error)
        assert f"{name} is missing" in sent


@proves("AUT-06")
def test_a_missing_or_unknown_client_is_told_on_a_page(server):
    assert "client_id is missing" in page_refusal(ask(server, client_id=None)).text
    page = page_refusal(ask(server, "demo-wEb", redirect_uri="http://localhost:3000/cb"))
    assert "client 'demo-wEb' is not registered; registered are: demo-web, demo-spa, " in page.text
    assert page.text.count("demo-native") == 1  # and they are told once


@proves("AUT-07")
def test_a_missing_redirect_uri_is_told_on_a_page_though_only_one_is_registered(server):
    for client_id in ("demo-web", "demo-native", "demo-custom-app"):
        page = page_refusal(ask(server, client_id, redirect_uri=None))
        assert "redirect_uri is missing" in page.text


@proves("AUT-13")
def test_a_missing_response_type_is_told_to_the_client(server):
    redirected_refusal(ask(server, response_type=None), "invalid_request")


@proves("AUT-14")
def test_a_response_type_with_a_token_in_it_or_of_no_standard_is_unsupported(server):
    for kind in ("token", "code token", "id_token token", "code id_token token", "none", "CODE",
                 "Code", "code code", "code,token", " code", "token code", "code  id_token",
                 "id_token,code", "id_token id_token"):
        description = redirected_refusal(ask(server, response_type=kind, nonce="n"),
                                         "unsupported_response_type")
        assert f"'{kind}'" in description


@proves("AUT-18")
def test_the_order_of_parameters_and_of_scopes_does_not_matter(server):
    request = list(authorize_params(scope="email openid profile", nonce="n").items())
    for order in (request, request[::-1], sorted(request)):
        params = location_params(server.get(AUTHORIZE, params=order))
        answer = redeem(server, params["code"]).json()
        assert set(answer["scope"].split()) == {"openid", "profile", "email"}
        assert "id_token" in answer


@proves("AUT-20")
def test_a_code_without_openid_is_plain_oauth(server):
    answer = sign_in(server, scope="user:read")
    assert "id_token" not in answer
    assert answer["access_token"]


@proves("AUT-29", "AUT-30")
def test_hints_for_the_page_never_cause_an_error(server):
    params = authorize(server, login_hint="1002", ui_locales="tlh xx-YY ;",
                       claims_locales="de,fr", display="hologram", acr_values="urn:x:gold 1")
    claims = decode(server, redeem(server, params["code"]).json()["id_token"])
    assert claims["acr"] in ("urn:x:gold", "1")


@proves("AUT-32", "AUT-34")
@pytest.mark.parametrize("name,value,error", [
    ("request", "eyJhbGciOiJub25lIn0.e30.", "request_not_supported"),
    ("request", "nonsense", "request_not_supported"),
    ("registration", '{"client_name":"x"}', "registration_not_supported"),
])
def test_what_would_change_the_request_is_refused_by_name(server, name, value, error):
    redirected_refusal(ask(server, **{name: value}), error)


@proves("AUT-33")
def test_a_request_uri_is_refused_and_never_fetched(start_process):
    server = start_process()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        uri = f"http://127.0.0.1:{listener.getsockname()[1]}/request.jwt"
        redirected_refusal(ask(server, request_uri=uri), "request_uri_not_supported")
        redirected_refusal(ask(server, request_uri=uri, prompt="login"),
                           "request_uri_not_supported")
        assert server.stop() == 0  # whatever it had still meant to fetch is fetched by now
        with pytest.raises(BlockingIOError):
            listener.accept()


@proves("AUT-35")
def test_a_response_mode_that_is_not_served_is_an_invalid_request(server):
    assert "code" in authorize(server, response_mode="query")
    for mode in ("web_message", "jwt", "query.jwt", "QUERY", "nonsense"):
        description = redirected_refusal(ask(server, response_mode=mode), "invalid_request")
        assert f"'{mode}'" in description


@proves("AUT-36")
def test_no_script_of_another_origin_may_read_an_answer(server):
    origin = {"Origin": "http://localhost:3000"}
    preflight = {**origin, "Access-Control-Request-Method": "GET"}
    answers = [server.get(AUTHORIZE, params=authorize_params(), headers=origin),
               server.post(AUTHORIZE, authorize_params(), headers=origin),
               server.get(AUTHORIZE, params=authorize_params(scope="no:such"), headers=origin),
               server.get(AUTHORIZE, headers=origin),
               server.request("OPTIONS", AUTHORIZE, headers=preflight)]
    assert [a.status_code for a in answers] == [302, 303, 302, 400, 405]
    for answer in answers:
        assert not [name for name in answer.headers if name.lower().startswith("access-control")]


@proves("AUT-45")
@pytest.mark.parametrize("bad", ["%00", "a%00b", "%", "%4", "%zz", "%FF", "%C0%80", "%ED%A0%80",
                                 "%F5%80%80%80", "a%E2%82"])
def test_a_parameter_that_is_not_text_is_an_invalid_request(server, bad):
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for name in ("state", "scope", "client_id", "redirect_uri", "x-unknown"):
        good = {k: v for k, v in authorize_params().items() if k != name}
        request = f"{urllib.parse.urlencode(good)}&{name}={bad}"
        status, headers, body = parse_answer(server.raw(
            f"GET {AUTHORIZE}?{request} HTTP/1.1\r\nHost: localhost\r\n"
            "Connection: close\r\n\r\n".encode()))
        assert (status, headers["Location"]) == (400, None)
        assert b"invalid_request" in body
        posted = page_refusal(server.post(AUTHORIZE, data=request, headers=form))
        assert "invalid_request" in posted.text
        assert f"'{name}'" in posted.text


@proves("AUT-46")
def test_a_long_request_is_served_and_one_beyond_the_limits_refused(server):
    state = "s" * 8192
    assert authorize(server, state=state)["state"] == state
    assert ask(server, padding="s" * 17000).status_code == 414
    assert server.post(AUTHORIZE, authorize_params(padding="s" * 60000)).status_code == 303
    assert server.post(AUTHORIZE, authorize_params(padding="s" * 70000)).status_code == 413
    assert ask(server).status_code == 302


@proves("AUT-46")
@pytest.mark.parametrize("name", ["state", "scope", "response_type", "prompt", "redirect_uri",
                                  "client_id", "login_hint"])
def test_a_value_too_long_to_be_sent_back_gets_an_answer_all_the_same(server, name):
    rest = urllib.parse.urlencode({k: v for k, v in authorize_params().items() if k != name})
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for value in ("a" * 60000, "!" * 20000, "!" * 60000):  # which are three times as long, escaped
        response = server.post(AUTHORIZE, data=f"{rest}&{name}={value}", headers=form)
        assert response.status_code in (303, 400)
    assert ask(server, state="!" * 5000).status_code == 302


def test_a_form_of_another_type_is_refused_on_a_page(server):
    for kind, body in (("application/json", "{}"), ("text/plain", "client_id=demo-web")):
        response = server.post(AUTHORIZE, data=body, headers={"Content-Type": kind})
        assert kind in page_refusal(response).text
