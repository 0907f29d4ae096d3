"""docs/recipes/ci.md: what it says to save is saved, with the packages in `vendor`, and its pipelines are run."""

import re
import shutil
import xml.etree.ElementTree

import pytest
import yaml
from support_packages import KINDS, NPM, NPM_MODULE, ROOT, TARBALL, WHEELS, bare, run
from test_action import DESCRIBED, job  # noqa: F401  a fixture
from test_npm import NODE
from test_wheel import PYTHON

pytestmark = pytest.mark.xdist_group("recipe")
# A file is a block below a line that is its name as code and a colon, and nothing else.
FILE = re.compile(r"^`([^`\n]+)`:\n\n```\w+\n(.*?)^```$", re.S | re.M)


def files(page):
    return dict(FILE.findall((ROOT / "docs/recipes" / page).read_text("utf-8")))


@pytest.fixture
def repository(tmp_path):
    """That of who follows the page."""
    folder = tmp_path / "repository"
    for name, content in files("ci.md").items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, "utf-8")
    (folder / "vendor").mkdir()
    for file in (TARBALL, NPM_MODULE, NPM["x64"], WHEELS["x64"]):
        shutil.copy(file, folder / "vendor")
    return folder


def test_the_workflow_starts_the_server_runs_the_suite_and_judges_the_application(job, repository):  # noqa: F811
    for name, content in files("audit.md").items():  # a careless application
        (repository / name).write_text(content, "utf-8")
    (repository / "package.json").write_text('{"scripts": {"test": "sh suite.sh"}}', "utf-8")
    [steps] = [part["steps"] for part in yaml.safe_load((repository / ".github/workflows/tests.yml").read_text("utf-8"))["jobs"].values()]
    steps = {step["name"]: step for step in steps if "name" in step}
    given = steps["Start makeshift"]["with"]
    assert set(given) <= set(DESCRIBED["inputs"])
    job.step("main", **given | {"tarball": str(repository / given["tarball"])})
    for name, code in (("Test", 0), ("Judge how the application behaved", 1)):
        result = job.run(steps[name]["run"], repository)
        assert result.returncode == code, result.stdout + result.stderr
    report = xml.etree.ElementTree.parse(repository / steps["Keep what was judged"]["with"]["path"])
    assert "token_not_in_url" in {case.get("name") for case in report.iter("testcase") if case.find("failure") is not None}


def test_a_suite_of_node_has_the_package_and_starts_its_own(repository):
    run("npm", "install", "--offline", "--no-audit", "--no-fund", cwd=repository, env=NODE)
    result = run("npm", "test", cwd=repository, env=NODE, check=False)
    assert result.returncode == 0 and re.search(r"\bpass 1$", result.stdout, re.M), result.stdout


def test_a_suite_of_pytest_has_the_plugin(repository):
    [said] = re.findall(r"`pip install (\S+)`", (ROOT / "docs/recipes/ci.md").read_text("utf-8"))
    run(PYTHON, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--target", "site", said, cwd=repository,
        env=bare(HOME=str(repository)))
    result = run(PYTHON, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_denied.py", cwd=repository,
                 env=bare(PYTHONPATH=str(repository / "site"), HOME=str(repository)), check=False)
    assert "1 passed" in result.stdout, result.stdout


def test_each_file_that_is_named_is_one_that_is_made():
    page = (ROOT / "docs/recipes/ci.md").read_text("utf-8")
    made = {file.name for kind in KINDS.values() for file in kind.values()} | {NPM_MODULE.name}
    named = set(re.findall(r"(?:vendor|packages)/([\w.-]+)", page))
    assert len(named) == 5 and named <= made
