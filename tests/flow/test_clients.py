"""docs/clients.md is true: the callback paths that it names are served, and the tests that it names are there."""

import json
import re

import pytest

from support import ROOT, authorize, redeem

pytestmark = pytest.mark.tenants

TABLE = [[cell.strip() for cell in line.strip("|").split("|")]
         for line in (ROOT / "docs/clients.md").read_text(encoding="utf-8").splitlines()
         if line.startswith("| ") and not line.startswith("| language")]
PORTS = (3000, 4180, 5000, 8000, 8081)


def callbacks():
    return sorted({path for row in TABLE for path in re.findall(r"`(/[^`]*)`", row[4])})


def test_the_rows_stand_in_the_order_of_languages():
    languages = [row[0] for row in TABLE]
    assert languages == sorted(languages)
    assert all(len(row) == 6 for row in TABLE)


def test_each_file_of_tests_is_there():
    named = re.findall(r"`(tests/[^`]*)`", " ".join(row[5] for row in TABLE))
    assert len(named) > 8
    assert [name for name in named if not (ROOT / name).is_file()] == []


def test_a_row_that_is_run_in_javascript_has_the_version_that_is_run_among_its_own():
    package = json.loads((ROOT / "tests/package.json").read_text(encoding="utf-8"))
    pinned = {version.split("@")[-1] for version in package["dependencies"].values()}
    run = {row[1]: set(re.findall(r"\d+(?:\.\d+)+[\w.-]*", row[2])) for row in TABLE if "tests/interop/" in row[5]}
    assert len(run) > 10
    assert [name for name, versions in run.items() if not versions & pinned] == []


@pytest.mark.parametrize("path", callbacks())
def test_the_callback_of_a_framework_is_served_by_the_built_in_fixture(start, path):
    server = start()
    for port in PORTS:
        uri = f"http://localhost:{port}{path}"
        code = authorize(server, "demo-framework", redirect_uri=uri)
        answer = redeem(server, code, "demo-framework", redirect_uri=uri)
        assert answer.status_code == 200, answer.text


def test_there_are_callbacks_for_13_clients():
    with_one = [name for row in TABLE if re.search(r"`/", row[4]) for name in row[1].split(", ")]
    assert len(with_one) >= 13, with_one
