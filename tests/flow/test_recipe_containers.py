"""docs/recipes/containers.md: its files parse, and what they say of the server is so. No container is started."""

import json
import re
import shutil
import subprocess

import pytest
import requests
import yaml
from support import ROOT
from support_docs import RECIPES, files, read

pytestmark = pytest.mark.shared_server

FILES = files(read(RECIPES / "containers.md"))
VERSION = re.search(r"project\(makeshift VERSION (\S+)", read("CMakeLists.txt"))[1]
VARIABLES = {"MAKESHIFT_" + name for name in re.findall(r'PREFIX "([A-Z_]+)"', read("server/cli/options.c"))}


def documents(name):
    return list(yaml.safe_load_all(FILES[name]))


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(("yml", "yaml"))])
def test_a_file_of_yaml_parses(name):
    assert all(isinstance(document, dict) for document in documents(name))


@pytest.mark.skipif(not shutil.which("node"), reason="Node.js is not installed")
def test_the_file_for_node_parses(tmp_path):
    (tmp_path / "makeshift.test.mjs").write_text(FILES["makeshift.test.mjs"], "utf-8")
    subprocess.run(["node", "--check", tmp_path / "makeshift.test.mjs"], check=True, timeout=60)


def test_each_variable_is_an_options_and_each_image_is_this_version():
    text = "".join(FILES.values())
    assert set(re.findall(r"MAKESHIFT_[A-Z_]+", text)) - {"MAKESHIFT_URL"} <= VARIABLES
    assert set(re.findall(r"registry\.example/makeshift:([\w.]+)", text)) == {VERSION}
    assert set(re.findall(r"makeshift-([\d.]+)-linux", text)) == {VERSION}


def test_the_paths_that_are_waited_for_answer(server):
    paths = set(re.findall(r"forHttp\([\"']([^\"']+)", "".join(FILES.values())))
    assert paths == {"/_makeshift/health"}
    for path in paths:
        assert requests.get(server.base + path, timeout=10).status_code == 200


def test_a_tenant_is_told_its_base_url_as_the_testcontainers_do(server):
    for body in ({"issuer": "http://localhost:32768"}, {"name": "mine", "issuer": "http://localhost:32768"}):
        made = requests.post(f"{server.base}/_makeshift/tenants", json=body, timeout=10).json()
        discovery = requests.get(f"{server.base}/t/{made['name']}/.well-known/openid-configuration", timeout=10).text
        assert f'"issuer":"http://localhost:32768/t/{made["name"]}"' in discovery
        assert json.loads(discovery)["issuer"] == made["issuer"]
        requests.delete(f"{server.base}/_makeshift/tenants/{made['name']}", timeout=10)


def test_the_action_is_given_what_it_takes():
    inputs = yaml.safe_load(read(ROOT / ".github/actions/makeshift/action.yml"))["inputs"]
    [step] = [step for step in documents(".github/workflows/action.yml")[0]["jobs"]["tests"]["steps"]
              if step.get("uses", "").startswith("OWNER/")]
    assert set(step["with"]) <= set(inputs)
    assert (ROOT / step["uses"].removeprefix("OWNER/makeshift/").split("@")[0] / "action.yml").is_file()


def test_a_pod_is_not_given_the_port_of_a_service():
    deployment, service = documents("makeshift.yaml")
    pod = deployment["spec"]["template"]["spec"]
    assert pod["enableServiceLinks"] is False
    assert pod["containers"][0]["readinessProbe"]["exec"]["command"] == ["/usr/bin/makeshift", "healthcheck"]
    assert service["spec"]["selector"] == deployment["spec"]["selector"]["matchLabels"]
