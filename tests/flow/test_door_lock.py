"""Who may use the control door: off, at a port of its own, with a token, and beyond this machine."""

import socket

import pytest
import requests
from support import DISCOVERY, proves, sign_in

DOOR = "/_makeshift/"
TOKEN = "let-me-steer.0123456789~+/=="
BEARER = {"Authorization": f"Bearer {TOKEN}"}


def refused(answer, status, detail):
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert detail in answer.json()["detail"], answer.text
    return answer


def at(port, path, method="GET", **more):
    return requests.request(method, f"http://localhost:{port}{path}", timeout=30, **more)


def advance(server, path=DOOR, **more):
    return server.request("POST", path + "clock", json={"advance": "5m"}, **more)


def with_tenant(server, **more):
    assert server.request("POST", DOOR + "tenants", json={"name": "mine"}, **more).status_code == 201


# -- off --------------------------------------------------------------------------------------------------------------


@proves("ADM-01")
def test_a_door_that_is_off_answers_health_alone(start):
    server = start("--control", "off")
    for path in ("clock", "tenants", "openapi.json", "operations", "nothing", ""):
        assert server.get(DOOR + path).status_code == 404, path
    refused(advance(server), 404, "--control on")
    assert server.get(DOOR + "health").json()["status"] == "ok"
    assert sign_in(server)["access_token"]
    assert "X-Makeshift-Clock" not in server.get(DISCOVERY).headers


# -- a port of its own ------------------------------------------------------------------------------------------------


@proves("ADM-01")
def test_a_door_with_a_port_of_its_own_is_nowhere_else(start):
    server = start("--control", "0")
    port = server.said["control_port"]
    assert port not in (0, server.port)
    refused(advance(server), 404, f"at port {port} alone")
    assert at(port, DOOR + "clock").json()["moved"] == 0
    made = at(port, DOOR + "tenants", "POST", json={"name": "mine"}).json()
    assert made["issuer"] == f"{server.issuer}/t/mine" and made["control"] == f"http://localhost:{port}/t/mine/_makeshift"
    refused(advance(server, "/t/mine" + DOOR), 404, f"at port {port} alone")
    assert requests.post(made["control"] + "/clock", json={"advance": "5m"}, timeout=30).json()["moved"] == 300
    assert server.get("/t/mine" + DISCOVERY).headers["X-Makeshift-Clock"] == "+300"
    for below in ("", "/t/mine"):
        assert server.get(below + DOOR + "health").status_code == at(port, below + DOOR + "health").status_code == 200


def test_the_port_of_the_door_has_nothing_but_the_door_and_its_pages(start):
    server = start("--control", "0")
    for path in (DISCOVERY, "/oauth/v2/oidc/jwks", "/api/v2/users/me", "/"):
        answer = at(server.said["control_port"], path)
        assert answer.status_code == 404 and "control door alone" in answer.text, path
    assert at(server.said["control_port"], "/oauth/v2/token", "POST").status_code == 404
    page = at(server.said["control_port"], DOOR).text
    assert ">Journal</h2>" in page and f'<a href="{server.issuer}/">' in page and "try a flow" not in page
    assert at(server.said["control_port"], "/favicon.ico").status_code == 200
    begun = at(server.said["control_port"], DOOR + "tries", "POST", json={"client_id": "demo-web"})
    assert begun.status_code == 409 and "start the server with --control on" in begun.json()["detail"]
    home = server.get("/", headers={"Accept": "text/html"}).text
    assert f':{server.said["control_port"]}/_makeshift/"' in home and "Try it" not in home and "Try a flow" not in home


def test_the_port_of_the_door_refuses_strangers_as_the_other_does(start):
    server = start("--control", "0")
    port = server.said["control_port"]
    move = {"json": {"advance": "5m"}}
    assert at(port, DOOR + "clock", "POST", headers={"Host": "evil.example"}, **move).status_code == 421
    assert at(port, DOOR + "clock", "POST", headers={"Origin": "https://evil.example"}, **move).status_code == 403
    assert at(port, DOOR + "clock").json()["moved"] == 0


def test_the_port_of_the_door_is_https_where_the_other_is(start, tmp_path):
    server = start("--tls", "auto", "--tls-dir", tmp_path / "tls", "--control", "0")
    port = server.said["control_port"]
    answer = requests.get(f"https://localhost:{port}{DOOR}clock", verify=server.said["ca"], timeout=30)
    assert answer.json()["moved"] == 0
    made = requests.post(f"https://localhost:{port}{DOOR}tenants", verify=server.said["ca"], json={"name": "a"}, timeout=30)
    assert made.json()["control"] == f"https://localhost:{port}/t/a/_makeshift"


def test_a_port_that_is_taken_is_said_with_its_option(start):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        server = start("--control", port, wait=False)
        assert server.exit_code() == 2 and f"port {port} is taken; choose another with --control" in server.log()


def test_without_the_option_the_ready_line_says_no_port(server):
    assert "control_port" not in server.said


@pytest.mark.parametrize("args, problem", [
    (("--control", "maybe"), '--control: "maybe" is not on, off or a port'),
    (("--control", "65536"), '--control: "65536" is not on, off or a port'),
    (("--port", "18231", "--control", "18231"), "--control is the port of --port"),
    (("--control-token", "two words"), "is not a token"),
    (("--control-token", ""), "is not a token"),
    (("--control-token", "=x"), "is not a token"),
])
def test_a_wrong_lock_ends_the_start(start, args, problem):
    server = start(*args, wait=False)
    assert server.exit_code() == 2 and problem in server.log()


# -- a token ----------------------------------------------------------------------------------------------------------


@proves("ADM-01")
@pytest.mark.parametrize("option", ["--control-token", "MAKESHIFT_CONTROL_TOKEN"])
def test_a_door_with_a_token_opens_to_it_alone(start, option):
    server = start(option, TOKEN) if option.startswith("--") else start(env={option: TOKEN})
    with_tenant(server, headers=BEARER)
    for below in ("", "/t/mine"):
        door = below + DOOR
        answer = refused(advance(server, door), 401, "--control-token")
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="makeshift control door"'
        for wrong in ("Bearer x", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", f"Bearer {TOKEN} x"):
            answer = refused(advance(server, door, headers={"Authorization": wrong}), 401, "token")
            assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"], wrong
            assert TOKEN not in answer.text
        for other in (f"Basic {TOKEN}", TOKEN, "Bearer"):
            refused(advance(server, door, headers={"Authorization": other}), 401, "--control-token")
        assert server.get(door + "nothing").status_code == 401  # nobody learns what is there
        assert server.get(door + "health").status_code == 200
        assert server.get(door + "clock", headers=BEARER).json()["moved"] == 0
        assert advance(server, door, headers={"Authorization": f"bearer {TOKEN}"}).json()["moved"] == 300
    assert server.get(DISCOVERY).status_code == 200  # the token is the door's alone


def test_a_token_in_the_query_or_sent_twice_opens_nothing(start):
    server = start("--control-token", TOKEN)
    assert server.get(DOOR + "clock", params={"access_token": TOKEN}).status_code == 401
    request = (f"GET {DOOR}clock HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer x\r\n"
               f"Authorization: Bearer {TOKEN}\r\n\r\n")
    with socket.create_connection(("localhost", server.port), timeout=30) as connection:
        connection.sendall(request.encode())
        assert connection.makefile("rb").readline().split()[1] == b"400"


def test_who_is_refused_does_not_wait(start):
    """What waits holds a connection: for who may ask, and only for them."""
    server = start("--control-token", TOKEN)
    refused(at(server.port, DOOR + "journal?wait=10m"), 401, "--control-token")
    answer = at(server.port, DOOR + "journal?wait=10m", headers={**BEARER, "Origin": "https://evil.example"})
    refused(answer, 403, "another site")
    refused(at(server.port, DOOR + "journal?wait=10m", headers={**BEARER, "Sec-Fetch-Site": "cross-site"}), 403, "another site")


def test_the_token_stands_in_no_log(start):
    server = start("--control-token", TOKEN, "--log-level", "debug")
    advance(server, headers=BEARER)
    advance(server, headers={"Authorization": f"Bearer {TOKEN}x"})
    assert TOKEN not in server.log()


def test_a_port_and_a_token_hold_together(start):
    server = start("--control", "0", "--control-token", TOKEN)
    port = server.said["control_port"]
    assert at(port, DOOR + "clock").status_code == 401
    assert at(port, DOOR + "clock", headers=BEARER).status_code == 200
    assert server.get(DOOR + "clock", headers=BEARER).status_code == 404


# -- beyond this machine ----------------------------------------------------------------------------------------------


@proves("ADM-01")
@pytest.mark.parametrize("args", [(), ("--control", "0")])
def test_beyond_this_machine_the_door_waits_to_be_asked_for(start, args):
    server = start("--host", "0.0.0.0", *args)
    port = server.said.get("control_port", server.port)
    for method, path in (("GET", "clock"), ("POST", "clock"), ("POST", "tenants"), ("GET", "openapi.json")):
        answer = refused(at(port, DOOR + path, method, json={"advance": "5m"}), 403, "--control-token")
        assert "--control on" in answer.json()["detail"]
    assert at(port, DOOR + "health").status_code == 200
    assert "X-Makeshift-Clock" not in server.get(DISCOVERY).headers


@proves("ADM-01", "ADM-02")
@pytest.mark.parametrize("args, headers", [(("--control", "on"), {}), (("--control-token", TOKEN), BEARER)])
def test_beyond_this_machine_an_open_door_answers_names_it_knows(start, args, headers):
    server = start("--host", "0.0.0.0", "--allow-host", "makeshift.test", *args)
    with_tenant(server, headers=headers)
    for door in (DOOR, "/t/mine" + DOOR):
        for name in ("localhost", "makeshift.test"):
            assert server.get(door + "clock", headers={**headers, "Host": name}).status_code == 200, name
        strange = server.request("POST", door + "clock", json={"advance": "5m"}, headers={**headers, "Host": "evil.example"})
        refused(strange, 421, "--allow-host evil.example")
        assert server.get(door + "clock", headers=headers).json()["moved"] == 0
    # All else answers any name there.
    assert server.get(DISCOVERY, headers={"Host": "evil.example"}).status_code == 200


@proves("ADM-03")
def test_nothing_that_may_be_read_without_the_token_changes_anything(start):
    server = start("--control-token", TOKEN)
    before = server.get(DOOR + "clock", headers=BEARER).json()
    for method in ("GET", "HEAD", "POST", "DELETE", "PUT", "PATCH"):
        server.request(method, DOOR + "health", json={"advance": "5m"})
    after = server.get(DOOR + "clock", headers=BEARER).json()
    assert (before["moved"], after["moved"]) == (0, 0)
