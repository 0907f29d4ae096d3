"""makeshift doctor: what a server is from here, in lines."""

import contextlib
import http.server
import json
import re
import shlex
import threading
from urllib.parse import urlencode, urlsplit

import pytest
import yaml
from support import authorize_params, default_fixture
from support_docs import RECIPES, changed, files, read
from support_tools import NOBODY, recording, run

pytestmark = pytest.mark.tenants

DISCOVERY = "/.well-known/openid-configuration"


def doctor(url, *arguments, code):
    """The checks by name, each with whether it is well and what it says; all lines of one name together."""
    result = run("doctor", url, *arguments)
    assert (result.returncode, result.stderr) == (code, ""), result.stdout
    checks = {}
    for line in result.stdout.splitlines():
        verdict, name, says = re.fullmatch(r"(ok     |not ok ) ([a-z]+): (.*)", line).groups()
        checks.setdefault(name, []).append((verdict.strip() == "ok", says))
    assert code == (0 if all(well for lines in checks.values() for well, _ in lines) else 1)
    return checks


def diagnosed(metadata, path="", *arguments, code=1):
    """The same of a server whose metadata this is, once {url} is filled in."""
    with recording() as other:
        filled = {name: value.format(url=other.url) for name, value in metadata.items()}
        other.answers = [(200, filled)]
        return doctor(other.url + path, *arguments, code=code), other.url


def mended(checks, name):
    """What mends the one check of that name that is not ok."""
    (says,) = [says for well, says in checks[name] if not well]
    return says.partition("; to mend it, ")[2]


def test_a_server_that_is_asked_by_its_issuers_name_is_well_in_each_check(server):
    checks = doctor(server.issuer, code=0)
    assert list(checks) == ["reachable", "host", "metadata", "issuer", "scheme", "endpoints", "clock", "cookies", "control"]
    assert checks["issuer"] == [(True, f"{server.issuer}, as asked")]
    assert checks["endpoints"][0][1].startswith("localhost is ")


def test_nothing_is_looked_at_where_nobody_answers():
    checks = doctor(NOBODY, code=1)
    assert list(checks) == ["reachable"]
    assert "--host 0.0.0.0" in mended(checks, "reachable")


def test_a_tenant_that_is_not_there_is_made_by_a_command_that_is_told(server):
    checks = doctor(f"http://localhost:{server.port}/t/no-one", code=1)
    assert mended(checks, "metadata") == "say makeshift ctl tenant new no-one"


def test_an_answer_without_an_end_is_no_makeshifts():
    with recording((200, "x" * 1000001)) as other:
        checks = doctor(other.url, code=1)
    assert mended(checks, "reachable") == "give the URL of a makeshift: what is there is none"


def test_a_redirect_is_told_with_where_it_leads():
    with recording((302, "", "text/html", "https://login.example/?next=x")) as other:
        checks = doctor(other.url, code=1)
    assert checks["metadata"][0][1].startswith(f"{DISCOVERY} answers 302, and leads to https://login.example/?next=x; ")


def test_a_slash_at_the_end_is_told_as_clients_compare_it(server):
    checks = doctor(server.issuer + "/", code=1)
    assert checks["issuer"] == [(False, f"it is {server.issuer}, and {server.issuer}/ was asked; to mend it, tell the application {server.issuer}")]


def test_a_name_that_is_none_here_and_a_file_that_is_no_certificate_are_told(server):
    assert mended(doctor("http://nowhere.invalid", code=1), "reachable").startswith("give this machine the name")
    with recording() as other:
        checks = doctor(other.url.replace("http", "https"), "--ca", "/etc/hostname", code=1)
    assert mended(checks, "reachable") == "name a file with certificates, a PEM, with --ca"
    result = run("doctor", server.issuer.replace("//", "//me:secret@"))
    assert (result.returncode, result.stdout) == (2, "") and "secret" not in result.stderr


def test_a_refused_host_is_told_with_the_option_that_serves_it(server):
    checks = doctor(server.issuer, "--as", "makeshift.test:8080", code=1)
    assert list(checks) == ["reachable", "host"]
    assert mended(checks, "host") == "start the server with --allow-host makeshift.test"


def test_a_name_that_is_served_and_not_the_issuers_is_told_with_the_option_that_makes_it_so(server):
    by_address = server.issuer.replace("localhost", "127.0.0.1")
    checks = doctor(server.issuer, "--as", f"127.0.0.1:{server.port}", code=1)
    name = server.path.removeprefix("/t/")
    mend = f"say makeshift ctl tenant patch {name} --issuer http://127.0.0.1:{server.port}"
    assert checks["issuer"][0][1].startswith(f"it is {server.issuer}, and {by_address} was asked; ")
    assert mended(checks, "issuer") == f"{mend}, or tell the application {server.issuer}"
    assert mended(checks, "cookies") == mend
    assert doctor(by_address, code=1)["issuer"] == checks["issuer"]


def test_an_issuer_without_a_tenant_is_mended_where_the_server_starts():
    checks, url = diagnosed({"issuer": "http://localhost:1"})
    assert mended(checks, "issuer") == f"start the server with --issuer {url}, or tell the application http://localhost:1"


@pytest.mark.parametrize("answer, says", [
    ((404, {}), f"{DISCOVERY} answers 404"),
    ((200, {"issuer": 1}), f"{DISCOVERY} answers 200, and without an issuer"),
    ((200, "<html>", "text/html"), f"{DISCOVERY} answers 200 with text/html, and without an issuer"),
])
def test_what_answers_without_metadata_is_no_issuer(answer, says):
    with recording(answer) as other:
        checks = doctor(other.url, code=1)
    assert list(checks) == ["reachable", "host", "metadata"]
    assert checks["metadata"][0] == (False, says + "; to mend it, give the URL of an issuer: of a tenant it ends with /t/NAME")


def test_an_endpoint_of_another_scheme_is_told():
    checks, url = diagnosed({"issuer": "{url}", "jwks_uri": "https://localhost/jwks"})
    assert checks["scheme"][0][1].startswith("http was asked, and jwks_uri is https://localhost/jwks; ")
    assert mended(checks, "scheme") == f"start the server with --issuer {url}, or ask by the other scheme"


def test_each_host_of_an_endpoint_is_looked_up_once():
    checks, _ = diagnosed({"issuer": "{url}", "authorization_endpoint": "{url}/a", "token_endpoint": "{url}/b",
                           "jwks_uri": "http://makeshift.invalid:8080/c", "userinfo_endpoint": "http://[::1]/d"})
    found = dict(zip(["127.0.0.1", "makeshift.invalid", "[::1]"], checks["endpoints"], strict=True))
    assert found["127.0.0.1"] == (True, "127.0.0.1 is 127.0.0.1 from here")
    assert found["[::1]"] == (True, "[::1] is ::1 from here")
    assert found["makeshift.invalid"][1].startswith("makeshift.invalid, where jwks_uri is, is no name from here; ")


@pytest.mark.parametrize("by, says", [("+90d", "7776000 seconds ahead of"), ("-1h", "3600 seconds behind")])
def test_a_clock_apart_from_the_one_here_is_told_with_how_far(start, by, says):
    server = start("--clock", by)
    checks = doctor(server.issuer, code=1)
    # A second may pass between the two clocks' readings.
    number, words = re.match(r"it is (\d+) (seconds [a-z ]+) the one here", checks["clock"][0][1]).groups()
    assert words == says.split(" ", 1)[1]
    assert abs(int(number) - int(says.split(" ")[0])) <= 2
    assert "--clock" in mended(checks, "clock") and f"ctl reset --url {server.issuer}" in mended(checks, "clock")


def test_an_origin_is_well_where_a_client_has_a_redirect_uri_of_it(server):
    origin = "/".join(default_fixture()["clients"][0]["redirect_uris"][0].split("/")[:3])
    checks = doctor(server.issuer, "--origin", origin, code=0)
    assert checks["cors"] == [(True, f"pages of {origin} may read answers")]
    assert checks["control"] == [(True, "the control door is open")]
    checks = doctor(server.issuer, "--origin", "http://elsewhere.example", code=1)
    assert "redirect URI of that origin" in mended(checks, "cors")


def test_cookies_of_an_https_issuer_do_not_come_by_http():
    checks, _ = diagnosed({"issuer": "{url}", "authorization_endpoint": "https://127.0.0.1/authorize"})
    assert checks["cookies"][0][1].startswith("they are Secure, and no browser brings them by http; ")


def test_cookies_of_a_sign_in_are_those_of_the_host_that_was_asked(server):
    asked = f"{server.issuer}/oauth/v2/authorize?{urlencode(authorize_params('demo-web'))}"
    assert doctor(server.issuer, "--sign-in", asked, code=0)["cookies"] == [(True, "a browser brings those of the sign-in to localhost")]
    checks = doctor(server.issuer, "--sign-in", asked.replace("demo-web", "nobody"), code=1)
    assert checks["cookies"][0][1].startswith("the sign-in answers 400 and sets none; ")


@contextlib.contextmanager
def setting(cookie):
    """The URL of an issuer of http whose authorization endpoint sets this cookie."""
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = json.dumps({"issuer": url, "authorization_endpoint": f"{url}/authorize"}).encode("ascii")
            self.send_response(200)
            self.send_header("Set-Cookie", cookie)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        url = f"http://127.0.0.1:{listening.server_address[1]}"
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield url
        finally:
            listening.shutdown()
            thread.join()


# What RFC 6265 5.1.3, 5.1.4 and 5.4 and RFC 6265bis 5.7 have a browser do with each.
@pytest.mark.parametrize("cookie, says", [
    ("s=1; Path=/; HttpOnly; SameSite=Lax", None),
    ("s=1", None),
    ("s=1; path = /authorize ; samesite=lax", None),
    ("s=1; Path=/auth/", "s is for what is below /auth/, and no browser brings it to /authorize"),
    ("s=1; Path=/auth", "s is for what is below /auth, and no browser brings it to /authorize"),
    ("s=1; Path=nowhere", None),
    ("s=1; Domain=127.0.0.1", None),
    ("s=1; Domain=.example.com", "s is for example.com, and no browser takes it from 127.0.0.1"),
    ("s=1; Domain=0.0.1.example", "s is for 0.0.1.example, and no browser takes it from 127.0.0.1"),
    ("s=1; secure; SameSite=None", "s is Secure, and no browser brings it by http"),
    ("s=1; SameSite=None", "s is SameSite=None and not Secure: browsers drop it"),
    ("s=1; SameSite=strict", "s is SameSite=Strict: it does not come when an application's page sends the browser"),
])
def test_a_cookie_that_does_not_reach_this_host_is_told_with_why(cookie, says):
    with setting(cookie) as url:
        checks = doctor(url, "--sign-in", "https://elsewhere.example/authorize?client_id=x", code=1 if says else 0)
    ((well, said),) = checks["cookies"]
    assert well == (says is None), said
    if says:
        assert said.startswith(f"{says}; to mend it, start the server with --issuer {url}, or see to what stands between")


@pytest.mark.parametrize("options, well, says", [
    (["--allow-host", "makeshift"], True, "the control door is closed; --control on would open it"),
    (["--allow-host", "makeshift", "--control-token", "a-token"], True, "the control door wants the --control-token"),
    (["--allow-host", "makeshift", "--control", "off"], True, "there is no control door here"),
    (["--control", "on"], False, "the control door refuses this Host; to mend it, start the server with --allow-host makeshift"),
    (["--control", "on", "--allow-host", "makeshift"], True, "the control door is open"),
])
def test_the_control_door_has_a_check_of_its_own(start_process, options, well, says):
    server = start_process("--host", "0.0.0.0", *options)
    assert doctor(server.issuer, "--as", "makeshift:80", code=1)["control"] == [(well, says)]


def test_a_certificate_and_a_scheme_are_told_apart_from_silence(start_process, tmp_path):
    server = start_process("--tls", "auto", "--tls-dir", tmp_path)
    assert "--ca FILE" in mended(doctor(server.issuer, code=1), "reachable")
    checks = doctor(server.issuer, "--ca", server.said["ca"], code=0)
    assert checks["scheme"] == [(True, "https everywhere")]
    plain = server.issuer.replace("https", "http")
    assert mended(doctor(plain, code=1), "reachable") == f"ask {server.issuer}, or start the server without --tls auto"
    refused = doctor(server.issuer, "--as", f"127.0.0.2:{server.port}", "--ca", server.said["ca"], code=1)
    assert "--tls-name 127.0.0.2" in mended(refused, "reachable")


def test_what_a_server_says_stays_in_its_line():
    checks, _ = diagnosed({"issuer": "http://a/\n\x1b[2Jok      issuer: all is well"})
    assert checks["issuer"][0][1].startswith("it is http://a/??[2Jok      issuer: all is well, and ")


@pytest.mark.parametrize("arguments, said", [
    (("--as", "makeshift/x"), "'makeshift/x' is no value of --as; expected a host with a port, such as makeshift:8080"),
    (("--as", "a@b"), "'a@b' is no value of --as; "),
    (("--as", "a b"), "'a b' is no value of --as; "),
    (("--origin", "localhost:3000"), "'localhost:3000' is no value of --origin; expected a scheme, a host"),
    (("--origin", "http://localhost:3000/"), "'http://localhost:3000/' is no value of --origin; "),
    (("--sign-in", "/authorize?client_id=x"), "'/authorize?client_id=x' is no value of --sign-in; expected the URL"),
    (("--sign-in", "http://localhost/authorize"), "'http://localhost/authorize' is no value of --sign-in; "),
    (("ftp://localhost",), "'ftp://localhost' is no URL of a server"),
    (("--sa", "x"), "there is no option '--sa' here; did you mean '--as'?"),
])
def test_a_wrong_command_line_asks_nobody(arguments, said):
    result = run("doctor", *arguments)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(f"makeshift doctor: {said}")


PAGE = read(RECIPES / "split-horizon.md")


def test_the_page_about_two_names_shows_what_doctor_says(start_process):
    server = start_process()
    command, output = re.search(r"^\$ makeshift (.*)\n((?:(?:not )?ok .*\n)+)", changed(PAGE, "8080", str(server.port)), re.M).groups()
    assert run(*shlex.split(command)).stdout == output


@pytest.mark.parametrize("file, asked", [
    ("one-name.yaml", {"makeshift:8080": {"endpoints"}}),  # the name is none on this machine
    ("one-network.yaml", {"localhost:8080": set()}),
    ("two-names.yaml", {"localhost:8080": set(), "makeshift:8080": {"issuer", "cookies"}}),
])
def test_each_set_up_of_that_page_fits_but_where_it_says(start_process, file, asked):
    services = yaml.safe_load(files(PAGE)[file])["services"]
    options = shlex.split(services["makeshift"]["command"])
    application = services["application"]["environment"]
    server = start_process(*options)
    assert server.issuer == application["ISSUER"]
    for name, ill in asked.items():
        checks = doctor(f"http://localhost:{server.port}", "--as", name, code=1 if ill else 0)
        assert {check for check, lines in checks.items() if not all(well for well, _ in lines)} == ill
    metadata = server.get(DISCOVERY).json()
    for word, member in (("AUTHORIZE", "authorization_endpoint"), ("TOKEN", "token_endpoint"), ("JWKS", "jwks_uri")):
        assert urlsplit(application.get(word, metadata[member])).path == urlsplit(metadata[member]).path
