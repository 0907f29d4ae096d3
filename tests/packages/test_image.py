"""The image: what is in the tar, and a flow from its root alone."""

import json
import os
import pathlib
import shutil
import time

import pytest
import requests
from support_packages import IMAGE, ROOT, VERSION, Archive, bare, inside, may_mount, run, serving, sign_in

pytestmark = [pytest.mark.xdist_group("image"),
              pytest.mark.skipif(not may_mount(), reason="this machine lets nobody mount")]
DOCKERFILE = ROOT / "scripts/packages/image/Dockerfile"
MOST = 25_000_000  # bytes, unpacked


@pytest.fixture(scope="module")
def image():
    return Archive(IMAGE)


@pytest.fixture(scope="module")
def root(image, tmp_path_factory):
    folder = tmp_path_factory.mktemp("image")
    with image.layer() as layer:
        layer.extractall(folder, numeric_owner=True)
    (folder / "proc").mkdir()  # as whoever runs an image makes it
    folder.chmod(0o755)
    return folder


@pytest.fixture
def variables(image):
    return dict(entry.split("=", 1) for entry in image.config["config"]["Env"])


def test_what_docker_reads_and_what_oci_reads_are_one_image(image):
    docker = json.loads(image.files["manifest.json"])[0]
    assert docker["RepoTags"] == [f"makeshift:{VERSION}"]
    assert docker["Config"] == "blobs/" + image.manifest["config"]["digest"].replace(":", "/")
    assert docker["Layers"] == ["blobs/" + image.manifest["layers"][0]["digest"].replace(":", "/")]
    assert image.named["platform"] == {"architecture": "amd64", "os": "linux"}


@pytest.mark.parametrize("transport", ["oci-archive", "docker-archive"])
def test_skopeo_takes_it(transport, tmp_path):
    run("skopeo", "copy", "--insecure-policy", "--quiet", f"{transport}:{IMAGE}", f"dir:{tmp_path}/copy",
        env={"PATH": "/usr/bin", "HOME": str(tmp_path), "TMPDIR": str(tmp_path)})


def test_the_configuration_says_how_it_is_run(image):
    config = image.config["config"]
    assert config["User"] == "1000:1000"
    assert config["Entrypoint"] == ["/usr/bin/makeshift"]
    assert config["Healthcheck"]["Test"] == ["CMD", "/usr/bin/makeshift", "healthcheck"]
    assert config["StopSignal"] == "SIGTERM"
    assert "8080/tcp" in config["ExposedPorts"]
    assert config["Labels"]["org.opencontainers.image.version"] == VERSION


def test_the_dockerfile_makes_the_same_image(image):
    lines = DOCKERFILE.read_text("utf-8").split("FROM scratch\n")[1].splitlines()
    said = dict(line.split(" ", 1) for line in lines)
    config = image.config["config"]
    assert (said["USER"], said["WORKDIR"], said["STOPSIGNAL"]) == (config["User"], config["WorkingDir"], config["StopSignal"])
    assert said["ENV"].split() == config["Env"]
    assert json.loads(said["ENTRYPOINT"]) == config["Entrypoint"]
    assert {said["EXPOSE"]: {}} == config["ExposedPorts"]
    options, _, command = said["HEALTHCHECK"].partition(" CMD ")
    check = config["Healthcheck"]
    assert ["CMD", *json.loads(command)] == check["Test"]
    assert options == (f"--interval={check['Interval'] // 10**9}s --timeout={check['Timeout'] // 10**9}s "
                       f"--start-period={check['StartPeriod'] // 10**9}s --retries={check['Retries']}")


def test_what_the_dockerfile_copies_belongs_to_whom_it_does_in_the_image(root, tmp_path):
    # Its second stage, where the first one would have left the image's root and /data.
    shutil.copytree(root, tmp_path / "image", symlinks=True)
    (tmp_path / "image/data").rename(tmp_path / "data")
    second = DOCKERFILE.read_text("utf-8").split("FROM scratch\n")[1]
    (tmp_path / "Dockerfile").write_text(f"FROM scratch AS build\nCOPY image /image\nCOPY data /data\nFROM scratch\n{second}", "utf-8")
    (tmp_path / "policy.json").write_text('{"default": [{"type": "insecureAcceptAnything"}]}', "utf-8")
    env = bare(HOME=str(tmp_path), TMPDIR=str(tmp_path), XDG_RUNTIME_DIR=str(tmp_path))
    storage = ["buildah", "--storage-driver", "vfs", "--root", tmp_path / "storage", "--runroot", tmp_path / "run"]
    trusting = ["--signature-policy", tmp_path / "policy.json"]
    run(*storage, "bud", "--isolation", "chroot", "--format", "docker", *trusting, "-t", "made", tmp_path, env=env)
    container = run(*storage, "from", "--pull-never", *trusting, "made", env=env).stdout.strip()
    made = pathlib.Path(run(*storage, "mount", container, env=env).stdout.strip())
    assert {name: (made / name).stat().st_uid for name in ("data", "usr", "etc")} == {"data": 1000, "usr": 0, "etc": 0}
    run(*storage, "umount", container, env=env)


def test_it_is_small_and_its_data_belongs_to_its_user(image):
    with image.layer() as layer:
        members = layer.getmembers()
    assert sum(member.size for member in members) < MOST
    owners = {member.name: member.uid for member in members if member.uid != 0}
    assert owners == {"data": 1000}
    assert not [member.name for member in members if member.mode & 0o6000]


def test_a_flow_from_its_root_alone(image, root, variables):
    env = variables | {"MAKESHIFT_PORT": "0", "MAKESHIFT_DB": "/data/state.db", "MAKESHIFT_TLS": "auto", "MAKESHIFT_HTTPS_PORT": "0"}
    command = inside(root, *image.config["config"]["Entrypoint"], user=image.config["config"]["User"])
    with serving(*command, env=env | {"PATH": "/usr/bin:/usr/sbin:/bin"}) as ready:
        sign_in(f"http://localhost:{ready['port']}")
        check = [*inside(root, *image.config["config"]["Healthcheck"]["Test"][1:], user="1000:1000")]
        asked = {"PATH": "/usr/bin:/usr/sbin:/bin"}
        for variable in ({"MAKESHIFT_PORT": ready["port"]}, {"MAKESHIFT_PORT": ready["https_port"], "MAKESHIFT_TLS": "auto"}):
            assert "is well" in run(*check, env=variables | asked | {name: str(value) for name, value in variable.items()}).stdout
    assert {path.stat().st_uid for path in (root / "data").rglob("*")} == {1000}
    assert (root / "data/makeshift/tls/ca.pem").is_file()


def first_answer(program, root):
    """Seconds until a program in that root has answered, from before it is started."""
    begun = time.monotonic()
    with serving(program, "--port", "0", preexec_fn=lambda: (os.chroot(root), os.chdir("/"))) as ready:
        assert requests.get(f"{ready['issuer']}/_makeshift/health", timeout=10).status_code == 200
        return time.monotonic() - begun


def test_from_its_root_it_answers_as_soon_as_the_plain_program(root, record_property):
    plain, image = [], []
    while len(image) < 10 or min(image) > 1.5 * min(plain):  # in turn, and again where the machine was busy with something else
        assert len(image) < 60, (plain, image)
        plain.append(first_answer(ROOT / "build/release/makeshift", "/"))
        image.append(first_answer("/usr/bin/makeshift", root))
    record_property("seconds", (min(plain), min(image)))
