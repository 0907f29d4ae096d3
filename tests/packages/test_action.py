"""The action for GitHub Actions, with this in the runner's place."""

import os
import pathlib
import tarfile

import pytest
import yaml
from support_packages import ROOT, TARBALL, TARBALLS, VERSION, needs_arm64, run, sign_in

pytestmark = pytest.mark.xdist_group("action")
ACTION = ROOT / ".github/actions/makeshift"
DESCRIBED = yaml.safe_load((ACTION / "action.yml").read_text("utf-8"))


class Runner:
    """A job: its files, and what the steps wrote into them."""

    def __init__(self, folder):
        self.folder = folder
        for name in ("OUTPUT", "ENV", "STATE", "PATH"):
            (folder / name).touch()

    def step(self, part, check=True, **inputs):
        given = {name: value.get("default", "") for name, value in DESCRIBED["inputs"].items()} | inputs
        env = {"PATH": os.environ["PATH"], "RUNNER_TEMP": str(self.folder)}
        env |= {f"GITHUB_{name}": str(self.folder / name) for name in ("OUTPUT", "ENV", "STATE", "PATH")}
        env |= {f"INPUT_{name.upper()}": value for name, value in given.items()}
        env |= {f"STATE_{name}": value for name, value in self.said("STATE").items()}
        return run("node", ACTION / DESCRIBED["runs"][part], env=env, check=check)

    def run(self, script, cwd):
        """A step that types something, with what those before it told."""
        path = (self.folder / "PATH").read_text("utf-8").split()
        return run("bash", "-e", "-c", script, cwd=cwd, check=False,
                   env={"PATH": os.pathsep.join([*path, os.environ["PATH"]]), "HOME": str(cwd), **self.said("ENV")})

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


def told(job, tarball):
    """The line that a job shows of a tarball that is no use."""
    result = job.step("main", check=False, tarball=str(tarball))
    assert (result.returncode, result.stderr) == (1, "")
    [line] = result.stdout.splitlines()
    return line.removeprefix("::error title=makeshift::")


def test_a_damaged_tarball_is_told_in_a_line(job, tmp_path):
    damaged = tmp_path / "damaged.tar.gz"
    damaged.write_bytes(TARBALL.read_bytes()[:100_000])
    assert told(job, damaged).startswith(f"the tarball {damaged} does not unpack: ")


def test_another_tarball_is_told_in_a_line(job, tmp_path):
    other = tmp_path / "other.tar.gz"
    with tarfile.open(other, "w:gz") as tar:
        tar.add(ROOT / "LICENSE", "other-1.0/LICENSE")
    assert told(job, other) == f"the tarball {other} is not one of scripts/package: bin/makeshift is not in it"


def test_a_program_that_says_nothing_is_told_with_its_end(job, tmp_path):
    program = tmp_path / "makeshift"
    program.write_text("#!/bin/sh\nexit 3\n", "utf-8")
    program.chmod(0o755)
    silent = tmp_path / "a:b.tar.gz"
    with tarfile.open(silent, "w:gz") as tar:
        tar.add(program, "silent-1.0/bin/makeshift")
    assert told(job, silent).endswith("/silent-1.0/bin/makeshift ended with 3, and said nothing")


@needs_arm64
def test_a_tarball_for_another_machine_is_told_in_a_line(job):
    assert "on aarch64, and here there is x86_64" in told(job, TARBALLS["arm64"])
