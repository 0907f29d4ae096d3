"""https: an authority of the server's own, certificates that somebody brings, and both listeners at once.

Judges: Python's ssl and requests (OpenSSL), curl, and the openssl command."""

import concurrent.futures
import datetime
import os
import socket
import ssl
import subprocess
import time

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from support import WEB_SECRET, authorize, authorize_params, parse_answer, proves, sign_in, userinfo
from support_tls import HEALTH, connect, hello, refusal

DISCOVERY = "/.well-known/openid-configuration"


@pytest.fixture
def directory(tmp_path):
    return tmp_path / "tls"


def auto(start, directory, *args, **options):
    return start("--tls", "auto", "--tls-dir", directory, *args, **options)


def curl(*args):
    return subprocess.run(["curl", "-sS", *args], capture_output=True, text=True, timeout=30, check=False)


def openssl(*args):
    return subprocess.run(["openssl", *args], capture_output=True, text=True, timeout=30, check=True).stdout


# -- the authority and its certificate ----------------------------------------------------------------

@pytest.mark.parametrize("name, address", [("localhost", "127.0.0.1"), ("localhost", "::1"), ("127.0.0.1", "127.0.0.1"),
                                           ("::1", "::1"), ("makeshift.test", "127.0.0.1"), ("10.1.2.3", "127.0.0.1")])
def test_a_client_that_trusts_the_ca_alone_connects_by_every_name(start, directory, name, address):
    server = auto(start, directory, "--tls-name", "makeshift.test", "--tls-name", "10.1.2.3")
    with connect(server.port, server.said["ca"], name, address) as connection:
        host = f"[{name}]" if ":" in name else name
        connection.sendall(f"GET {HEALTH} HTTP/1.1\r\nHost: {host}:{server.port}\r\nConnection: close\r\n\r\n".encode())
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    assert parse_answer(answer)[0] == 200


def test_a_client_without_the_ca_does_not_connect(start, directory):
    server = auto(start, directory)
    with pytest.raises(ssl.SSLCertVerificationError, match="unable to get local issuer"):
        connect(server.port)
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        connect(server.port, server.said["ca"], "other.test")


def test_the_chain_is_right_in_the_eyes_of_openssl(start, directory):
    auto(start, directory, "--tls-name", "makeshift.test")
    ca, leaf = directory / "ca.pem", directory / "server.pem"
    for name in ("localhost", "makeshift.test"):
        assert "OK" in openssl("verify", "-x509_strict", "-purpose", "sslserver", "-verify_hostname", name,
                               "-CAfile", ca, leaf)
    for address in ("127.0.0.1", "::1"):
        assert "OK" in openssl("verify", "-x509_strict", "-verify_ip", address, "-CAfile", ca, leaf)
    text = openssl("x509", "-in", leaf, "-noout", "-text")
    assert "CA:FALSE" in text and "TLS Web Server Authentication" in text
    assert "CA:TRUE, pathlen:0" in openssl("x509", "-in", ca, "-noout", "-text")


def test_the_authority_stays_and_the_certificate_changes_with_the_names(start, directory):
    read = lambda: ((directory / "ca.pem").read_bytes(), (directory / "server.pem").read_bytes())  # noqa: E731
    auto(start, directory)
    ca, leaf = read()
    auto(start, directory)
    assert read() == (ca, leaf)
    auto(start, directory, "--tls-name", "added.test")
    assert read()[0] == ca
    assert read()[1] != leaf
    assert "DNS:added.test" in openssl("x509", "-in", directory / "server.pem", "-noout", "-ext", "subjectAltName")


def test_a_certificate_that_is_about_to_end_is_made_again(start, directory):
    auto(start, directory)
    leaf = directory / "server.pem"
    openssl("req", "-x509", "-new", "-key", directory / "server-key.pem", "-subj", "/CN=localhost", "-days", "29",
            "-CA", directory / "ca.pem", "-CAkey", directory / "ca-key.pem", "-out", leaf,
            "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1")
    ending = leaf.read_bytes()
    auto(start, directory)
    assert leaf.read_bytes() != ending


def test_keys_are_for_their_owner_alone(start, directory):
    auto(start, directory)
    modes = {path.name: path.stat().st_mode & 0o777 for path in directory.iterdir()}
    assert modes == {"ca.pem": 0o644, "server.pem": 0o644, "ca-key.pem": 0o600, "server-key.pem": 0o600, "lock": 0o600}
    assert directory.stat().st_mode & 0o777 == 0o700


def test_servers_that_begin_at_once_have_one_authority(start, directory):
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        servers = list(pool.map(lambda _: auto(start, directory), range(4)))
    for server in servers:
        assert server.get(HEALTH, verify=directory / "ca.pem").status_code == 200


def test_without_a_directory_the_users_own_is_taken(start, tmp_path):
    for env, expected in [({"XDG_STATE_HOME": str(tmp_path / "state")}, tmp_path / "state/makeshift/tls"),
                          ({"XDG_STATE_HOME": "", "HOME": str(tmp_path)}, tmp_path / ".local/state/makeshift/tls")]:
        server = start("--tls", "auto", env=env)
        assert server.said["ca"] == str(expected / "ca.pem")
        assert server.get(HEALTH).status_code == 200


def test_the_ca_is_told_on_stdout_and_in_the_log(start, directory):
    server = auto(start, directory, "--log-format", "json")
    assert server.said["ca"] == str(directory / "ca.pem")
    assert server.wait_log(f'"event":"serving https","port":{server.port},"ca":"{directory}/ca.pem"')


# -- what is served over it ---------------------------------------------------------------------------

@proves("DSC-03", "DSC-15")
def test_over_https_the_issuer_and_all_that_hangs_on_it_are_https(start, directory):
    server = auto(start, directory)
    assert server.issuer == f"https://localhost:{server.port}"
    document = server.get(DISCOVERY).json()
    urls = [value for value in document.values() if isinstance(value, str) and "://" in value]
    assert len(urls) > 4
    assert all(url.startswith(server.issuer) for url in urls)


@proves("AUT-48")
def test_a_sign_in_over_https_works_and_its_cookie_is_bound_to_the_host(start, directory):
    server = auto(start, directory)
    tokens = sign_in(server)
    assert userinfo(server, tokens["access_token"]).json()["sub"] == "1001"
    page = server.get("/oauth/v2/authorize", params=authorize_params(prompt="login"))
    cookies = page.headers["Set-Cookie"]
    assert cookies.startswith("__Host-makeshift_session=")
    assert "; Secure" in cookies and "; HttpOnly" in cookies


def test_curl_needs_the_ca_and_nothing_else(start, directory):
    server = auto(start, directory)
    assert curl("--cacert", server.said["ca"], server.issuer + HEALTH).stdout.startswith('{"status":"ok"')
    refused = curl(server.issuer + HEALTH)
    assert refused.returncode == 60 and "certificate" in refused.stderr


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
@pytest.mark.parametrize("version, is_spoken", [("TLSv1_3", True), ("TLSv1_2", True), ("TLSv1_1", False), ("TLSv1", False)])
def test_tls_1_2_and_1_3_are_spoken_and_no_older_one(start, directory, version, is_spoken):
    server = auto(start, directory)
    context = ssl.create_default_context(cafile=server.said["ca"])
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = ssl.TLSVersion[version]
    if is_spoken:
        with connect(server.port, context=context) as connection:
            assert connection.version() == version.replace("_", ".")
        return
    with pytest.raises(ssl.SSLError, match="has been closed|EOF occurred|alert protocol version"):
        connect(server.port, context=context)


def test_http_and_https_show_the_same_state(start, directory):
    server = auto(start, directory, "--https-port", "0")
    assert server.base == f"http://localhost:{server.port}"
    assert server.issuer == f"https://localhost:{server.said['https_port']}"
    assert server.get(DISCOVERY).json()["issuer"] == server.issuer
    code = authorize(server)
    other = requests.post(server.issuer + "/oauth/v2/token", verify=server.said["ca"], timeout=30, data={
        "grant_type": "authorization_code", "client_id": "demo-web", "client_secret": WEB_SECRET,
        "redirect_uri": "http://localhost:3000/cb", "code": code["code"]})
    assert other.status_code == 200
    assert userinfo(server, other.json()["access_token"]).json()["sub"] == "1001"


def test_a_certificate_of_ones_own_is_served(start, directory, tmp_path):
    auto(start, directory)
    server = start("--tls-cert", directory / "server.pem", "--tls-key", directory / "server-key.pem")
    assert "ca" not in server.said
    answer = requests.get(f"{server.issuer}{HEALTH}", verify=directory / "ca.pem", timeout=30)
    assert answer.json()["issuer"] == f"https://localhost:{server.port}"


def test_a_certificate_that_has_expired_is_served_with_a_warning(start, tmp_path):
    begin = datetime.datetime(2020, 1, 1)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = x509.CertificateBuilder(name, name, key.public_key(), 1, begin, begin + datetime.timedelta(days=1))
    (tmp_path / "cert.pem").write_bytes(certificate.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    (tmp_path / "key.pem").write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    server = start("--tls-cert", tmp_path / "cert.pem", "--tls-key", tmp_path / "key.pem")
    server.wait_log("cert.pem has expired")
    assert requests.get(f"{server.issuer}{HEALTH}", verify=False, timeout=30).status_code == 200


# -- clients that misbehave ---------------------------------------------------------------------------

def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.parametrize("share", [0, 1, 100, None])
def test_half_a_handshake_costs_nothing_and_is_cut_off(start, directory, share):
    server = auto(start, directory, "--header-timeout", "3")
    sent = hello()[:share]
    began, spent = time.monotonic(), cpu_seconds(server.pid)
    waiting = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(10)]
    for connection in waiting:
        connection.sendall(sent)
    assert server.get(HEALTH).status_code == 200
    for connection in waiting:
        connection.settimeout(30)
        while connection.recv(65536):
            pass
        connection.close()
    took = time.monotonic() - began
    assert 2 < took < 15
    assert cpu_seconds(server.pid) - spent < took / 10


def test_plain_http_at_the_https_port_is_closed(start, directory):
    server = auto(start, directory)
    with socket.create_connection(("127.0.0.1", server.port), timeout=15) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answer = connection.recv(65536)
    assert b"HTTP" not in answer
    assert server.get(HEALTH).status_code == 200


def test_many_handshakes_at_once_are_all_served(start, directory):
    server = auto(start, directory)
    with concurrent.futures.ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: server.get(HEALTH).status_code, range(100)))
    assert answers == [200] * 100


def test_a_body_that_is_too_large_is_read_and_then_refused(start, directory):
    server = auto(start, directory)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for size, status in ((65536, 400), (65537, 413), (10_000_000, 413)):
        assert server.post("/oauth/v2/token", data=b"x" * size, headers=form).status_code == status


def test_a_body_that_is_far_too_large_is_refused_before_it_is_read(start, directory):
    server = auto(start, directory)
    with connect(server.port, server.said["ca"]) as connection:
        connection.sendall(b"POST /oauth/v2/token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 16777217\r\n\r\n")
        assert connection.recv(65536).startswith(b"HTTP/1.1 413 ")


# -- mistakes -----------------------------------------------------------------------------------------

@pytest.mark.parametrize("args, words", [
    (["--tls", "yes"], '--tls: "yes" is not a way to have a certificate: off or auto'),
    (["--tls", "auto", "--tls-name", "a b"],
     '--tls-name: "a b" is not a host name or an address; leave the blanks out, and give each name by itself'),
    (["--tls", "auto", "--tls-name", "my_host"],
     '--tls-name: "my_host" is not a host name or an address; give the host a name without underscores, such as an alias'),
    (["--tls", "auto", "--tls-name", ""], '--tls-name: "" is not a host name or an address; leave the empty item out'),
    (["--tls", "auto", "--tls-name", "a.test:8443"], '--tls-name: "a.test:8443" is not a host name or an address; leave the port out'),
    (["--tls", "auto", "--tls-name", "https://a.test"],
     '--tls-name: "https://a.test" is not a host name or an address; leave the scheme and the path out'),
    (["--tls", "auto", "--tls-name", "-a.test"], '--tls-name: "-a.test" is not a host name or an address'),
    (["--tls", "auto", "--tls-name", "1.2.3"], '--tls-name: "1.2.3" is not a host name or an address'),
    (["--tls-cert", "c.pem"], "--tls-cert needs --tls-key, the file with its key"),
    (["--tls-key", "k.pem"], "--tls-key needs --tls-cert, the file with its certificate"),
    (["--tls", "auto", "--tls-cert", "c.pem", "--tls-key", "k.pem"],
     "--tls auto makes a certificate, and --tls-cert names one; give one of the two"),
    (["--tls-name", "a.test"], "--tls-name is about the certificate that --tls auto makes; give --tls auto too"),
    (["--tls-dir", "d"], "--tls-dir is about the certificate that --tls auto makes; give --tls auto too"),
    (["--https-port", "0"], "--https-port needs a certificate: give --tls auto, or --tls-cert and --tls-key"),
    (["--tls", "auto", "--port", "4711", "--https-port", "4711"],
     "--https-port is the port of --port; give another, or 0 for a free one"),
    (["--tls", "off", "--tls-cert", "c.pem", "--tls-key", "k.pem"],
     "--tls off serves without a certificate, and --tls-cert names one; give one of the two"),
    (["--tls-cert", "c.pem", "--tls-key", "k.pem", "--tls-name", "a.test"],
     "--tls-name is about the certificate that --tls auto makes; leave it out beside --tls-cert, and give --allow-host "
     "for each name that is to be answered"),
    (["--tls-cert", "c.pem", "--tls-key", "k.pem", "--tls-dir", "d"],
     "--tls-dir is about the certificate that --tls auto makes; leave it out beside --tls-cert"),
    (["--tls", "auto", "--issuer", "HTTP://localhost:8080"],
     "--issuer begins with http, but https alone is served; begin it with https://, or give --https-port to serve http too"),
    (["--https-port", "70000"], '--https-port: "70000" is not a port: 0 to 65535'),
], ids=lambda value: value if isinstance(value, str) else "")
def test_options_that_do_not_go_together_are_refused(start, args, words):
    assert refusal(start, *args) == words


@pytest.mark.parametrize("env, words", [
    ({"MAKESHIFT_TLS": "off", "MAKESHIFT_TLS_CERT": "c.pem", "MAKESHIFT_TLS_KEY": "k.pem"},
     "MAKESHIFT_TLS=off serves without a certificate, and MAKESHIFT_TLS_CERT names one; give one of the two"),
    ({"MAKESHIFT_TLS_KEY": "k.pem"}, "MAKESHIFT_TLS_KEY needs --tls-cert, the file with its certificate"),
    ({"MAKESHIFT_TLS_NAME": "a.test"}, "MAKESHIFT_TLS_NAME is about the certificate that --tls auto makes; give --tls auto too"),
    ({"MAKESHIFT_HTTPS_PORT": "0"}, "MAKESHIFT_HTTPS_PORT needs a certificate: give --tls auto, or --tls-cert and --tls-key"),
    ({"MAKESHIFT_TLS": "auto", "MAKESHIFT_ISSUER": "http://a.test"},
     "MAKESHIFT_ISSUER begins with http, but https alone is served; begin it with https://, or give --https-port to serve http too"),
])
def test_variables_that_do_not_go_together_are_named(start, env, words):
    assert refusal(start, env=env) == words


def test_an_issuer_of_http_beside_https_is_warned_of(start, directory):
    server = auto(start, directory, "--https-port", "0", "--issuer", "http://localhost:1")
    server.wait_log('level=warn event="http://localhost:1 is the issuer: discovery leads to http, and cookies are not Secure')


def test_files_that_cannot_be_used_are_refused_with_their_name(start, directory, tmp_path):
    auto(start, directory)
    cert, key = directory / "server.pem", directory / "server-key.pem"
    garbage, locked = tmp_path / "garbage.pem", tmp_path / "locked.pem"
    garbage.write_text("no PEM\n")
    openssl("pkcs8", "-topk8", "-in", key, "-out", locked, "-passout", "pass:secret")
    for option, args in [
            ("--tls-cert", [tmp_path / "none.pem", key]), ("--tls-key", [cert, tmp_path / "none.pem"]),
            ("--tls-cert", [garbage, key]), ("--tls-key", [cert, garbage]), ("--tls-key", [cert, locked]),
            ("--tls-key", [cert, directory / "ca-key.pem"])]:
        wrong = args[0 if option == "--tls-cert" else 1]
        line = refusal(start, "--tls-cert", args[0], "--tls-key", args[1])
        assert line.startswith(f"{option}: {wrong} ")
        assert "is encrypted; write it out without a password" in line or wrong != locked


def test_a_file_that_is_no_pem_is_told_with_a_fix(start, directory, tmp_path):
    auto(start, directory)
    der, big = tmp_path / "cert.der", tmp_path / "big.pem"
    openssl("x509", "-in", directory / "server.pem", "-outform", "der", "-out", der)
    big.write_text("x" * 300000)
    for path, words in [(der, "holds no certificate in PEM; name the file that begins with -----BEGIN CERTIFICATE-----, "
                              "or make it of one in DER: openssl x509 -inform der"),
                        (big, "is larger than 262144 bytes, the limit; name a file of PEM that can be read")]:
        assert refusal(start, "--tls-cert", path, "--tls-key", directory / "server-key.pem") == f"--tls-cert: {path} {words}"


def test_an_encrypted_key_of_a_ca_has_one_fix(start, directory):
    auto(start, directory)
    key = directory / "ca-key.pem"
    openssl("pkcs8", "-topk8", "-in", key, "-out", directory / "locked", "-passout", "pass:secret")
    (directory / "locked").rename(key)
    assert refusal(start, "--tls", "auto", "--tls-dir", directory) == (
        f"--tls-dir: {key} is encrypted; write it out without a password: openssl pkey -in FILE -out NEW, or name another directory")


@pytest.mark.parametrize("name, text", [("ca.pem", "no PEM\n"), ("ca-key.pem", "no PEM\n"), ("ca-key.pem", None)])
def test_an_authority_that_is_damaged_is_neither_used_nor_replaced(start, directory, name, text):
    auto(start, directory)
    if text is None:
        (directory / name).unlink()
    else:
        (directory / name).write_text(text)
    before = {path.name: path.read_bytes() for path in directory.iterdir()}
    line = refusal(start, "--tls", "auto", "--tls-dir", directory)
    assert line.startswith(f"--tls-dir: {directory}/ca")
    assert "remove ca.pem and ca-key.pem there, and a new CA is made, or name another directory" in line
    assert {path.name: path.read_bytes() for path in directory.iterdir()} == before


def dangling(directory, name):
    (directory / name).unlink()
    (directory / name).symlink_to(directory / "nowhere.pem")


@pytest.mark.parametrize("change, words", [
    (lambda there: (there / "ca.pem").unlink(), "ca-key.pem stands without ca.pem; put that beside it, or move it away"),
    (lambda there: dangling(there, "ca.pem"), "ca.pem cannot be opened: No such file"),
    (lambda there: (there / "server.pem").unlink(), "server-key.pem is not makeshift's"),
    (lambda there: dangling(there, "server-key.pem"), "server-key.pem cannot be opened: No such file"),
    (lambda there: (there / "server-key.pem").write_bytes((there / "ca-key.pem").read_bytes()), "server-key.pem is not makeshift's"),
    (lambda there: openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost",
                           "-keyout", there / "server-key.pem", "-out", there / "server.pem"),
     "server.pem is not makeshift's, and is not what ca.pem signs"),
], ids=["a CA's key alone", "a CA's certificate elsewhere", "a key alone", "a key elsewhere", "another's key", "another's pair"])
def test_a_key_that_somebody_put_there_is_not_replaced(start, directory, change, words):
    auto(start, directory)
    change(directory)
    read = lambda: {path.name: path.is_symlink() or path.read_bytes() for path in directory.iterdir()}  # noqa: E731
    before = read()
    line = refusal(start, "--tls", "auto", "--tls-dir", directory)
    assert line.startswith(f"--tls-dir: {directory}/{words}"), line
    assert "or name another directory" in line or "cannot be opened" in line
    assert read() == before


def test_a_pair_of_somebody_elses_that_fits_is_served(start, directory):
    auto(start, directory)
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384", "-sha384", "-nodes", "-days", "60",
            "-subj", "/CN=mine", "-keyout", directory / "server-key.pem", "-out", directory / "server.pem",
            "-CA", directory / "ca.pem", "-CAkey", directory / "ca-key.pem",
            "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1")
    before = (directory / "server.pem").read_bytes()
    assert auto(start, directory).get(HEALTH).status_code == 200
    assert (directory / "server.pem").read_bytes() == before


def test_the_log_says_what_was_made(start, directory):
    first = auto(start, directory, "--log-format", "json")
    first.wait_log(f'"event":"made a new CA","ca":"{directory}/ca.pem"')
    first.wait_log(f'"event":"made a certificate","names":"localhost 127.0.0.1 ::1","certificate":"{directory}/server.pem"')
    second = auto(start, directory, "--tls-name", "a.test")
    second.wait_log("serving https")
    assert "made a new CA" not in second.log() and "made a certificate" in second.log()


def test_a_directory_that_cannot_be_made_is_refused(start, tmp_path):
    (tmp_path / "file").write_text("")
    line = refusal(start, "--tls", "auto", "--tls-dir", tmp_path / "file" / "tls")
    assert line == f"--tls-dir: {tmp_path}/file/tls cannot be made: Not a directory; name another directory"


def test_without_a_home_a_directory_has_to_be_named(start):
    line = refusal(start, "--tls", "auto", env={"XDG_STATE_HOME": "", "HOME": ""})
    assert line == "--tls: there is no HOME to keep the CA in; give --tls-dir"


def test_an_https_port_that_is_taken_is_told(start, directory):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        line = refusal(start, "--tls", "auto", "--tls-dir", directory, "--https-port", port)
    assert line == f"port {port} is taken; choose another with --https-port, or --https-port 0 for a free one"
