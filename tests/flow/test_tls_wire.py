"""https under odd clients, odd certificates, and a server that ends."""

import pathlib
import socket
import ssl
import subprocess
import time

import pytest
import requests
from support import AUTHORIZE, DISCOVERY, TOKEN, read_answers
from support_load import closed_by_server
from support_tls import HEALTH, connect, hello, refusal

GET = b"GET " + HEALTH.encode() + b" HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
SAN = ("-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1")
CA = ("-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign")


@pytest.fixture
def secure(start, tmp_path):
    return start("--tls", "auto", "--tls-dir", tmp_path / "tls")


def ask(server, host=b"localhost", ca=None, **options):
    """The answer to one request on a connection of its own."""
    with connect(server.port, ca or server.said["ca"], **options) as connection:
        connection.sendall(GET % host)
        return read_answers(connection)


def issue(folder, name, *more, by=None, key="P-256"):
    """NAME.pem and NAME.key in the folder: OpenSSL's, self-signed, or issued by another of them."""
    kind = [key] if key.startswith(("rsa", "ed")) else ["ec", "-pkeyopt", f"ec_paramgen_curve:{key}"]
    issuer = ["-CA", folder / f"{by}.pem", "-CAkey", folder / f"{by}.key"] if by else []
    subprocess.run(["openssl", "req", "-x509", "-newkey", *kind, "-nodes", "-days", "30", "-subj", f"/CN={name}",
                    "-keyout", folder / f"{name}.key", "-out", folder / f"{name}.pem", *issuer, *more],
                   check=True, capture_output=True, timeout=60)
    return folder / f"{name}.pem", folder / f"{name}.key"


# -- certificates of one's own ------------------------------------------------------------------------

@pytest.mark.parametrize("key", ["P-256", "P-384", "P-521", "rsa:2048", "rsa:4096", "ed25519", "ed448"])
def test_keys_of_each_kind_are_served(start, tmp_path, key):
    pem, private = issue(tmp_path, "own", *SAN, key=key)
    assert ask(start("--tls-cert", pem, "--tls-key", private), ca=pem).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("key", ["P-224", "secp256k1", "brainpoolP256r1", "rsa:1024", "explicit"])
def test_a_key_that_tls_does_not_take_is_refused_at_once(start, tmp_path, key):
    more = ["-pkeyopt", "ec_param_enc:explicit"] if key == "explicit" else []
    pem, private = issue(tmp_path, "own", *more, *SAN, key="P-256" if more else key)
    line = refusal(start, "--tls-cert", pem, "--tls-key", private)
    assert line.startswith(f"--tls-key: {private} holds a key that TLS does not take; make one of RSA with 2048 bits or more, ")


@pytest.mark.parametrize("second", [
    lambda pem: pem[:200], lambda pem: pem.replace("\n", "\n!", 3), lambda pem: pem[:27] + "\nAAAA\n-----END CERTIFICATE-----\n",
], ids=["cut off", "not base64", "nothing in it"])
def test_a_chain_that_is_damaged_behind_its_first_certificate_is_refused(start, tmp_path, second):
    pem, private = issue(tmp_path, "own", *SAN)
    pem.write_text(pem.read_text() + second(pem.read_text()))
    line = refusal(start, "--tls-cert", pem, "--tls-key", private)
    assert line.startswith(f"--tls-cert: {pem} holds a certificate that is damaged or cut off; write the chain out again")


def test_text_around_the_certificates_does_no_harm(start, tmp_path):
    pem, private = issue(tmp_path, "own", *SAN)
    pem.write_text(f"before\n{pem.read_text()}behind\n")
    assert ask(start("--tls-cert", pem, "--tls-key", private), ca=pem).startswith(b"HTTP/1.1 200 ")


def test_the_chain_behind_a_certificate_is_sent(start, tmp_path):
    root, _ = issue(tmp_path, "root", *CA)
    middle, _ = issue(tmp_path, "middle", *CA, by="root")
    pem, private = issue(tmp_path, "own", *SAN, "-addext", "basicConstraints=critical,CA:FALSE", by="middle")
    chain = tmp_path / "chain.pem"
    chain.write_bytes(pem.read_bytes() + middle.read_bytes())
    assert ask(start("--tls-cert", chain, "--tls-key", private), ca=root).startswith(b"HTTP/1.1 200 ")
    bare = start("--tls-cert", pem, "--tls-key", private)
    with pytest.raises(ssl.SSLCertVerificationError):
        ask(bare, ca=root)


def test_an_authority_of_somebody_elses_that_is_put_there_signs(start, tmp_path):
    pem, key = issue(tmp_path, "root", *CA, key="rsa:2048")
    directory = tmp_path / "tls"
    directory.mkdir()
    pem.rename(directory / "ca.pem")
    key.rename(directory / "ca-key.pem")
    before = (directory / "ca.pem").read_bytes()
    server = start("--tls", "auto", "--tls-dir", directory)
    assert ask(server).startswith(b"HTTP/1.1 200 ")
    assert (directory / "ca.pem").read_bytes() == before


def test_a_start_that_was_killed_between_two_files_is_finished_by_the_next(secure, tmp_path):
    directory = tmp_path / "tls"
    trusted = (directory / "ca.pem").read_bytes()
    for name in ("ca", "server"):
        assert secure.stop() == 0
        key = directory / f"{name}-key.pem"
        key.rename(directory / f".{name}-key.pem.new")
        secure.restart()
        assert ask(secure).startswith(b"HTTP/1.1 200 ")
        assert key.exists() and not (directory / f".{name}-key.pem.new").exists()
        assert (directory / "ca.pem").read_bytes() == trusted
    assert secure.stop() == 0
    for path in directory.iterdir():  # nothing but a key that is half written
        path.unlink()
    (directory / ".ca-key.pem.new").write_text("-----BEGIN PRIV")
    secure.restart()
    assert ask(secure).startswith(b"HTTP/1.1 200 ")
    assert not list(directory.glob(".*"))


def test_another_authority_signs_another_certificate(secure, tmp_path):
    directory = tmp_path / "tls"
    assert secure.stop() == 0
    for name in ("ca.pem", "ca-key.pem"):
        (directory / name).unlink()
    secure.restart()
    assert ask(secure).startswith(b"HTTP/1.1 200 ")


# -- names ---------------------------------------------------------------------------------------------

def test_a_name_of_the_certificate_is_answered_and_another_is_not(start, tmp_path):
    server = start("--tls", "auto", "--tls-dir", tmp_path / "tls", "--tls-name", "App.test", "--tls-name", "::2")
    for host in (b"app.test", b"app.test:%d" % server.port, b"[::2]", b"localhost:443"):
        assert ask(server, host).startswith(b"HTTP/1.1 200 ")
    assert ask(server, b"other.test").startswith(b"HTTP/1.1 421 ")


@pytest.mark.parametrize("given, host", [("fd00:0::1", "[fd00::1]"), ("[FD00::1]", "[fd00:0:0::1]"), ("::ffff:10.0.0.1", "[::ffff:a00:1]")])
def test_a_name_is_known_however_it_is_spelt(start, tmp_path, given, host):
    server = start("--tls", "auto", "--tls-dir", tmp_path / "tls", "--tls-name", given)
    assert ask(server, host.encode()).startswith(b"HTTP/1.1 200 ")
    assert ask(server, host.encode(), name=given.strip("[]")).startswith(b"HTTP/1.1 200 ")


def test_a_name_that_is_missing_is_missed_on_the_certificate_too(start, tmp_path):
    server = start("--tls", "auto", "--tls-dir", tmp_path / "tls")
    assert b"'other.test' is not served here; add it with --tls-name other.test, which is for the certificate too" in \
        ask(server, b"other.test")


@pytest.mark.parametrize("args, name", [(["--issuer", "https://op.test"], "op.test"), (["--issuer", "https://[fd00::2]:1"], "fd00::2"),
                                        (["--host", "127.0.0.2"], "127.0.0.2")])
def test_the_hosts_of_the_other_options_are_on_the_certificate(start, tmp_path, args, name):
    server = start("--tls", "auto", "--tls-dir", tmp_path / "tls", *args)
    address = name if name.startswith("127.") else "127.0.0.1"
    host = f"[{name}]" if ":" in name else name
    assert ask(server, host.encode(), name=name, address=address).startswith(b"HTTP/1.1 200 ")


def test_everywhere_is_no_name_of_a_certificate(start, tmp_path):
    server = start("--tls", "auto", "--tls-dir", tmp_path / "tls", "--host", "0.0.0.0")
    server.wait_log('names="localhost 127.0.0.1 ::1"')


def test_an_issuer_that_was_given_stays(start, tmp_path):
    server = start("--tls", "auto", "--tls-dir", tmp_path / "tls", "--issuer", "https://op.test:8444", "--tls-name", "op.test")
    assert server.issuer == "https://op.test:8444"
    assert b'"issuer":"https://op.test:8444"' in ask(server, b"op.test:8444", name="op.test")


def test_variables_set_the_options(start, tmp_path):
    server = start(env={"MAKESHIFT_TLS": "auto", "MAKESHIFT_TLS_DIR": str(tmp_path / "tls"), "MAKESHIFT_TLS_NAME": "a.test,b.test"})
    for name in ("a.test", "b.test"):
        assert ask(server, name.encode(), name=name).startswith(b"HTTP/1.1 200 ")


# -- the wire ------------------------------------------------------------------------------------------

def test_a_byte_now_and_then_does_not_prolong_a_handshake(start, tmp_path):
    secure = start("--tls", "auto", "--tls-dir", tmp_path / "tls", "--header-timeout", "2")
    sent, began = hello(), time.monotonic()
    with socket.create_connection(("127.0.0.1", secure.port)) as connection:
        connection.settimeout(0.3)
        for at in range(len(sent)):
            try:
                connection.sendall(sent[at:at + 1])
                assert connection.recv(1) == b""
                break
            except TimeoutError:
                assert time.monotonic() - began < 20
            except ConnectionError:
                break
    assert 1.5 < time.monotonic() - began < 20


def test_the_log_says_that_plain_http_came(secure):
    with socket.create_connection(("127.0.0.1", secure.port), timeout=15) as connection:
        connection.sendall(GET % b"localhost")
        assert connection.recv(65536)[:5] != b"HTTP/"
    secure.wait_log("plain HTTP came to the HTTPS port; the client's URL has to begin with https://")


@pytest.mark.parametrize("data", [b"\0" * 400, b"\x16\x03\x01\xff\xff" + b"x" * 70000, bytes(range(256)) * 20],
                         ids=["zeros", "a record too long", "noise"])
def test_bytes_that_are_no_handshake_end_the_connection_and_nothing_else(secure, data):
    with socket.create_connection(("127.0.0.1", secure.port), timeout=20) as connection:
        try:
            connection.sendall(data)
            while connection.recv(65536):
                pass
        except ConnectionError:
            pass
    assert ask(secure).startswith(b"HTTP/1.1 200 ")


def test_a_long_answer_arrives_whole(secure):
    """Longer than a TLS record, and the connection serves on."""
    with requests.Session() as session:
        session.trust_env = False
        for _ in range(3):
            answer = session.get(secure.base + AUTHORIZE + "?state=" + "s" * 15000, verify=secure.said["ca"],
                                 allow_redirects=False, timeout=15)
            assert len(answer.content) == int(answer.headers["Content-Length"]) > 0
        assert session.get(secure.base + DISCOVERY, verify=secure.said["ca"], timeout=15).status_code == 200


def test_a_request_in_flight_is_answered_before_the_end(secure):
    with connect(secure.port, secure.said["ca"]) as connection:
        connection.sendall(b"POST " + TOKEN.encode() + b" HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
                           b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 3\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 100 ")
        secure.process.terminate()
        secure.wait_log("SIGTERM: finishing")
        connection.sendall(b"a=b")
        assert read_answers(connection).startswith(b"HTTP/1.1 40")
    assert secure.exit_code() == 0


def begin_post(connection):
    """A request in flight: the answer to its headers says so, and its body is still to come."""
    connection.sendall(b"POST " + TOKEN.encode() + b" HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
                       b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 3\r\n\r\n")
    assert connection.recv(100).startswith(b"HTTP/1.1 100 ")


def test_both_ports_stop_at_once_and_end_together(start, tmp_path):
    server = start("--tls", "auto", "--tls-dir", tmp_path / "tls", "--https-port", "0", "--stop-timeout", "2")
    secure_port = server.said["https_port"]
    with socket.create_connection(("127.0.0.1", server.port), timeout=15) as plain, \
            connect(secure_port, server.said["ca"]) as secure:
        begin_post(plain)
        begin_post(secure)
        began = time.monotonic()
        server.process.terminate()
        server.wait_log("SIGTERM: finishing")
        for port in (server.port, secure_port):  # the first may come before it has begun to finish
            attempts = (socket.create_connection(("127.0.0.1", port), timeout=15) for _ in range(10))
            assert any(closed_by_server(late, 0.3) for late in attempts)
        assert server.exit_code(15) == 0
        assert 1.5 < time.monotonic() - began < 6


def test_every_thread_is_kept_from_connecting_with_tls_too(secure):
    assert ask(secure).startswith(b"HTTP/1.1 200 ")
    threads = list(pathlib.Path(f"/proc/{secure.pid}/task").iterdir())
    assert len(threads) > 2
    for thread in threads:
        assert "\nSeccomp:\t2\n" in (thread / "status").read_text("ascii"), thread
