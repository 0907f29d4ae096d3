"""makeshift audit: what it makes of the findings, which a server of the test's own gives."""

import pytest

from support_tools import NOBODY, recording, run


def finding(rule, level, outcome, exchanges=(), hint=None):
    return {"rule": rule, "says": f"It holds that {rule}.", "level": level, "clause": "RFC 9700 2.1", "outcome": outcome,
            "exchanges": list(exchanges), **({"hint": hint} if hint else {})}


KEPT = finding("state is used", "MUST", "passed", [1], "unsaid")
UNSEEN = finding("nonce is checked", "MUST", "not exercised", hint="makeshift ctl fault add wrong_nonce --times 1")
BROKEN = finding("code is redeemed once", "MUST", "failed", [3, 7], "redeem it once")
CARELESS = finding("the JWKS is cached", "SHOULD", "failed", [2])


def report(*findings, client_id="demo-web"):
    return {"client_id": client_id, "findings": list(findings)}


def audit(answer, *arguments, cwd=None):
    with recording(*(answer if isinstance(answer, list) else [(200, answer)])) as server:
        return run("audit", "--url", server.url, *arguments, cwd=cwd), server.asked


def test_findings_are_shown_and_what_failed_comes_first():
    result, asked = audit(report(KEPT, UNSEEN, BROKEN))
    assert (result.returncode, result.stderr) == (1, "")
    assert result.stdout == (
        "demo-web: 1 failed, 1 passed, 1 not exercised\n"
        "  failed         MUST    code is redeemed once  RFC 9700 2.1\n"
        "      It holds that code is redeemed once.\n"
        "      exchanges: 3, 7\n"
        "  passed         MUST    state is used          RFC 9700 2.1\n"
        "  not exercised  MUST    nonce is checked       RFC 9700 2.1\n"
        "      makeshift ctl fault add wrong_nonce --times 1\n")
    assert [(one.method, one.target) for one in asked] == [("GET", "/_makeshift/audit")]


@pytest.mark.parametrize("findings, arguments, code", [
    ([KEPT, UNSEEN], [], 0),
    ([], [], 0),
    ([BROKEN], [], 1),
    ([BROKEN], ["--fail-on", "must"], 1),
    ([BROKEN], ["--fail-on", "should"], 1),
    ([CARELESS], [], 0),
    ([CARELESS], ["--fail-on", "must"], 0),
    ([CARELESS], ["--fail-on", "should"], 1),
    ([BROKEN], ["--json"], 1),
])
def test_it_fails_by_the_level_that_counts(findings, arguments, code):
    assert audit(report(*findings), *arguments)[0].returncode == code
    several = {"items": [report(KEPT, client_id="a"), report(*findings)]}
    assert audit(several, *arguments)[0].returncode == code


def test_a_client_that_named_itself_to_move_the_cursor_is_shown_in_its_line():
    result, _ = audit(report(KEPT, client_id="a\n\x1b[2J\x9b1m\u202eb"))
    assert result.stdout.splitlines()[0] == "a??[2J?1m?b: 0 failed, 1 passed, 0 not exercised"


def test_where_no_client_was_seen_it_says_so():
    result, _ = audit({"items": []})
    assert (result.returncode, result.stdout) == (0, "no client was seen: there is nothing to judge\n")


def test_one_client_is_asked_for_by_its_id():
    _, asked = audit(report(), "--client-id", "https://a.example/c?d", "--tenant", "x")
    assert asked[0].target == "/t/x/_makeshift/audit?client_id=https%3A%2F%2Fa.example%2Fc%3Fd"


def test_findings_are_written_as_junit_too(tmp_path):
    xml = "<testsuites/>"
    result, asked = audit([(200, report(BROKEN)), (200, xml, "application/xml")], "--junit", "a.xml", cwd=tmp_path)
    assert result.returncode == 1
    assert (tmp_path / "a.xml").read_text("utf-8") == xml
    assert [one.headers["Accept"] for one in asked] == ["application/json", "application/xml"]
    result, _ = audit([(200, report()), (200, xml, "application/xml")], "--junit", "no/a.xml", cwd=tmp_path)
    assert (result.returncode, result.stderr) == (4, "makeshift audit: no/a.xml cannot be written: No such file or directory; name one that is there, or make it\n")


def test_what_is_wrong_is_told_with_the_codes_of_all_tools():
    result = run("audit", "--fail-on", "may")
    assert (result.returncode, result.stderr) == (2, "makeshift audit: 'may' is no value of --fail-on; expected must or should\n")
    assert run("audit", "--url", NOBODY).returncode == 3
    result, _ = audit([(404, {"title": "no", "detail": "there is no client 'x'"}, "application/problem+json")])
    assert (result.returncode, result.stderr) == (4, "makeshift audit: there is no client 'x' (404)\n")
    result, _ = audit([(200, "[]")])
    assert (result.returncode, result.stdout) == (3, "")


def test_it_prints_what_it_takes_and_an_example():
    result = run("audit", "--help")
    assert result.returncode == 0
    assert "\nExample:\n\n  makeshift audit --client-id demo-web" in result.stdout
