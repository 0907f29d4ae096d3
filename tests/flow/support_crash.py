"""What clients know of a server that was killed: a ledger of what was acknowledged and of what was sent
but never answered, and the judgement of a restarted server by it."""

import random

from support import assert_error, authorize, redeem, refresh, revoke, userinfo
from support_load import code_request, exchange, refresh_request, revoke_request


class Story:
    """One grant, as its client has lived it so far. `doubt` is the request without an answer, if any:
    "redeem", "refresh" or "revoke"."""

    def __init__(self, client_id, code):
        self.client_id = client_id
        self.code = code
        self.answers = []  # token answers, the latest last
        self.revoked = False
        self.doubt = None

    @property
    def leaf(self):
        return self.answers[-1]["refresh_token"]

    def step(self, server, action):
        """Sends a request and keeps what came of it; False when no answer came."""
        request = {"redeem": lambda: code_request(self.code, self.client_id),
                   "refresh": lambda: refresh_request(self.leaf, self.client_id),
                   "revoke": lambda: revoke_request(self.leaf, self.client_id)}[action]()
        answer = exchange(server, request)
        if answer.status is None:
            self.doubt = action
            return False
        assert answer.status == 200, answer.data
        if action == "revoke":
            self.revoked = True
        else:
            self.answers.append(answer.json())
        return True


def begin(server, client_id):
    """A story of which only the code is there, or None when the server died."""
    try:
        return Story(client_id, authorize(server, client_id))
    except OSError:  # which the exceptions of requests are
        return None


def live(server, stories, client_id):
    """One client's days: sign in, refresh some times, perhaps revoke. False when the server died."""
    story = begin(server, client_id)
    if story is None:
        return False
    stories.append(story)
    actions = ["redeem"] + ["refresh"] * random.randrange(4) + ["revoke"] * random.randrange(2)
    if random.random() < 0.2:
        actions = []  # a code that is left lying, and still good later
    return all(story.step(server, action) for action in actions)


# -- after the restart ----------------------------------------------------------------------------


def judge(server, story):
    """What was acknowledged is so; what is in doubt is done whole or not at all. Nothing here harms
    the story's family, so that it can be judged again after the next crash."""
    if not story.answers:
        judge_code(server, story)
    if story.answers:
        judge_family(server, story)


def judge_code(server, story):
    """A code nobody is known to have redeemed: it can be, unless the request in doubt did."""
    answer = redeem(server, story.code, story.client_id)
    if story.doubt == "redeem" and answer.status_code == 400:
        assert_error(answer, "invalid_grant")
        story.revoked = True
        return
    assert answer.status_code == 200, answer.text
    story.answers.append(answer.json())
    story.doubt = None


def judge_family(server, story):
    access = userinfo(server, story.answers[-1]["access_token"]).status_code
    if story.revoked:
        assert access == 401
        assert_error(refresh(server, story.leaf, story.client_id), "invalid_grant")
        return
    if story.doubt == "revoke":
        assert access in (200, 401)
        story.revoked = access == 401
    elif story.doubt == "refresh":
        judge_rotation(server, story)
    else:
        assert access == 200
    story.doubt = None


def judge_rotation(server, story):
    """A refresh without an answer: either it never was, or a retry tells the client that it has to
    sign in again (strict), or hands over the family (retry_safe). Never are there two leaves."""
    assert userinfo(server, story.answers[-1]["access_token"]).status_code == 200
    answer = refresh(server, story.leaf, story.client_id)
    if story.client_id == "demo-web" and answer.status_code == 400:
        assert_error(answer, "invalid_grant")
        story.revoked = True
        return
    assert answer.status_code == 200, answer.text
    story.answers.append(answer.json())


def close_story(server, story):
    """The last judgement: the leaf works, once; whatever was spent is spent, and showing it ends the
    family. Each story ends here in one of the ways in which it can end."""
    if not story.answers:
        assert_error(redeem(server, story.code, story.client_id), "invalid_grant")
        return
    if not story.revoked:
        story.answers.append(take(server, story))
        random.choice((show_code, show_spent, ask_to_revoke))(server, story)
    for tokens in reversed(story.answers):
        assert userinfo(server, tokens["access_token"]).status_code == 401
        assert_error(refresh(server, tokens["refresh_token"], story.client_id), "invalid_grant")
    assert_error(redeem(server, story.code, story.client_id), "invalid_grant")


def take(server, story):
    answer = refresh(server, story.leaf, story.client_id)
    assert answer.status_code == 200, answer.text
    return answer.json()


def show_code(server, story):
    assert_error(redeem(server, story.code, story.client_id), "invalid_grant")


def show_spent(server, story):
    """retry_safe takes the predecessor of the leaf, so the one before that is shown."""
    story.answers.append(take(server, story))
    assert_error(refresh(server, story.answers[-3]["refresh_token"], story.client_id),
                 "invalid_grant")


def ask_to_revoke(server, story):
    assert revoke(server, story.leaf, story.client_id).status_code == 200
