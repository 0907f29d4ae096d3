"""The sign-in and consent pages, walked by HTTP: forms are read as a browser reads them, and sent as
it sends them.

    visit = begin(server.browser())        # authorize, and on to the page it leads to
    visit.submit(user="1001")              # one click; visit.path is the consent page now
    visit.submit(decision="approve")
    assert visit.params["code"]            # what came back to the client
"""

import html.parser
import urllib.parse

from support import AUTHORIZE, CLIENTS, authorize_params, location_params, pkce

SIGN_IN = "/oauth/v2/authorize/sign-in"
CONSENT = "/oauth/v2/authorize/consent"


class Page(html.parser.HTMLParser):
    """What stands in a page: `tags` as (name, attributes), `text` without the markup, and `forms`,
    each with its action, method, hidden fields, the names and values of its buttons, which of its
    checkboxes for scopes are checked and which of them required, which claims are checked, and of
    its organizations whether each is chosen."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags, self.forms, self.words, self.styles = [], [], [], []
        self._style = False
        self.feed(text)
        self.close()
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        assert len(found) == len(attrs), f"an attribute stands twice: {attrs}"
        self.tags.append((tag, found))
        self._style = tag == "style"
        if tag == "form":
            self.forms.append({"action": found["action"], "method": found.get("method", "get"),
                               "hidden": {}, "inputs": {}, "buttons": [], "checked": [],
                               "required": [], "claims": [], "organizations": {}})
        if tag == "input" and found.get("type") == "checkbox":
            kind = {"scope": "checked", "claim": "claims"}[found["name"]]
            if "checked" in found:
                self.forms[-1]["required" if "disabled" in found else kind].append(found["value"])
        elif tag == "input" and found.get("type") == "radio":
            assert found["name"] == "organization"
            self.forms[-1]["organizations"][found["value"]] = "checked" in found
        elif tag == "input":
            kind = "hidden" if found.get("type") == "hidden" else "inputs"
            self.forms[-1][kind][found["name"]] = found.get("value", "")
        if tag == "button":
            self.forms[-1]["buttons"].append((found.get("name"), found.get("value")))

    def handle_endtag(self, tag):
        self._style = False

    def handle_data(self, data):
        (self.styles if self._style else self.words).append(data)

    def named(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


class Visit:
    """A browser on its way through the pages. `response` is the latest answer, `page` what it shows
    (None when it leads back to the client), `path` the page's path, `statuses` all on the way."""

    def __init__(self, browser):
        self.browser = browser
        self.statuses = []
        self.page = self.path = self.url = None

    def go(self, response):
        """Takes an answer, and follows it as long as it stays on the server."""
        self.response = response
        self.statuses.append(response.status_code)
        location = response.headers.get("Location")
        if location is None:
            self.page = Page(response.text)
            return self
        if location.startswith("/"):
            self.url = self.browser.server.within(location)
            self.path = urllib.parse.urlsplit(self.url).path
            return self.go(self.browser.get(location))
        self.page = self.path = self.url = None
        return self

    def form(self, button):
        """The form with this button, or failing that with this field."""
        for form in self.page.forms:
            if button in form["buttons"] or button[0] in form["inputs"]:
                return form
        raise AssertionError(f"no form has {button}: {self.page.forms}")

    def submit(self, csrf=None, withhold=(), **fields):
        """Presses the button that the first field names, or types the fields, having cleared the
        checkboxes of the scopes and claims to withhold."""
        form = self.form(next(iter(fields.items())))
        assert form["method"] == "post"
        assert set(withhold) <= set(form["checked"] + form["claims"])
        chosen = [name for name, is_chosen in form["organizations"].items() if is_chosen]
        data = {**form["hidden"], "organization": chosen,
                "scope": [scope for scope in form["checked"] if scope not in withhold],
                "claim": [claim for claim in form["claims"] if claim not in withhold], **fields}
        if csrf is not None:
            data["csrf"] = csrf
        return self.go(self.browser.post(form["action"], data=data))

    @property
    def params(self):
        """What the client gets."""
        assert self.page is None, self.page.text
        return location_params(self.response)


def begin(browser, client_id="demo-web", **params):
    """Asks for authorization, as a browser that follows redirects. A public client gets PKCE, whose
    verifier is then in visit.verifier."""
    verifier = None
    if client_id in CLIENTS and CLIENTS[client_id][0] is None and "code_challenge" not in params:
        verifier, challenge = pkce()
        params = {"code_challenge": challenge, "code_challenge_method": "S256", **params}
    visit = Visit(browser)
    visit.verifier = verifier
    return visit.go(browser.get(AUTHORIZE, params=authorize_params(client_id, **params)))


def sign_in_by_page(browser, user="1001", **params):
    """The whole way for the first time: pick the user, approve. Returns what the client gets."""
    visit = begin(browser, **params)
    assert visit.path == SIGN_IN, visit.response.url
    visit.submit(user=user)
    assert visit.path == CONSENT
    return visit.submit(decision="approve").params


def session_cookie(browser):
    """The cookie's value, or None."""
    return next((cookie.value for cookie in browser.cookies
                 if cookie.name == "makeshift_session"), None)
