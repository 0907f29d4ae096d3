"""A world of a test's own that costs no process: a tenant of a server that the module's tests share."""

import re
import urllib.parse

from support import World
from support_http import Client

# The options of a server that a tenant can have for itself, and the variable that some tests give in place of one.
OWN = {"--clock": str, "--login": str, "--profile": str, "--seed": int}
CLOCK = "MAKESHIFT_CLOCK"


def members_of(args, env=None):
    """What is asked of a server, in a tenant's words; None where it takes a server."""
    given = dict(zip(args[::2], args[1::2], strict=True))
    env = dict(env or {})
    if CLOCK in env:
        given.setdefault("--clock", env.pop(CLOCK))
    if env or not given.keys() <= OWN.keys():
        return None
    return {option.removeprefix("--"): OWN[option](value) for option, value in given.items()}


class Tenant(World):
    """A tenant of `server`, which judges it at its end: what of it is secret may not stand in that server's log. `fixture`
    is what it has, `given` what the server has to be given for that."""

    def __init__(self, server, fixture=None, given=None, **members):
        super().__init__(fixture)
        self.port = server.port
        self.said = server.said
        self.secrets = server.secrets
        if given is not None:
            members["fixture"] = given
        self._server = server
        made = server.post("/_makeshift/tenants", json=members)
        assert made.status_code == 201, made.text
        self.issuer = made.json()["issuer"]
        self.path = urllib.parse.urlsplit(self.issuer).path
        self.base = server.base + self.path
        self._kept = Client()

    def url(self, path):
        """What RFC 8414 3.1 and RFC 9728 3.1 put before the path of an issuer stands at the server's root."""
        inserted = re.fullmatch(r"(/\.well-known/oauth-[a-z-]+)(/.*)?", path)
        if inserted:
            return self._server.base + inserted[1] + self.path + (inserted[2] or "")
        return super().url(path)

    def end(self):
        """What a test has left of it ends with the test, and not all at once with the server."""
        ended = self._server.request("DELETE", f"/_makeshift/tenants/{self.path.rpartition('/')[2]}")
        assert ended.status_code in (204, 404), ended.text
        self._kept.close()

    def request(self, method, path, **options):
        """One request without cookies, following nothing; the next may come by the same connection, as nothing of a
        connection is a tenant's."""
        return self._send(self._kept, method, path, **options)
