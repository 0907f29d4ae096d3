"""Time in tests: a server's clock stands where it is told to, and moves by a restart on the same
database.

    server = start(db=True, env=at(0))
    code = authorize(server)
    server.restart(env=at(300))
"""

import datetime

from authlib.jose import JsonWebKey, JsonWebToken

from support import jwks

EPOCH = 1767225600  # 2026-01-01T00:00:00Z: any moment would do
DAY = 86400


def at(seconds):
    """The environment of a server whose clock stands so many seconds after EPOCH."""
    moment = datetime.datetime.fromtimestamp(EPOCH + seconds, datetime.timezone.utc)
    return {"MAKESHIFT_CLOCK": moment.strftime("%Y-%m-%dT%H:%M:%SZ")}


def signed_claims(server, token):
    """Claims of a JWT whose signature authlib has verified, whatever the time is here."""
    return JsonWebToken(["RS256"]).decode(token, JsonWebKey.import_key_set(jwks(server)))
