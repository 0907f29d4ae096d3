"""makeshift connection serve: what its pages refuse, what callbacks it takes, and what it leaves."""

import contextlib
import http.client
import json
import re
import signal
import socket
import subprocess
import threading
import urllib.parse

import pytest
import requests

from support import PROGRAM
from support_connections import changed, put
from support_oauth1 import CONSUMER_KEY, CONSUMER_SECRET, connection, providing
from support_tools import recording, run
from test_connection_run import PKCE, against

pytestmark = pytest.mark.tenants

NATIVE = {"clientId": "demo-native"}
SCOPE = "openid email offline_access"


class Site:
    """A `connection serve`: what a person's browser does there, without one."""

    def __init__(self, process):
        self.process = process
        assert process.stderr.readline() == "Open this address in a browser:\n"
        self.url = process.stderr.readline().strip()
        self.host = urllib.parse.urlsplit(self.url).netloc

    def page(self, number=1):
        return requests.get(f"{self.url}connections/{number}", timeout=30).text

    def token(self):
        return re.search(r'name="token" value="([^"]+)"', self.page())[1]

    def post(self, action, number=1, token=None, headers=None, **fields):
        data = {"token": self.token() if token is None else token, "action": action} | fields
        return requests.post(f"{self.url}connections/{number}", data=data, headers=headers, allow_redirects=False, timeout=30)

    def callback(self):
        """Where the service sends the browser, which the site sent there."""
        sent = self.post("connect")
        assert sent.status_code == 303
        back = requests.get(sent.headers["Location"], allow_redirects=False, timeout=30)
        assert back.is_redirect, back.text
        return back.headers["Location"]

    def connect(self):
        answer = requests.get(self.callback(), timeout=30)
        assert "Connected." in answer.text
        return answer


@pytest.fixture
def serve(tmp_path):
    """`serve(connection, ...options)` until the test ends: then it leaves with 0."""
    with contextlib.ExitStack() as stack:
        def serve(*connections, options=(), data=NATIVE, redirect_uri="http://127.0.0.1/callback"):
            common = tmp_path / "common.json"
            common.write_text(json.dumps(data), "utf-8")
            files = [put(tmp_path, one, f"app{index}.imljson") for index, one in enumerate(connections)]
            words = [PROGRAM, "connection", "serve", *files, "--common", common, "--scope", SCOPE, "--store", tmp_path / "store",
                     "--redirect-uri", redirect_uri, *options]
            process = stack.enter_context(subprocess.Popen(list(map(str, words)), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                                           stderr=subprocess.PIPE, text=True))
            guard = threading.Timer(120, process.kill)
            guard.start()

            def end():
                process.send_signal(signal.SIGTERM)
                process.stdout.read()
                said = process.stderr.read()
                assert process.wait(60) == 0, said
                guard.cancel()
            stack.callback(end)
            return Site(process)
        serve.store = tmp_path / "store"
        yield serve


def pkce(server, *changes):
    return against(server, ("authorize.temp", {"verifier": "{{uuid}}{{uuid}}"}), ("token.body.client_secret", None),
                   ("refresh.body.client_secret", None), ("invalidate.body.client_secret", None), *PKCE, *changes)


def test_a_connection_of_the_page_is_gone_on_with_by_run(server, serve, tmp_path):
    site = serve(pkce(server))
    site.connect()
    token = site.token()  # of a page that was read before
    before = json.loads(serve.store.read_text("utf-8"))
    result = run("connection", "run", tmp_path / "app0.imljson", "--common", tmp_path / "common.json", "--store", serve.store, "--refresh", "now",
                 "--redirect-uri", "https://www.make.com/oauth/cb/app", "--json")
    assert [json.loads(line)["step"] for line in result.stdout.splitlines()] == ["refresh", "info"], result.stderr
    after = json.loads(serve.store.read_text("utf-8"))
    assert after["data"]["refreshToken"] != before["data"]["refreshToken"]
    assert serve.store.stat().st_mode & 0o777 == 0o600
    site.post("refresh", token=token)  # with the token that the run got
    assert "Refreshed." in site.page()
    assert json.loads(serve.store.read_text("utf-8"))["data"]["refreshToken"] != after["data"]["refreshToken"]
    serve.store.unlink()
    assert ">not connected<" in site.page()


def test_a_callback_is_taken_once(server, serve):
    site = serve(pkce(server))
    callback = site.callback()
    assert requests.get(callback, timeout=30).url == f"{site.url}connections/1#connection"
    kept = serve.store.read_text("utf-8")
    again = requests.get(callback, timeout=30)
    assert (again.status_code, "belongs to no sign-in" in again.text) == (400, True)
    assert serve.store.read_text("utf-8") == kept
    assert site.process.stderr.readline() == "a callback came with another state, and was refused\n"


def test_a_callback_with_another_state_does_nothing_and_the_right_one_still_connects(server, serve):
    site = serve(pkce(server))
    callback = site.callback()
    for forged in (re.sub(r"state=[0-9a-f]{20}", "state=" + "0" * 20, callback), re.sub(r"&?state=[0-9a-f]{20}", "", callback),
                   callback + "&state=" + "0" * 20, callback.split("?")[0] + "?state=%", callback.split("?")[0] + "?state="):
        assert requests.get(forged, timeout=30).status_code == 400
    assert not serve.store.exists()
    assert "Connected." in requests.get(callback, timeout=30).text


def test_the_state_of_one_attempt_is_not_good_for_the_next(server, serve):
    site = serve(pkce(server))
    first, second = site.callback(), site.callback()
    assert requests.get(first, timeout=30).status_code == 400
    assert "Connected." in requests.get(second, timeout=30).text


def test_many_callbacks_at_once_connect_once(server, serve):
    site = serve(pkce(server))
    callback = site.callback()
    codes = []
    threads = [threading.Thread(target=lambda: codes.append(requests.get(callback, allow_redirects=False, timeout=30).status_code)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (codes.count(302), set(codes) <= {302, 400, 409}) == (1, True)


def test_a_step_that_fails_leaves_what_was_kept(server, serve):
    site = serve(pkce(server))
    site.connect()
    kept = serve.store.read_text("utf-8")
    assert server.post("/_makeshift/faults", json={"fault": "code_refused"}).status_code == 201
    page = requests.get(site.callback(), timeout=30).text
    assert "step token (/token): POST" in page
    assert "SC424" in page
    assert serve.store.read_text("utf-8") == kept
    assert site.post("refresh").headers["Location"] == "/connections/1#connection"
    assert "Refreshed." in site.page()


def headers_of(site, name):
    return {"evil": {"Origin": "http://evil.example"}, "null": {"Origin": "null"}, "other port": {"Origin": "http://127.0.0.1:1"},
            "https": {"Origin": f"https://{site.host}"}, "cross-site": {"Sec-Fetch-Site": "cross-site"},
            "same-site": {"Origin": f"http://{site.host}", "Sec-Fetch-Site": "same-site"}}[name]


@pytest.mark.parametrize("name", ["evil", "null", "other port", "https", "cross-site", "same-site"])
def test_a_form_of_another_site_is_refused_even_with_the_token(server, serve, name):
    site = serve(pkce(server))
    answer = site.post("connect", headers=headers_of(site, name))
    assert (answer.status_code, "Location" in answer.headers) == (403, False)
    assert site.post("connect", headers={"Origin": f"http://{site.host}", "Sec-Fetch-Site": "same-origin"}).status_code == 303


@pytest.mark.parametrize("token", ["", "x", "x" * 43])
def test_a_form_without_the_token_is_refused(server, serve, token):
    site = serve(pkce(server))
    assert site.post("connect", token=token).status_code == 403
    assert "waits for a person" not in site.page()


def test_a_form_that_is_none_is_refused(server, serve):
    site = serve(pkce(server))
    form = f"token={site.token()}&action=connect"
    for kind, code in (("text/plain", 403), ("application/json", 403), ("application/x-www-form-urlencoded; charset=utf-8", 303)):
        answer = requests.post(f"{site.url}connections/1", data=form, headers={"Content-Type": kind}, allow_redirects=False, timeout=30)
        assert answer.status_code == code


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example"])
def test_another_host_sees_no_page(server, serve, host):
    site = serve(pkce(server))
    connection = http.client.HTTPConnection(site.host, timeout=30)
    connection.request("GET", "/connections/1", headers={"Host": host})
    answer = connection.getresponse()
    assert (answer.status, b"token" in answer.read()) == (421, False)
    connection.close()


def test_every_page_has_a_policy_that_lets_nothing_in(server, serve):
    site = serve(pkce(server))
    for path in ("", "connections/1", "connections/2", "nothing", "callback?state=x"):
        headers = requests.get(site.url + path, timeout=30).headers
        policy = headers["Content-Security-Policy"]
        assert re.fullmatch(r"default-src 'none'; style-src 'sha256-[^' ]+' 'sha256-[^' ]+'; base-uri 'none'; frame-ancestors 'none'", policy)
        assert (headers["X-Frame-Options"], headers["Referrer-Policy"], headers["Cache-Control"]) == ("DENY", "same-origin", "no-store")


def test_an_address_can_be_pasted_where_nobody_comes_back(server, serve):
    uri = "https://www.make.com/oauth/cb/app"
    site = serve(against(server), redirect_uri=uri, data={
        "clientId": "demo-custom-app", "clientSecret": "demo-custom-app-secret-for-tests-only-0001"})
    assert site.post("connect").headers["Location"] == "/connections/1#connection"
    url = re.search(r'<a href="(http[^"]+)">go on with the sign-in', site.page())[1].replace("&amp;", "&")
    back = requests.get(url, allow_redirects=False, timeout=30).headers["Location"]
    assert back.startswith(uri)
    assert site.post("return", address=re.sub(r"state=[0-9a-f]{20}", "state=" + "0" * 20, back)).status_code == 400
    assert site.post("return", address="nothing").status_code == 400
    assert site.post("return", address=back).status_code == 303
    assert "Connected." in site.page()


def test_a_service_that_does_not_answer_keeps_no_other_connection_waiting(server, serve):
    with recording((200, {"access_token": "a", "expires_in": 60})) as provider, socket.create_server(("127.0.0.1", 0)) as silent:
        deaf = changed(("authorize", None), ("info", None), ("token.body.code", None), ("token.condition", True), ("token.timeout", 3000),
                       ("token.url", f"http://127.0.0.1:{silent.getsockname()[1]}/"))
        quick = changed(("token.url", provider.url), of=deaf)
        site = serve(deaf, quick)
        thread = threading.Thread(target=site.post, args=("connect", 1))
        thread.start()
        heard, _ = silent.accept()
        busy = site.post("connect", 1, token=re.search(r'name="token" value="([^"]+)"', site.page(2))[1])
        assert (busy.status_code, "A step is under way" in busy.text) == (409, True)
        assert "a step is under way" in requests.get(site.url, timeout=30).text
        assert site.post("connect", 2, token=re.search(r'name="token" value="([^"]+)"', site.page(2))[1]).status_code == 303
        assert "Connected." in site.page(2)
        thread.join()
        heard.close()
        assert "no answer from" in site.page(1)
    assert [file.name for file in serve.store.iterdir()] == ["app1.json"]


def test_an_oauth_1_connection_is_served_as_well(serve):
    with providing() as provider:
        site = serve(connection(provider.url), data={"consumerKey": CONSUMER_KEY, "consumerSecret": CONSUMER_SECRET})
        callback = site.callback()
        assert requests.get(re.sub("oauth_token=", "oauth_token=x", callback), timeout=30).status_code == 400
        page = requests.get(callback, timeout=30).text
        assert ("Connected." in page, requests.get(callback, timeout=30).status_code) == (True, 400)
        [(token, secret)] = provider.validator.granted.items()
        assert json.loads(serve.store.read_text("utf-8"))["data"] == {"token": token, "token_secret": secret}
        assert (token in page, secret in page, CONSUMER_SECRET in page) == (False, False, False)


def test_what_it_prints_is_what_run_prints(server, serve, tmp_path):
    site = serve(pkce(server), options=("--json", "--transcript", tmp_path / "lines.jsonl"))
    site.connect()
    site.post("invalidate")
    assert not serve.store.exists()
    lines = [site.process.stdout.readline() for _ in range(4)]
    assert [json.loads(line)["step"] for line in lines] == ["authorize", "token", "info", "invalidate"]


@pytest.mark.parametrize(("words", "code", "says"), [
    (("{dir}/none.imljson",), 1, "none.imljson"),
    (("{file}", "--redirect-uri", "nowhere"), 2, "--redirect-uri: 'nowhere' has no scheme"),
    (("{file}", "{file}", "--store", "{file}"), 2, "is to be a folder, as there are several connections"),
    (("{file}", "--store", "{file}"), 2, "is no connection's store"),
    (("{file}", "--transcript", "{dir}/no/such"), 2, "--transcript: "),
    ((), 2, "FILE... is missing"),
])
def test_what_cannot_be_served_is_told_and_nothing_listens(tmp_path, words, code, says):
    file = put(tmp_path, changed())
    result = run("connection", "serve", *[word.replace("{file}", str(file)).replace("{dir}", str(tmp_path)) for word in words])
    assert (result.returncode, says in result.stderr, result.stdout) == (code, True, ""), result.stderr
