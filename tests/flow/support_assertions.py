"""Client assertions (RFC 7523 2.2), signed by authlib with keys of each kind."""

import base64
import time
import uuid

from authlib.jose import JsonWebKey, JsonWebToken

KINDS = {"RS256": ("RSA", 2048), "ES256": ("EC", "P-256"), "EdDSA": ("OKP", "Ed25519")}
KEYS = {alg: JsonWebKey.generate_key(*kind, is_private=True) for alg, kind in KINDS.items()}
TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def public(key):
    """The key as a client registers it, under the name of its algorithm."""
    alg = next(alg for alg in KEYS if KEYS[alg] is key)
    return {**whole(key.as_dict(is_private=False)), "kid": alg}


def whole(jwk):
    """RFC 7518 6.2.1.2: a coordinate has all its octets. authlib drops leading zeros."""
    if jwk["kty"] != "EC":
        return jwk
    octets = {name: base64.urlsafe_b64decode(jwk[name] + "==").rjust(32, b"\0") for name in ("x", "y")}
    return {**jwk, **{name: base64.urlsafe_b64encode(value).rstrip(b"=").decode()
                      for name, value in octets.items()}}


def claims_for(server, client_id="demo-web", **changes):
    """The claims of a good assertion; None leaves one out."""
    now = int(time.time())
    claims = {"iss": client_id, "sub": client_id, "aud": server.issuer, "iat": now, "exp": now + 60,
              "jti": str(uuid.uuid4()), **changes}
    return {name: value for name, value in claims.items() if value is not None}


def signed(claims, alg="ES256", key=None, **header):
    header = {"alg": alg, "kid": alg, **header}
    header = {name: value for name, value in header.items() if value is not None}
    return JsonWebToken([alg]).encode(header, claims, key or KEYS[alg]).decode()
