"""docs/recipes/containers.md and ci.md: their files parse, and what they say of the server is so. No container is started."""

import json
import re
import shutil
import subprocess

import pytest
import requests
import yaml
from support import ROOT
from support_docs import RECIPES, files, read
from test_door import tell

pytestmark = pytest.mark.shared_server

FILES = files(read(RECIPES / "containers.md")) | files(read(RECIPES / "ci.md"))
VERSION = re.search(r"project\(makeshift VERSION (\S+)", read("CMakeLists.txt"))[1]
VARIABLES = {"MAKESHIFT_" + name for name in re.findall(r'PREFIX "([A-Z_]+)"', read("server/cli/options.c"))}


def documents(name):
    return list(yaml.safe_load_all(FILES[name]))


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(("yml", "yaml"))])
def test_a_file_of_yaml_parses(name):
    assert all(isinstance(document, dict) for document in documents(name))


@pytest.mark.skipif(not shutil.which("node"), reason="Node.js is not installed")
@pytest.mark.parametrize("name", [name for name in FILES if name.endswith("mjs")])
def test_a_file_for_node_parses(name, tmp_path):
    (tmp_path / name).write_text(FILES[name], "utf-8")
    subprocess.run(["node", "--check", tmp_path / name], check=True, timeout=60)


def test_files_for_python_and_of_json_parse():
    compile(FILES["test_denied.py"], "test_denied.py", "exec")
    assert json.loads(FILES["package.json"])["devDependencies"]


def test_each_variable_is_an_options_and_each_image_is_this_version():
    text = "".join(FILES.values())
    assert set(re.findall(r"MAKESHIFT_[A-Z_]+", text)) - {"MAKESHIFT_URL"} <= VARIABLES  # what a server is told
    assert set(re.findall(r"(?:registry\.example/|image: )makeshift:([\w.]+)", text)) == {VERSION}
    assert set(re.findall(r"makeshift[\w-]*-([\d.]+)(?:-linux|\.tgz)", text)) == {VERSION}


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
    [step] = [step for step in documents(".github/workflows/tests.yml")[0]["jobs"]["tests"]["steps"]
              if step.get("uses", "").startswith("OWNER/")]
    assert set(step["with"]) <= set(inputs)
    assert (ROOT / step["uses"].removeprefix("OWNER/makeshift/").split("@")[0] / "action.yml").is_file()


@pytest.mark.parametrize("name, service, variables", [(".gitlab-ci.yml", ["tests", "services", 0], "variables"),
                                                      ("compose.yaml", ["services", "makeshift"], "environment")])
def test_a_service_is_steered_by_the_name_that_others_call_it(start, name, service, variables):
    [told] = documents(name)
    for step in service:
        told = told[step]
    server = start(*(word for key, value in told[variables].items()
                     for word in ("--" + key.removeprefix("MAKESHIFT_").lower().replace("_", "-"), value)), "--host", "0.0.0.0")
    assert server.issuer == "http://makeshift:8080"
    for host, status in (("makeshift:8080", 200), ("elsewhere:8080", 421)):
        assert tell(server, "GET", "clock", headers={"Host": host}).status_code == status


def test_a_pod_is_not_given_the_port_of_a_service():
    deployment, service = documents("makeshift.yaml")
    pod = deployment["spec"]["template"]["spec"]
    assert pod["enableServiceLinks"] is False
    assert pod["containers"][0]["readinessProbe"]["exec"]["command"] == ["/usr/bin/makeshift", "healthcheck"]
    assert service["spec"]["selector"] == deployment["spec"]["selector"]["matchLabels"]
