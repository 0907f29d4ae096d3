"""Time in tests moves by starting the server again, on the same database, with another clock."""

import datetime

from support import decode

START = "2026-01-01T00:00:00Z"


def seconds(moment):
    return int(datetime.datetime.fromisoformat(moment.replace("Z", "+00:00")).timestamp())


def after(count, moment=START):
    """The moment `count` seconds later."""
    later = datetime.datetime.fromtimestamp(seconds(moment) + count, datetime.timezone.utc)
    return later.strftime("%Y-%m-%dT%H:%M:%SZ")


def start_at(start, moment=START, *args, **options):
    """A server with a database, whose clock stands still at `moment`."""
    return start(*args, db=True, env={"MAKESHIFT_CLOCK": moment}, **options)


def go_to(server, moment):
    """The same server at another time."""
    server.restart(env={"MAKESHIFT_CLOCK": moment})


def decode_at(server, token, moment, audience=None):
    """decode(), judged at `moment` and not at the time of the machine."""
    claims = decode(server, token, audience, leeway=10 ** 10)
    claims.validate(now=seconds(moment))
    return claims
