"""Apache's mod_auth_openidc, Debian's, in front of a page: a client in C that nobody here wrote.

Apache runs in the foreground with a configuration of the test's own; nothing of /etc/apache2 is read or written."""

import os
import pathlib
import shutil
import socket
import subprocess
import threading

import pytest
import requests

from support import FRAMEWORK_SECRET

APACHE = shutil.which("apache2", path=os.environ.get("PATH", "") + os.pathsep + "/usr/sbin")
MODULES = pathlib.Path("/usr/lib/apache2/modules")
NEEDED = ("mpm_event", "authn_core", "authz_core", "authz_user", "auth_openidc", "headers", "status")
MISSING = [name for name in NEEDED if not (MODULES / f"mod_{name}.so").is_file()]

pytestmark = [
    pytest.mark.skipif(APACHE is None, reason="Apache is not installed (Debian's apache2-bin)"),
    pytest.mark.skipif(bool(MISSING), reason="Apache's modules are not installed"
                       f" (Debian's libapache2-mod-auth-openidc): {', '.join(MISSING)}"),
]

# As the user of the module writes it; what its author leaves alone is left alone here. The page is Apache's own status,
# and the headers show what an application behind the module would read.
CONFIGURATION = """
Listen 127.0.0.1:{port}
ServerName localhost:{port}
ServerRoot {folder}
DefaultRuntimeDir {folder}
PidFile {folder}/apache.pid
ErrorLog /dev/stderr
StartServers 1
{user}
OIDCProviderMetadataURL {issuer}/.well-known/openid-configuration
OIDCClientID demo-framework
OIDCClientSecret {secret}
OIDCRedirectURI http://localhost:{port}/redirect_uri
OIDCScope "openid profile email"
OIDCCryptoPassphrase of-this-test-alone
<Location />
    AuthType openid-connect
    Require valid-user
    SetHandler server-status
    Header set X-Sub "%{{OIDC_CLAIM_sub}}e"
    Header set X-Name "%{{OIDC_CLAIM_name}}e"
    Header set X-Email "%{{OIDC_CLAIM_email}}e"
</Location>
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Apache:
    def __init__(self, issuer, folder):
        self.lines = []
        self.port = free_port()
        self.base = f"http://localhost:{self.port}"
        # Apache gives root's rights away, and refuses to serve if it is not told to whom.
        user = "User www-data\nGroup www-data" if os.geteuid() == 0 else ""
        modules = "".join(f"LoadModule {name}_module {MODULES}/mod_{name}.so\n" for name in NEEDED)
        config = folder / "apache.conf"
        config.write_text(modules + CONFIGURATION.format(
            port=self.port, folder=folder, user=user, issuer=issuer, secret=FRAMEWORK_SECRET), encoding="utf-8")
        # Nothing of the caller's: curl, inside the module, would obey a proxy named there. TMPDIR is for its locks.
        self.process = subprocess.Popen(
            [APACHE, "-f", config, "-D", "FOREGROUND"], env={"PATH": "/usr/bin:/bin", "TMPDIR": str(folder)},
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.is_ready = any("resuming normal operations" in line for line in self._said())
        self.reader = threading.Thread(target=lambda: list(self._said()), daemon=True)
        self.reader.start()

    def _said(self):
        for line in self.process.stderr:
            self.lines.append(line)
            yield line

    def log(self):
        return "".join(self.lines)

    def close(self):
        self.process.terminate()
        code = self.process.wait(20)
        self.reader.join(5)
        self.process.stderr.close()
        return code


@pytest.fixture
def protect(tmp_path):
    """protect(issuer) -> Apache, which lets in whom that issuer signs in."""
    running = []

    def launch(issuer):
        for _ in range(5):  # another process may take the free port first
            running.append(Apache(issuer, tmp_path))
            if running[-1].is_ready or "Address already in use" not in running[-1].log():
                break
        assert running[-1].is_ready, running[-1].log()
        return running[-1]

    yield launch
    codes = [(apache.is_ready, apache.close(), apache.log()) for apache in running]
    assert [log for was_ready, code, log in codes if was_ready and code != 0] == []


class Person:
    """A browser that visits Apache's pages, and the server when it is sent there."""

    def __init__(self, server, apache):
        self.server_side = server.browser()
        self.apache = apache
        self.session = requests.Session()
        self.session.trust_env = False

    def get(self, url):
        url = self.apache.base + url if url.startswith("/") else url
        return self.session.get(url, allow_redirects=False, timeout=30)

    def sign_in(self, page):
        """From the page, by the server and the callback, to where the callback leads."""
        asked = self.get(page)
        assert asked.status_code == 302, self.apache.log()
        answer = self.server_side.get(asked.headers["Location"])
        assert answer.status_code == 302, answer.text
        assert answer.headers["Location"].startswith(self.apache.base + "/redirect_uri?")
        back = self.get(answer.headers["Location"])
        assert back.status_code == 302, self.apache.log()
        return back.headers["Location"]


def assert_is_sent_to_sign_in(person, server):
    answer = person.get("/page")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(f"{server.issuer}/oauth/v2/authorize?")
    assert "X-Sub" not in answer.headers


@pytest.mark.parametrize("profile", ["make", "standard"])
def test_mod_auth_openidc_shows_its_page_to_who_signed_in_and_says_who_that_is(start, protect, profile):
    server = start("--profile", profile)
    apache = protect(server.issuer)
    person = Person(server, apache)
    assert_is_sent_to_sign_in(person, server)
    assert person.sign_in("/page?of=1") == f"{apache.base}/page?of=1"
    page = person.get("/page?of=1")
    assert page.status_code == 200, apache.log()
    assert page.headers["X-Sub"] == "1001"
    assert page.headers["X-Name"] == "Olivia Owner"
    assert page.headers["X-Email"] == "olivia.owner@example.com"
    assert_is_sent_to_sign_in(Person(server, apache), server)


def test_mod_auth_openidc_takes_a_tenant_whose_issuer_has_a_path(server, protect):
    issuer = server.post("/_makeshift/tenants").json()["issuer"]
    apache = protect(issuer)
    person = Person(server, apache)
    assert person.get("/page").headers["Location"].startswith(f"{issuer}/oauth/v2/authorize?")
    assert person.sign_in("/page") == f"{apache.base}/page"
    assert person.get("/page").headers["X-Email"] == "olivia.owner@example.com"


def test_mod_auth_openidc_signs_out_at_itself_where_no_logout_is_discovered(server, protect):
    apache = protect(server.issuer)
    person = Person(server, apache)
    person.sign_in("/page")
    assert person.get("/page").status_code == 200
    left = person.get(f"/redirect_uri?logout={apache.base}/left")
    assert (left.status_code, left.headers["Location"]) == (302, f"{apache.base}/left"), apache.log()
    assert_is_sent_to_sign_in(person, server)


def test_mod_auth_openidc_refuses_a_callback_that_it_did_not_ask_for(server, protect):
    apache = protect(server.issuer)
    asked = Person(server, apache).get("/page").headers["Location"]
    answer = server.get(asked)
    stranger = Person(server, apache)
    assert stranger.get(answer.headers["Location"]).status_code >= 400
    assert_is_sent_to_sign_in(stranger, server)
