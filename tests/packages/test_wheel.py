"""The wheel, from its file, in a folder that is empty."""

import contextlib
import os
import pathlib
import shutil
import time

import pytest
from support_packages import WHEELS, bare, one_line, run, serving, sign_in, without_loader

pytestmark = pytest.mark.xdist_group("wheel")
PYTHON = "/usr/bin/python3"

CONFTEST = """
import pytest

@pytest.fixture(scope="session")
def makeshift_options():
    return {"seed": 7, "clock": "2026-01-01T00:00:00Z"}
"""

SUITE = """
import json
import urllib.error
import urllib.parse
import urllib.request

import pytest
from makeshift_oauth import Refused, start


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def authorize(makeshift):
    asked = urllib.parse.urlencode({"response_type": "code", "client_id": "demo-web", "scope": "openid", "state": "x",
                                    "redirect_uri": "http://localhost:3000/cb"})
    with pytest.raises(urllib.error.HTTPError) as answer:
        urllib.request.build_opener(Stay).open(f"{makeshift.issuer}/oauth/v2/authorize?{asked}")
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(answer.value.headers["Location"]).query))


def redeem(makeshift, code):
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": "http://localhost:3000/cb",
            "client_id": "demo-web", "client_secret": "demo-web-secret-for-tests-only-0001"}
    with pytest.raises(urllib.error.HTTPError) as answer:
        urllib.request.urlopen(f"{makeshift.issuer}/oauth/v2/token", urllib.parse.urlencode(form).encode())
    return answer.value


@pytest.mark.parametrize("number", range(8))
def test_a_tenant_of_its_own(makeshift, makeshift_server, number):
    assert makeshift.issuer.startswith(makeshift_server.issuer + "/t/")
    code = authorize(makeshift)["code"]
    makeshift.clock.advance("5m")
    assert json.load(redeem(makeshift, code))["error"] == "invalid_grant"
    makeshift.sign_in(decision="deny")
    assert authorize(makeshift)["error"] == "access_denied"
    makeshift.fault(match={"endpoint": "token"}, do={"status": 503}, times=1)
    assert redeem(makeshift, "x").code == 503
    assert makeshift.fault("lost_reply")["fault"] == "lost_reply"
    makeshift.verify(match={"endpoint": "authorize"}, times={"exactly": 2})
    with pytest.raises(Refused, match="expected exactly 3, seen 2"):
        makeshift.verify(match={"endpoint": "authorize"}, times={"exactly": 3})
    with pytest.raises(Refused, match="lost_repl.*; nearest: lost_reply$"):
        makeshift.fault("lost_repl")


def test_a_wrong_fixture_is_told():
    with pytest.raises(RuntimeError, match="/clients"):
        start(fixture={"clients": 7})
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    run(PYTHON, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--target", folder / "site", WHEELS["x64"],
        env=bare(HOME=str(folder)))
    return folder


def running(folder):
    """What runs of the programs in the folder."""
    for program in pathlib.Path("/proc").glob("[0-9]*/exe"):
        with contextlib.suppress(OSError):
            if os.readlink(program).startswith(str(folder)):
                yield program


def environment(installed):
    return bare(PYTHONPATH=str(installed / "site"), HOME=str(installed))


def test_eight_tests_run_beside_each_other(installed):
    suite = installed / "suite"
    suite.mkdir()
    (suite / "conftest.py").write_text(CONFTEST, "utf-8")
    (suite / "test_suite.py").write_text(SUITE, "utf-8")
    result = run(PYTHON, "-m", "pytest", "-q", "-n", "4", "-p", "no:cacheprovider", suite, cwd=suite,
                 env=environment(installed), check=False)
    assert result.returncode == 0, result.stdout
    assert "9 passed" in result.stdout
    assert not list(running(installed))


DOOR_ELSEWHERE = """import makeshift_oauth
server = makeshift_oauth.start(args=["--control", "0"])
tenant = server.tenant(name="a")
tenant.clock.set("2030-01-01T00:00:00Z")
print(tenant.tell("GET", "clock")["now"], server.tell("GET", "tenants/a")["issuer"] == tenant.issuer)
tenant.stop()
server.stop()
"""


def test_a_control_door_at_a_port_of_its_own_is_found(installed):
    assert run(PYTHON, "-c", DOOR_ELSEWHERE, env=environment(installed)).stdout == "2030-01-01T00:00:00Z True\n"


def test_nothing_stays_behind_a_process_that_was_killed(installed, tmp_path):
    crash = "import makeshift_oauth, os, signal\nprint(makeshift_oauth.start({'extends': 'default'}).issuer, flush=True)\nos.kill(os.getpid(), signal.SIGKILL)"
    result = run(PYTHON, "-c", crash, env=environment(installed) | {"TMPDIR": str(tmp_path)}, check=False)
    assert not list(tmp_path.iterdir())
    assert result.returncode == -9 and result.stdout.startswith("http://localhost:")
    for _ in range(200):
        if not list(running(installed)):
            return
        time.sleep(0.05)
    raise AssertionError("the server runs on")


def test_the_command_is_the_program(installed):
    with serving(installed / "site/bin/makeshift", "--port", "0", env=environment(installed)) as ready:
        sign_in(ready["issuer"])
        assert "is well" in run(installed / "site/bin/makeshift", "wait", ready["issuer"], env=environment(installed)).stdout


def test_without_glibc_a_line_names_the_image(installed, tmp_path):
    site = shutil.copytree(installed / "site", tmp_path / "site")
    without_loader(site / "makeshift_oauth/tree/bin/makeshift")
    env = bare(PYTHONPATH=str(site))
    assert one_line(run(site / "bin/makeshift", "--version", env=env, check=False), 127).endswith("use the image")
    starts = "import makeshift_oauth\ntry: makeshift_oauth.start()\nexcept RuntimeError as told: print(told)"
    assert run(PYTHON, "-c", starts, env=env).stdout.endswith("as with musl, use the image\n")
