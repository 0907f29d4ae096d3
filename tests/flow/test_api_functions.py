"""Custom functions in Make's API: their arguments, what is wrong with their code, and what it was."""

import pytest
from support_api import Api, assert_refused, fixture_of
from support_clock import START, after, go_to, start_at

pytestmark = pytest.mark.tenants


@pytest.fixture
def api(start):
    return Api(start(fixture=fixture_of()))


@pytest.mark.parametrize("code, args", [
    ("function f(a, b) { return a; }", "(a, b)"), ("function f(a,b){}", "(a, b)"), ("function  f (\n  a,\n  b = (1 + 2)\n) {}", "(a, b = (1 + 2))"),
    ("function f() {}", "()"), ("// code\nfunction f( x ) {}", "(x)"), ("const f = (a) => a;", "()"), ("myfunction f(a) {}", "()"),
    ("function f(a, b", "(a, b)"), ("function f({a, b}, ...c) {}", "({a, b}, ...c)"),
])
def test_a_function_has_the_arguments_of_its_code(api, code, args):
    made = api.ok("POST", "/functions", {"name": "f", "code": code, "teamId": 1})["function"]
    assert made["args"] == args
    assert api.ok("PATCH", "/functions/1", {"code": code})["function"]["args"] == args
    assert [row["args"] for row in api.ok("GET", "/functions?teamId=1&cols[]=args")["functions"]] == [args, args]
    path = "/sdk/apps/example-shop/1/functions/shout"
    api("PUT", path + "/code", data=code, headers={"Content-Type": "application/javascript"})
    assert api.ok("GET", path)["appFunction"]["args"] == args
    api("PUT", path + "/test", data="function g(z) {}", headers={"Content-Type": "application/javascript"})
    assert api.ok("GET", path)["appFunction"]["args"] == args


@pytest.mark.parametrize("code", [
    "function f(a) { return a; }", "function f(a) { return \"}\" + '{' + `(\n[`; } // ]", "function f(a) { /* ( */ return a.replace(/[({\"]/g, ''); }",
    "function f(a) { return 4 / 2 / 1; }", "function f(a) { return 'it\\'s'; }", "function f(a) { return /[{]/.test(a); }",
])
def test_code_that_closes_is_right(api, code):
    assert api.ok("POST", "/functions/eval?teamId=1", {"code": code}) == {"success": True, "error": None}


@pytest.mark.parametrize("code, error", [
    ("function f(a) {", "SyntaxError: '{' does not close"), ("function f(a { return [1; }", "SyntaxError: unexpected '}'"),
    ("function f(a) { return a; }}", "SyntaxError: unexpected '}'"), ("function f(a) { return 'a; }", "SyntaxError: ' does not close"),
    ("function f(a) { return \"a\n\"; }", "SyntaxError: \" does not close"), ("function f(a) { return `a; }", "SyntaxError: ` does not close"),
    ("function f(a) {} /* end", "SyntaxError: a comment does not close"), ("1 + 1", "TypeError: there is no function with a name"),
    ("", "TypeError: there is no function with a name"), ("function (a) {}", "TypeError: there is no function with a name"),
    ("(" * 300, "SyntaxError: too many brackets inside each other"), ("function f() { return /a; }", "SyntaxError: / does not close"),
    ("function f() { return = /a; }", "SyntaxError: / does not close"), ("function f() { return '\\", "SyntaxError: ' does not close"),
])
def test_code_that_cannot_run_is_told(api, code, error):
    assert api.ok("POST", "/functions/eval?teamId=1", {"code": code}) == {"success": False, "error": error}


def test_code_to_be_checked_is_a_text(api):
    for body in ({}, {"code": 1}):
        assert_refused(api("POST", "/functions/eval?teamId=1", body), 400, "IM005", "^code: is missing or no text")


def test_a_function_tells_what_its_code_was(start):
    server = start_at(start, fixture=fixture_of())
    api = Api(server)
    history = lambda id_: api.ok("GET", f"/functions/{id_}/history?teamId=1")["functionHistory"]  # noqa: E731
    made = api.ok("POST", "/functions", {"name": "f", "code": "function f() {}", "teamId": 1})["function"]["id"]
    assert history(made) == []
    go_to(server, after(60))
    api.ok("PATCH", f"/functions/{made}", {"code": "function f(a) {}"})
    go_to(server, after(120))
    api.ok("PATCH", f"/functions/{made}", {"code": "function f(b) {}"})
    api.ok("PATCH", f"/functions/{made}", {"description": "changed"})
    api.ok("PATCH", f"/functions/{made}", {"code": "function f(b) {}"})
    assert history(made) == [
        {"id": 3, "previousCode": "function f(a) {}", "updatedAt": after(120), "updatedBy": "Olivia Owner"},
        {"id": 2, "previousCode": "function f() {}", "updatedAt": after(60), "updatedBy": "Olivia Owner"}]
    assert [row["updatedAt"] for row in history(1)] == [START]
    api.ok("DELETE", f"/functions/{made}")
    assert_refused(api.get(f"/functions/{made}/history?teamId=1"), 404, "SC404")
