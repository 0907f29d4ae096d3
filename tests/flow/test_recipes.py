"""The recipes of docs/recipes do what their pages say: each is saved and typed as it stands there, with a server at
MAKESHIFT_URL and makeshift in PATH. The one for a browser is run by tests/browser/recipe.test.mjs."""

import json
import os
import pathlib
import random
import re
import shlex
import shutil
import signal
import socket
import xml.etree.ElementTree

import pytest
import yaml
from support import PROGRAM, ROOT, SANITIZER
from support_docs import RECIPES, blocks, changed, files, read, run, save
from test_door import tell

pytestmark = pytest.mark.shared_server  # each recipe makes a tenant of its own

BUILT = pathlib.Path(PROGRAM).parent
CI = read(RECIPES / "ci.md")

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


# -- pipelines, of which everything runs but what belongs to the one who runs them -------------------------------------


def free_port():
    """Of those that nobody gets who asks for any."""
    first = int(pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text(encoding="ascii").split()[0])
    while True:
        port = random.randrange(10000, first)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port


@pytest.fixture
def checkout(tmp_path):
    """A folder of an application, whose suite is a careless one, with makeshift beside it, built."""
    save(read(RECIPES / "audit.md"), tmp_path)
    (tmp_path / "package.json").write_text('{"scripts": {"test": "sh suite.sh"}}', encoding="utf-8")
    release = tmp_path / "makeshift/build/release"
    release.parent.mkdir(parents=True)
    release.symlink_to(BUILT)
    yield tmp_path
    log = (tmp_path / "makeshift.log").read_text(encoding="utf-8")
    pid = json.loads(re.search(r"^\{.*\}$", log, re.M)[0])["pid"]
    os.kill(pid, signal.SIGTERM)
    run(["tail", f"--pid={pid}", "-s", "0.1", "-f", "/dev/null"], tmp_path)
    assert not SANITIZER.search((tmp_path / "makeshift.log").read_text(encoding="utf-8"))


@needs_node
def test_the_workflow_starts_the_server_runs_the_suite_and_judges_the_application(checkout):
    job = yaml.safe_load(files(CI)[".github/workflows/tests.yml"])["jobs"]["tests"]
    steps = {step["name"]: step["run"] for step in job["steps"] if "run" in step}
    port = str(free_port())
    env = environment(checkout, **{name: str(value).replace("8080", port) for name, value in job["env"].items()})
    for name, code in (("Start makeshift", 0), ("Test", 0), ("Judge how the application behaved", 1)):
        result = run(["bash", "-e", "-c", steps.pop(name)], checkout, env)
        assert result.returncode == code, result.stdout + result.stderr
    assert "token_not_in_url" in failures(checkout / "audit.xml")
    assert steps == {"Install what makeshift wants": "makeshift/scripts/setup",
                     "Build makeshift": "cmake --preset release && cmake --build --preset release"}


def test_the_server_of_compose_is_well_and_can_be_steered_by_its_name(start):
    services = yaml.safe_load(files(CI)["compose.yaml"])["services"]
    program, *options = shlex.split(services["makeshift"]["command"])
    server = start(*options)
    assert (program, server.issuer) == ("makeshift", services["tests"]["environment"]["MAKESHIFT_URL"])
    how, *check = services["makeshift"]["healthcheck"]["test"]
    well = run(check, ROOT, environment(ROOT, MAKESHIFT_URL=server.base))
    assert (how, well.returncode) == ("CMD", 0), well.stderr
    for host, status in (("makeshift:8080", 200), ("elsewhere:8080", 421)):
        assert tell(server, "GET", "clock", headers={"Host": host}).status_code == status


def test_what_pipelines_build_with_is_what_the_readme_builds_with():
    build = "scripts/setup && cmake --preset release && cmake --build --preset release"
    assert build in read("README.md") and build in files(CI)["makeshift/Dockerfile"]


def test_every_recipe_is_in_the_list():
    pages = {path.name for path in RECIPES.glob("*.md")} - {"README.md"}
    assert set(re.findall(r"^\| \[[\w.-]+\]\(([\w.-]+)\)", read(RECIPES / "README.md"), re.M)) == pages
