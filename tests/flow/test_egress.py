"""The server calls nobody, whatever a request names (CWE-918). The kernel ends it if it tries, in every test there
is: each of them asserts that its server left with 0."""

import pathlib
import socket

from support import AUTHORIZE, DISCOVERY, LOGOUT, REGISTER, TOKEN, authorize_params, proves


@proves("ADM-04")
def test_every_thread_is_kept_from_connecting(server):
    assert server.get(DISCOVERY).status_code == 200
    threads = list(pathlib.Path(f"/proc/{server.pid}/task").iterdir())
    assert len(threads) > 2
    serving = [thread for thread in threads if thread.name != str(server.pid)]
    for thread in [*serving, pathlib.Path(f"/proc/{server.pid}")]:
        status = dict(line.split(":\t", 1) for line in (thread / "status").read_text("ascii").splitlines()
                      if ":\t" in line)
        assert (status["Seccomp"], status["NoNewPrivs"]) == ("2", "1"), thread


@proves("ADM-04")
def test_no_url_in_a_request_is_called(start):
    server = start("--profile", "standard", "--login", "page")
    with socket.create_server(("127.0.0.1", 0)) as trap:
        url = f"http://127.0.0.1:{trap.getsockname()[1]}/trap"
        for name in ("request_uri", "registration", "sector_identifier_uri", "logo_uri", "resource", "redirect_uri",
                     "id_token_hint", "login_hint", "claims", "client_id"):
            server.get(AUTHORIZE, params=authorize_params(**{name: url}))
        urls = {name: url for name in ("jwks_uri", "logo_uri", "client_uri", "policy_uri", "tos_uri", "initiate_login_uri",
                                       "sector_identifier_uri", "backchannel_logout_uri", "frontchannel_logout_uri",
                                       "software_statement")}
        for name in urls:
            server.post(REGISTER, json={"redirect_uris": [url], "request_uris": [url], name: url})
        server.post(REGISTER, json={"redirect_uris": [url], "jwks": {"keys": [{"kty": "RSA", "x5u": url}]},
                                    "token_endpoint_auth_method": "private_key_jwt"})
        server.post(TOKEN, {"client_id": url, "client_assertion": url, "grant_type": url})
        server.get(LOGOUT, params={"post_logout_redirect_uri": url, "id_token_hint": url})
        trap.setblocking(False)
        try:
            caller, _ = trap.accept()
        except BlockingIOError:
            caller = None
        assert caller is None, "the server called the URL of a request"
    server.secrets.discard(url)  # it stood in id_token_hint, too
    assert server.get(DISCOVERY).status_code == 200
