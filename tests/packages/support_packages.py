"""What the tests of packages share: the packages, a program that runs, and a flow against it."""

import contextlib
import io
import json
import os
import pathlib
import re
import subprocess
import tarfile
import urllib.parse

import pytest
import requests

ROOT = pathlib.Path(__file__).parents[2]
MADE = ROOT / "build/packages"
VERSION = re.search(r"project\(makeshift VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text("utf-8"))[1]

# What there is of each architecture.
TARBALLS = {arch: MADE / f"makeshift-{VERSION}-linux-{arch}.tar.gz" for arch in ("x64", "arm64")}
DEBS = {arch: MADE / f"makeshift_{VERSION}_{name}.deb" for arch, name in (("x64", "amd64"), ("arm64", "arm64"))}
NPM = {arch: MADE / f"makeshift-oauth-linux-{arch}-{VERSION}.tgz" for arch in ("x64", "arm64")}
NPM_MODULE = MADE / f"makeshift-oauth-{VERSION}.tgz"
WHEELS = {arch: MADE / f"makeshift_oauth-{VERSION}-py3-none-manylinux_2_34_{name}.whl"
          for arch, name in (("x64", "x86_64"), ("arm64", "aarch64"))}
IMAGES = {arch: MADE / f"makeshift-{VERSION}-image-{name}.tar" for arch, name in (("x64", "amd64"), ("arm64", "arm64"))}
TARBALL, DEB, IMAGE = TARBALLS["x64"], DEBS["x64"], IMAGES["x64"]
KINDS = {"tarball": TARBALLS, "deb": DEBS, "npm": NPM, "wheel": WHEELS, "image": IMAGES}
FLOOR = (2, 34)  # of glibc

needs_arm64 = pytest.mark.skipif(not all(kind["arm64"].is_file() for kind in KINDS.values()),
                                 reason="scripts/package --arch arm64 was not run")
SPA = {"client_id": "demo-spa", "redirect_uri": "http://localhost:5173/callback"}
PATIENCE = 1500  # seconds, for what installs or builds on a machine that has other things to do
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"  # RFC 7636 Appendix B
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def bare(**more):
    """An environment with a PATH, and nothing of this machine's own."""
    return {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", **more}


def run(*command, check=True, env=None, **more):
    result = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, timeout=PATIENCE,
                            env=bare() if env is None else env, **more)
    assert not check or result.returncode == 0, f"{command}: {result.returncode}\n{result.stdout}\n{result.stderr}"
    return result


@contextlib.contextmanager
def serving(*command, env=None, **more):
    """The ready line of a program that serves; SIGTERM ends it, and it has to leave with 0."""
    with subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, text=True,
                          env=bare() if env is None else env, **more) as server:
        try:
            line = server.stdout.readline()
            assert line, f"{command} ended before it was ready"
            yield json.loads(line)
        finally:
            server.terminate()
            server.wait(timeout=30)
    assert server.returncode == 0


def sign_in(issuer):
    """The tokens of a whole flow, of which UserInfo has answered."""
    asked = SPA | {"response_type": "code", "scope": "openid email offline_access", "state": "xyz",
                   "code_challenge": CHALLENGE, "code_challenge_method": "S256"}
    answer = requests.get(f"{issuer}/oauth/v2/authorize", params=asked, allow_redirects=False, timeout=10)
    code = urllib.parse.parse_qs(urllib.parse.urlsplit(answer.headers["Location"]).query)["code"][0]
    tokens = redeem(issuer, grant_type="authorization_code", code=code, code_verifier=VERIFIER)
    who = requests.get(f"{issuer}/oauth/v2/oidc/userinfo", timeout=10,
                       headers={"Authorization": f"Bearer {tokens['access_token']}"})
    assert "@" in who.json()["email"]
    return tokens


def redeem(issuer, **form):
    answer = requests.post(f"{issuer}/oauth/v2/token", data=SPA | form, timeout=10)
    assert answer.status_code == 200, answer.text
    return answer.json()


def one_line(result, code):
    """What a program that left with that code said, which is a line."""
    assert result.returncode == code, result.stderr
    [line] = result.stderr.splitlines()
    return line


def without_loader(program):
    """What starts a package's program, where the loader that it names is not."""
    script = program.read_text("utf-8")
    assert script.count("/lib64/ld-linux-x86-64.so.2") == 2
    program.write_text(script.replace("/lib64/ld-", "/lib64/absent/ld-"), "utf-8")


class Archive:
    """What an image's two descriptions lead to."""

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


def elf_files(folder):
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink() and path.read_bytes()[:4] == b"\x7fELF":
            yield path


def glibc_needed(file, objdump="objdump"):
    """The newest version of the C library that a program or library names."""
    versions = re.findall(r"GLIBC_(\d+)\.(\d+)", run(objdump, "-T", file).stdout)
    return max(tuple(map(int, version)) for version in versions)


def inside(root, *command, user="0:0"):
    """The command in the folder `root`, with this machine's network, and a /proc that ends with it."""
    script = 'mount -t proc proc "$0/proc" && exec chroot --userspec="$1" "$0" "${@:2}"'
    return ["unshare", "--mount", "bash", "-c", script, root, user, *command]


def may_mount():
    """Whether inside() can be: as root, and not in a container that forbids it."""
    return run("unshare", "--mount", "mount", "-t", "tmpfs", "none", "/mnt", check=False).returncode == 0


class Debian:
    """A Debian in a folder."""

    def __init__(self, root):
        self.root = root
        self.way_out = {name: value for name, value in os.environ.items() if name.lower().endswith("_proxy")}

    def run(self, *command, check=True):
        return run(*inside(self.root, *command), check=check, env=bare(DEBIAN_FRONTEND="noninteractive", **self.way_out))

    def serving(self, *command):
        return serving(*inside(self.root, *command))
