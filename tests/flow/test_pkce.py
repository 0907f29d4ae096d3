"""PKCE (RFC 7636): S256, wanted of public clients, and held to by whoever began with it."""

import pathlib
import re

import pytest

from support import ROOT, assert_error, authorize, pkce, proves, redeem, s256
from support_refusals import ask, redirected_refusal

pytestmark = [pytest.mark.shared_server, pytest.mark.tenants]

# RFC 7636 Appendix B.
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

every_public_client = pytest.mark.parametrize("client_id", ["demo-spa", "demo-native"])


def challenged(server, verifier, client_id="demo-web", **params):
    """A code bound to the S256 of `verifier`."""
    server.secret(verifier)
    return authorize(server, client_id, code_challenge=s256(verifier),
                     code_challenge_method="S256", **params)["code"]


@proves("PKC-12", "PKC-13")
def test_the_example_of_rfc_7636_is_taken(server):
    code = authorize(server, code_challenge=CHALLENGE, code_challenge_method="S256")["code"]
    assert redeem(server, code, code_verifier=VERIFIER).status_code == 200


@proves("PKC-01", "AUT-47", "NAT-07")
@every_public_client
def test_a_public_client_without_a_challenge_is_refused(server, client_id):
    for challenge in (None, ""):
        description = redirected_refusal(ask(server, client_id, code_challenge=challenge),
                                         "invalid_request")
        assert "code_challenge is missing" in description
        assert "S256" in description


@proves("PKC-02", "PKC-03")
def test_only_s256_is_served_and_no_method_means_plain(server):
    for client_id in ("demo-web", "demo-spa", "demo-native", "demo-custom-app"):
        for method in (None, "", "plain", "s256", "S512", "SHA-256", "none"):
            for challenge in (CHALLENGE, VERIFIER):
                description = redirected_refusal(
                    ask(server, client_id, code_challenge=challenge, code_challenge_method=method),
                    "invalid_request")
                assert "code_challenge_method must be S256" in description


@proves("PKC-04")
def test_a_method_without_a_challenge_is_refused(server):
    for client_id in ("demo-web", "demo-spa"):
        for method in ("S256", "plain"):
            redirected_refusal(ask(server, client_id, code_challenge_method=method),
                               "invalid_request")


@proves("PKC-05")
def test_a_challenge_is_43_characters_of_base64url_without_padding(server):
    bad = [CHALLENGE + "=", CHALLENGE[:42], CHALLENGE + "A", CHALLENGE[:42] + "=", "A", "A" * 86,
           CHALLENGE.replace("-", "+"), CHALLENGE.replace("-", "/"), CHALLENGE[:-1] + " ",
           CHALLENGE.replace("-", "."), CHALLENGE.replace("-", "~"), CHALLENGE[:-1] + "\u00e9",
           " " + CHALLENGE[1:], CHALLENGE + "\n",
           "13d31e961a1ad8ec2f16b10c4c982e0876a878ad6df144566ee1894acb70f9c3"]
    for challenge in bad:
        for client_id in ("demo-spa", "demo-web"):
            description = redirected_refusal(
                ask(server, client_id, code_challenge=challenge, code_challenge_method="S256"),
                "invalid_request")
            assert "43 characters" in description


@proves("PKC-06")
@every_public_client
def test_a_verifier_has_43_to_128_unreserved_characters(server, client_id):
    for verifier in ("a" * 42, "a" * 129, "a" * 42 + "+", "a" * 42 + "/", "a" * 42 + "=",
                     "a" * 42 + " ", "a" * 42 + "%", "a" * 42 + "\u00e9", "x"):
        code = authorize(server, client_id, code_challenge=CHALLENGE, code_challenge_method="S256")
        answer = redeem(server, code["code"], client_id, code_verifier=verifier)
        assert "43 to 128" in assert_error(answer, "invalid_request")
    for verifier in ("a" * 43, "Z" * 128, "-._~" * 11, "0123456789" * 5):
        code = challenged(server, verifier, client_id)
        assert redeem(server, code, client_id, code_verifier=verifier).status_code == 200


@proves("PKC-06")
def test_a_verifier_as_short_as_a_uuid_is_refused_though_its_hash_fits(server):
    verifier = "123e4567-e89b-42d3-a456-426614174000"
    code = challenged(server, verifier)
    answer = redeem(server, code, code_verifier=verifier)
    assert "this one has 36" in assert_error(answer, "invalid_request")


@proves("PKC-07", "PKC-08", "PKC-12")
@pytest.mark.parametrize("client_id", ["demo-web", "demo-spa", "demo-native", "demo-custom-app"])
def test_a_wrong_verifier_never_redeems_a_code(server, client_id):
    verifier, _ = pkce()
    code = challenged(server, verifier, client_id)
    for wrong in (pkce()[0], verifier[:-1] + "~", verifier + "A"):
        assert_error(redeem(server, code, client_id, code_verifier=wrong), "invalid_grant")


@proves("PKC-09", "PKC-12")
@pytest.mark.parametrize("client_id", ["demo-web", "demo-spa", "demo-native", "demo-custom-app"])
def test_a_challenged_code_needs_a_verifier(server, client_id):
    for missing in (None, ""):
        code = challenged(server, VERIFIER, client_id)
        answer = redeem(server, code, client_id, code_verifier=missing)
        assert "code_verifier is missing" in assert_error(answer, "invalid_grant")


@proves("PKC-10")
@pytest.mark.parametrize("client_id", ["demo-web", "demo-custom-app"])
def test_a_verifier_without_a_challenge_is_refused(server, client_id):
    code = authorize(server, client_id)["code"]
    answer = redeem(server, code, client_id, code_verifier=VERIFIER)
    assert "no code_challenge" in assert_error(answer, "invalid_grant")


@proves("PKC-11")
@pytest.mark.parametrize("client_id", ["demo-web", "demo-spa"])
def test_the_challenge_itself_is_no_verifier(server, client_id):
    code = challenged(server, VERIFIER, client_id)
    answer = redeem(server, code, client_id, code_verifier=CHALLENGE)
    assert "plain" in assert_error(answer, "invalid_grant")


@proves("PKC-14")
@pytest.mark.parametrize("client_id", ["demo-web", "demo-spa"])
def test_a_code_injected_into_another_session_fails(server, client_id):
    mine, theirs = pkce()[0], pkce()[0]
    codes = [challenged(server, mine, client_id), challenged(server, theirs, client_id)]
    assert_error(redeem(server, codes[1], client_id, code_verifier=mine), "invalid_grant")
    assert redeem(server, codes[0], client_id, code_verifier=mine).status_code == 200


@proves("PKC-16")
@pytest.mark.parametrize("form", ["text", "json"])
def test_neither_challenge_nor_verifier_is_logged(start, form):
    server = start("--log-level", "debug", "--log-format", form)
    right, wrong = pkce()[0], pkce()[0]
    values = [right, wrong, s256(right), "!" + CHALLENGE, "short-verifier-of-a-client"]
    for verifier in (wrong, s256(right), "short-verifier-of-a-client", right):
        redeem(server, challenged(server, right), code_verifier=verifier)
    ask(server, code_challenge=values[3], code_challenge_method="S256")
    ask(server, code_challenge=values[2], code_challenge_method="plain")
    server.wait_log("must be S256")
    assert not [value for value in values if value in server.log()]


@proves("PKC-16")
def test_the_comparison_takes_the_same_time_for_every_verifier():
    source = pathlib.Path(ROOT / "server/oauth/pkce.c").read_text(encoding="utf-8")
    verify = source[source.index("struct verdict pkce_verify("):]
    assert "digest_equal(" in verify
    assert not re.search(r"\b(str(n|case|ncase)?cmp|memcmp|str_equal)\(", verify)
    digest = pathlib.Path(ROOT / "keys/digest.c").read_text(encoding="utf-8")
    body = digest[digest.index("digest_equal("):]
    assert "CRYPTO_memcmp(" in body[:body.index("\n}")]
