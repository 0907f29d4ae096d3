"""The names by which a server is asked and that are not its issuer's, in its log."""

import http.client
import re

from support import DISCOVERY


def ask_by(server, host, path=DISCOVERY):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=15)
    connection.request("GET", path, headers={"Host": host})
    connection.getresponse().read()
    connection.close()


def test_a_host_that_is_not_the_issuers_is_logged_once_and_no_more_than_sixteen_are(start_process):
    server = start_process("--log-format", "text")
    own = server.issuer.removeprefix("http://")
    for host in (own, own.upper(), "127.0.0.1", "Makeshift.test:80", "makeshift.test:80", "makeshift.TEST:80", "no host"):
        ask_by(server, host)
    ask_by(server, "door.test", "/_makeshift/clock")
    for number in range(20):
        ask_by(server, f"h{number}.test")
    ask_by(server, own, "/the-end")
    server.wait_log("/the-end")
    told = [re.search(r' host="([^"]*)"', line)[1] for line in server.log_lines() if "asked by another name" in line]
    assert told == ["127.0.0.1", "Makeshift.test:80", *(f"h{number}.test" for number in range(14))]
    line = server.wait_log("asked by another name")
    assert f'mend="makeshift doctor {server.issuer} --as 127.0.0.1 says what there is to mend"' in line
