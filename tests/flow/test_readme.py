"""What README.md says to type works: its blocks are taken out of it and run."""

import json
import re
import shutil

import pytest

from support import PROGRAM, ROOT, authorize, decode, redeem
from support_docs import blocks, changed, read, run, section

README = read("README.md")
BUILT = "build/release/makeshift"


def block(heading, language):
    """The first block of code in that language below a heading."""
    return blocks(section(README, heading), language)[0]


def test_two_minutes_with_curl(server, tmp_path):
    script = changed(block("Two minutes with curl", "sh"), "base=http://localhost:8080", f"base={server.issuer}")
    result = run(["bash", "-eu", "-o", "pipefail", "-c", script], tmp_path)
    assert result.returncode == 0, result.stderr
    tokens, person, scenarios, refreshed = map(json.loads, result.stdout.splitlines())
    assert decode(server, tokens["id_token"], audience="demo-web")["nonce"] == "n1"
    assert person["email"] == "olivia.owner@example.com"
    assert scenarios["scenarios"]
    assert refreshed["refresh_token"] != tokens["refresh_token"]


def test_the_link_for_a_browser_leads_to_the_page_and_back(start):
    server = start("--login", "page")
    link = re.search(r"<http://localhost:8080(/[^>]*)>", README)[1]
    page = server.get(link, allow_redirects=True)
    assert page.status_code == 200 and "Olivia Owner" in page.text
    assert "scripts/run --login page" in block("Two minutes in a browser", "sh")
    assert (ROOT / re.search(r"!\[[^]]*\]\(([^)]*)\)", README)[1]).is_file()


def test_what_steers_is_done(server, tmp_path):
    script = changed(block("Steering it", "sh"), "http://localhost:8080", server.issuer)
    result = run(["bash", "-eu", "-o", "pipefail", "-c", script], tmp_path)
    assert result.returncode == 0, result.stderr
    answers = [json.loads(line) for line in result.stdout.splitlines() if line]
    assert not [answer for answer in answers if "error" in answer], answers
    clock, _, fault, latch, key, tenant, verified = answers
    assert clock["moved"] == 3600 and fault["fault"] == "lost_reply" and latch["id"] == 1
    assert key["state"] == "signs" and tenant["issuer"] == f"{server.issuer}/t/test-7" and verified["seen"] == 0


@pytest.mark.skipif(not shutil.which("node"), reason="Node.js is not installed")
def test_the_test_in_javascript_passes(tmp_path):
    text = changed(block("In a test suite", "js"), BUILT, PROGRAM)
    (tmp_path / "sign_in.test.mjs").write_text(text, encoding="utf-8")
    result = run(["node", "--test"], tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr
    assert re.search(r"^\S* ?pass 1$", result.stdout, re.M), result.stdout


def test_the_test_in_python_passes(tmp_path):
    text = changed(block("In a test suite", "python"), BUILT, PROGRAM)
    (tmp_path / "test_sign_in.py").write_text(text, encoding="utf-8")
    result = run(["/usr/bin/python3", "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider",
                  "test_sign_in.py"], tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "1 passed" in result.stdout


def test_the_fixture_has_its_client_its_user_and_the_claim(start, tmp_path):
    fixture = json.loads(block("Your own clients, users and claims", "json"))
    [client] = fixture["clients"]
    uri = client["redirect_uris"][0]
    server = start(fixture=fixture)
    code = authorize(server, "my-app", redirect_uri=uri, scope="openid email")
    tokens = redeem(server, code, "my-app", client["client_secret"], redirect_uri=uri).json()
    claims = decode(server, tokens["id_token"])
    assert (claims["sub"], claims["department"]) == ("2001", "Finance")


def test_the_server_of_a_pipeline_writes_its_port(tmp_path):
    *_, start_line, wait_line = block("In CI", "sh").strip().splitlines()
    script = "\n".join([changed(start_line, BUILT, PROGRAM), wait_line, "cat port.txt", "kill %1", "wait %1"])
    result = run(["bash", "-m", "-c", script], tmp_path)
    ready, port = result.stdout.splitlines()[:2]
    assert json.loads(ready)["port"] == int(port), result.stderr
