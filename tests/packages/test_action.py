"""The action for GitHub Actions, with this in the runner's place."""

import os
import pathlib

import pytest
import yaml
from support_packages import ROOT, TARBALL, VERSION, run, sign_in

pytestmark = pytest.mark.xdist_group("action")
ACTION = ROOT / ".github/actions/makeshift"
DESCRIBED = yaml.safe_load((ACTION / "action.yml").read_text("utf-8"))


class Runner:
    """A job: its files, and what the steps wrote into them."""

    def __init__(self, folder):
        self.folder = folder
        for name in ("OUTPUT", "ENV", "STATE"):
            (folder / name).touch()

    def step(self, part, check=True, **inputs):
        given = {name: value.get("default", "") for name, value in DESCRIBED["inputs"].items()} | inputs
        env = {"PATH": os.environ["PATH"], "RUNNER_TEMP": str(self.folder)}
        env |= {f"GITHUB_{name}": str(self.folder / name) for name in ("OUTPUT", "ENV", "STATE")}
        env |= {f"INPUT_{name.upper()}": value for name, value in given.items()}
        env |= {f"STATE_{name}": value for name, value in self.said("STATE").items()}
        return run("node", ACTION / DESCRIBED["runs"][part], env=env, check=check)

    def said(self, name):
        return dict(line.split("=", 1) for line in (self.folder / name).read_text("utf-8").splitlines())


@pytest.fixture
def job(tmp_path):
    runner = Runner(tmp_path)
    yield runner
    runner.step("post")
    pid = runner.said("STATE").get("pid")
    assert pid is None or not pathlib.Path(f"/proc/{pid}").exists()


def test_a_job_has_a_server_from_a_tarball_until_its_end(job):
    job.step("main", tarball=str(TARBALL), options="--seed=7\n--clock=2026-01-01T00:00:00Z\n")
    said = job.said("OUTPUT")
    assert said.keys() == set(DESCRIBED["outputs"])
    assert job.said("ENV") == {"MAKESHIFT_ISSUER": said["issuer"], "MAKESHIFT_URL": said["url"]}
    sign_in(said["url"])
    assert "tokens issued" in job.step("post").stdout


def test_a_checkout_is_built(job):
    job.step("main")
    sign_in(job.said("OUTPUT")["url"])


@pytest.mark.parametrize("inputs, told", [
    ({"tarball": f"/nowhere/makeshift-{VERSION}.tar.gz"}, "is not there"),
    ({"tarball": str(TARBALL), "options": "--prot=1"}, "did you mean --port?"),
])
def test_what_is_wrong_is_told_where_the_job_shows_it(job, inputs, told):
    result = job.step("main", check=False, **inputs)
    assert result.returncode == 1
    assert result.stdout.startswith("::error title=makeshift::")
    assert told in result.stdout
