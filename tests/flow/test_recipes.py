"""The recipes of docs/recipes do what their pages say: each is saved and typed as it stands there, with a server at
MAKESHIFT_URL and makeshift in PATH. The one for a browser is run by tests/browser/recipe.test.mjs."""

import json
import os
import pathlib
import re
import shutil
import xml.etree.ElementTree

import pytest
from support import PROGRAM
from support_docs import RECIPES, blocks, changed, read, run, save
from test_door import tell

pytestmark = pytest.mark.shared_server  # each recipe makes a tenant of its own

BUILT = pathlib.Path(PROGRAM).parent

needs_node = pytest.mark.skipif(not shutil.which("node"), reason="Node.js is not installed")


def environment(folder, **variables):
    """That of who follows a recipe: makeshift is in PATH, and python3 is Debian's."""
    path = [BUILT, "/usr/bin", "/bin", *(pathlib.Path(each).parent for each in [shutil.which("node")] if each)]
    return {"PATH": os.pathsep.join(map(str, path)), "HOME": str(folder), "PYTHONDONTWRITEBYTECODE": "1", **variables}


def follow(page, folder, url):
    """Saves the files of a page, and types what it says to type."""
    text = read(RECIPES / page)
    save(text, folder)
    typed = "\n".join(blocks(text, "sh"))
    return run(["bash", "-e", "-c", typed], folder, environment(folder, MAKESHIFT_URL=url))


def shown(page):
    """What the page says that will be seen."""
    [text] = blocks(read(RECIPES / page), "text")
    return text


def assert_nothing_is_left(server):
    assert [tenant["name"] for tenant in tell(server, "GET", "tenants").json()["items"]] == ["default"]


def test_the_script_with_curl_alone_says_what_its_page_shows(server, tmp_path):
    result = follow("curl.md", tmp_path, server.issuer)
    assert (result.stdout, result.stderr, result.returncode) == (shown("curl.md"), "", 0)
    assert_nothing_is_left(server)


def test_a_connection_is_checked_connected_refreshed_and_ended_as_its_page_shows(server, tmp_path):
    result = follow("connection.md", tmp_path, server.issuer)
    assert (result.stdout, result.stderr, result.returncode) == (shown("connection.md"), "", 0)


@pytest.mark.parametrize("page, passed", [("pytest.md", 8), ("lost-reply.md", 5)])
def test_a_recipe_in_python_passes_and_leaves_nothing(server, tmp_path, page, passed):
    result = follow(page, tmp_path, server.issuer)
    assert result.returncode == 0, result.stdout + result.stderr
    assert f"`{passed} passed`" in read(RECIPES / page) and re.search(rf"\b{passed} passed\b", result.stdout)
    assert_nothing_is_left(server)


@needs_node
@pytest.mark.parametrize("page, passed", [("node.md", 8), ("race.md", 3)])
def test_a_recipe_in_javascript_passes_and_leaves_nothing(server, tmp_path, page, passed):
    result = follow(page, tmp_path, server.issuer)
    assert result.returncode == 0, result.stdout + result.stderr
    assert re.search(rf"^\S* ?pass {passed}$", result.stdout, re.M), result.stdout
    assert_nothing_is_left(server)


def failures(report):
    """Names of the rules that a JUnit report has as failed."""
    return {case.get("name") for case in xml.etree.ElementTree.parse(report).iter("testcase") if case.find("failure") is not None}


def test_the_audit_fails_the_build_of_a_careless_application(server, tmp_path):
    tenant = tell(server, "POST", "tenants").json()
    result = follow("audit.md", tmp_path, tenant["issuer"])
    assert (result.stderr, result.returncode) == ("", 1)
    assert "not reached" not in result.stdout
    expected = shown("audit.md").splitlines()
    assert [line for line in expected if line not in result.stdout] == []
    assert failures(tmp_path / "audit.xml") >= {line.split()[-1] for line in expected}
    tell(server, "DELETE", f"tenants/{tenant['name']}")


def test_what_tests_ask_for_most_is_taken_by_the_door(server):
    said = [row for row in read("docs/control.md").partition("| a test wants |")[2].partition("\n\n")[0].splitlines()]
    calls = [call for row in said for call in re.findall(r"`(P[A-Z]+) (\S+?)(?: (\{.*?\}))?`", row)]
    assert len(calls) > len(said) - 2
    tell(server, "POST", "tenants", {"name": "asked"})
    for method, what, body in calls:
        below = "" if what == "tenants" else "/t/asked"
        answer = server.request(method, f"{below}/_makeshift/{what}", json=json.loads(body) if body else None)
        assert answer.ok, f"{method} {what} {body}: {answer.text}"
    tell(server, "DELETE", "tenants")


@pytest.mark.parametrize("page, statuses", [("docs/control.md", ["200", "417", "201", "200", "200", "200", "200", "201"]),
                                            ("docs/faults.md", ["201", "201", "200", "204"])])
def test_the_commands_of_a_page_about_steering_are_taken(server, tmp_path, page, statuses):
    issuer = tell(server, "POST", "tenants").json()["issuer"]
    (tmp_path / ".curlrc").write_text('silent\nshow-error\nwrite-out = "\\nanswered %{http_code}\\n"\n', encoding="utf-8")
    script = changed("\n".join(blocks(read(page), "sh")), "http://localhost:8080", issuer)
    result = run(["bash", "-e", "-c", script], tmp_path, environment(tmp_path, CODE="a-code"))
    assert (result.stderr, result.returncode) == ("", 0)
    assert re.findall(r"^answered (\d+)$", result.stdout, re.M) == statuses  # nobody asked for tokens three times
    tell(server, "DELETE", "tenants")


def test_every_recipe_is_in_the_list():
    pages = {path.name for path in RECIPES.glob("*.md")} - {"README.md"}
    assert set(re.findall(r"^\| \[[\w.-]+\]\(([\w.-]+)\)", read(RECIPES / "README.md"), re.M)) == pages
