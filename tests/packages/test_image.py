"""The image: what is in the tar, and a flow from its root alone."""

import io
import json
import os
import shutil
import tarfile

import pytest
from support_packages import MADE, ROOT, VERSION, inside, may_mount, run, serving, sign_in

pytestmark = [pytest.mark.xdist_group("image"),
              pytest.mark.skipif(not may_mount(), reason="this machine lets nobody mount")]
IMAGE = MADE / f"makeshift-{VERSION}-image-amd64.tar"
MOST = 25_000_000  # bytes, unpacked


class Archive:
    """What the tar's two descriptions lead to."""

    def __init__(self, file):
        with tarfile.open(file) as tar:
            self.files = {member.name: tar.extractfile(member).read() for member in tar}
        self.named = json.loads(self.files["index.json"])["manifests"][0]
        self.manifest = json.loads(self.blob(self.named))
        self.config = json.loads(self.blob(self.manifest["config"]))

    def blob(self, described):
        data = self.files["blobs/" + described["digest"].replace(":", "/")]
        assert len(data) == described["size"]
        return data

    def layer(self):
        return tarfile.open(fileobj=io.BytesIO(self.blob(self.manifest["layers"][0])), mode="r:gz")


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
    lines = (ROOT / "scripts/packages/image/Dockerfile").read_text("utf-8").split("FROM scratch\n")[1].splitlines()
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


@pytest.mark.skipif(not shutil.which("aarch64-linux-gnu-gcc") or not shutil.which("qemu-aarch64-static"),
                    reason="scripts/setup cross_arm64 was not run")
def test_the_one_for_arm64_serves_a_flow_in_qemu(tmp_path):
    run(ROOT / "scripts/image", "--arch", "arm64", env=dict(os.environ))
    image = Archive(MADE / f"makeshift-{VERSION}-image-arm64.tar")
    assert image.config["architecture"] == image.named["platform"]["architecture"] == "arm64"
    with image.layer() as layer:
        layer.extractall(tmp_path, numeric_owner=True)
        assert sum(member.size for member in layer.getmembers()) < MOST
    emulated = ["qemu-aarch64-static", "-L", tmp_path]
    with serving(*emulated, tmp_path / "usr/bin/makeshift", "--port", "0") as ready:
        sign_in(ready["issuer"])
        assert "is well" in run(*emulated, tmp_path / "usr/libexec/makeshift/makeshift-tools", "wait", ready["issuer"]).stdout
