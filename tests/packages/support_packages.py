"""What the tests of packages share: the packages, a program that runs, and a flow against it."""

import contextlib
import json
import os
import pathlib
import re
import subprocess
import urllib.parse

import requests

ROOT = pathlib.Path(__file__).parents[2]
MADE = ROOT / "build/packages"
VERSION = re.search(r"project\(makeshift VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text("utf-8"))[1]
TARBALL = MADE / f"makeshift-{VERSION}-linux-x64.tar.gz"
DEB = MADE / f"makeshift_{VERSION}_amd64.deb"
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


def elf_files(folder):
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink() and path.read_bytes()[:4] == b"\x7fELF":
            yield path


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
