"""What must hold. A case gets a World and yields (what, expected, seen)."""

import json
import threading
import time

from authorizer.authorizer import ALLOW, DENY, ERROR, EVENTS, INTERVAL, STALE, TTL
from support.keys import document, new_bare_key, new_key

NOT_AN_EVENT = {"errorType": "NotAnEvent", "errorMessage": "expected an authorizer event of an HTTP API, payload 2.0"}

# A little more than it takes for what is cached to be due again.
DUE = max(TTL, INTERVAL) + 0.2

TRANSIENT = ("latency", "500", "503, no JSON", "throttled", "truncated", "200, no JSON", "refused")
DEFINITE = ("access denied", "no such secret", "bad document", "weak bare key")


def events(world):
    """The gateway's events, with a good key and with another one."""
    key, other = new_key("ci"), new_key("ci")
    authorizer = world.start(document(ci=key))
    for name in sorted(EVENTS):
        foreign = name.startswith("authorizer-foreign")
        refused = json.dumps(NOT_AN_EVENT) if foreign else DENY
        expected = ALLOW if name.startswith("authorizer-one-key") else refused
        yield f"{name}, good key", expected, authorizer.ask(key, name)
        yield f"{name}, other key", refused, authorizer.ask(other, name)
    yield "key of 513 characters", DENY, authorizer.ask("k" * 513)
    for event in ("[]", json.dumps({"headers": key})):
        yield "not an event", NOT_AN_EVENT, authorizer.invoke(event)


def records(world):
    """What a record may say, and what the server is told."""
    keys = {name: new_key("ci") for name in ("every", "some", "none", "off", "over", "early")}
    authorizer = world.start(
        document(
            every=keys["every"],
            some=(keys["some"], {"tools": ["query", "ping"]}),
            none=(keys["none"], {"tools": []}),
            off=(keys["off"], {"disabled": True}),
            over=(keys["over"], {"not_after": "2020-01-01T00:00:00Z"}),
            early=(keys["early"], {"not_before": "2999-01-01T00:00:00Z"}),
        )
    )
    for name, context in (
        ("every", {"key_id": "every", "tools": "*"}),
        ("some", {"key_id": "some", "tools": "ping,query"}),
        ("none", {"key_id": "none", "tools": ""}),
    ):
        yield f"tools: {name}", {"isAuthorized": True, "context": context}, authorizer.send(keys[name])
    for name in ("off", "over", "early"):
        yield f"record: {name}", {"isAuthorized": False}, authorizer.send(keys[name])


def fault(kind):
    """One way to break, from the start, then with keys that were read before."""

    def case(world):
        key, other = new_key("ci"), new_key("ci")
        authorizer = world.start(document(ci=key), fault=kind)
        yield f"{kind}: from the start", ERROR, authorizer.ask(key)
        world.proxy.set("none")
        time.sleep(DUE)
        yield f"{kind}: over", ALLOW, authorizer.ask(key)
        world.proxy.set(kind)
        time.sleep(DUE)
        if kind in TRANSIENT:
            yield f"{kind}: old keys", ALLOW, authorizer.ask(key)
            refresh = authorizer.decisions()[-1]
            yield f"{kind}: said so", ("failed", True), (refresh["secret.refresh"], bool(refresh["error"]))
        else:
            yield f"{kind}: old keys", ERROR, authorizer.ask(key)
        yield f"{kind}: unknown key", ERROR, authorizer.ask(other)
        time.sleep(STALE)
        yield f"{kind}: too old keys", ERROR, authorizer.ask(key)
        world.proxy.set("none")
        time.sleep(DUE)
        yield f"{kind}: over again", ALLOW, authorizer.ask(key)
        yield f"{kind}: unknown key then", DENY, authorizer.ask(other)

    case.__name__ = f"fault: {kind}"
    return case


def flood(world):
    """Many unknown keys cause few reads."""
    key = new_key("ci")
    authorizer = world.start(document(ci=key), MCP_REFRESH_INTERVAL_SECONDS="5", MCP_CACHE_TTL_SECONDS="60")
    authorizer.ask(key)
    before, began, count = world.proxy.requests, time.monotonic(), 0
    answers = set()
    while time.monotonic() < began + 11:
        answers.add(authorizer.ask(f"unknown-{count}"))
        count += 1
    yield "all denied", {DENY}, answers
    yield "more than 500 in 11 s", True, count > 500
    yield "reads in 11 s, one each 5 s", True, world.proxy.requests - before in (2, 3)


def revocation(world):
    """A revoked key ends within the time to live; a new one begins within the interval."""
    old, new = new_key("old"), new_key("new")
    authorizer = world.start(document(old=old))
    yield "before", (ALLOW, DENY), (authorizer.ask(old), authorizer.ask(new))
    world.put(document(new=new))
    changed = time.monotonic()
    ended = seconds_until(lambda: authorizer.ask(old) == DENY, changed)
    begun = seconds_until(lambda: authorizer.ask(new) == ALLOW, changed)
    yield f"revoked within {TTL} s", True, ended < TTL + 0.2
    yield f"new within {INTERVAL} s", True, begun < INTERVAL + 0.2


def seconds_until(condition, began):
    while not condition():
        if time.monotonic() > began + 20:
            return float("inf")
        time.sleep(0.01)
    return time.monotonic() - began


def document_rotation(world):
    """Two records for a while: nobody who holds a valid key is refused."""
    old, new = new_key("ci"), new_key("ci-r2")
    authorizer = world.start(document(ci=old))
    load = Load(authorizer, old)
    load.run_for(1)
    world.put(document(**{"ci": old, "ci-r2": new}))
    load.run_for(DUE)
    load.key = new
    load.run_for(1)
    world.put(document(**{"ci-r2": new}))
    load.run_for(DUE)
    yield "refused with a valid key", {ALLOW}, load.finish()
    yield "more than 500 calls", True, load.calls > 500
    yield "the old key afterwards", DENY, authorizer.ask(old)


def bare_rotation(world):
    """AWSPENDING and AWSPREVIOUS never count."""
    old, new = new_bare_key(), new_bare_key()
    authorizer = world.start(old)
    yield "before", ALLOW, authorizer.ask(old)
    world.put(new, stages=["AWSPENDING"])
    time.sleep(DUE)
    yield "pending", (ALLOW, DENY), (authorizer.ask(old), authorizer.ask(new))
    # What a rotation function does last. Its version is new by then, so a new version stands in for it.
    world.put(new)
    time.sleep(DUE)
    yield "previous", (DENY, ALLOW), (authorizer.ask(old), authorizer.ask(new))


class Load:
    """Calls without a pause. An environment has one call at a time, so there is one caller."""

    def __init__(self, authorizer, key):
        self.authorizer, self.key = authorizer, key
        self.calls, self.answers = 0, set()
        self.running = True
        self.thread = threading.Thread(target=self.call, daemon=True)
        self.thread.start()

    def call(self):
        while self.running:
            self.answers.add(self.authorizer.ask(self.key))
            self.calls += 1
            time.sleep(0)

    def run_for(self, seconds):
        time.sleep(seconds)

    def finish(self):
        self.running = False
        self.thread.join()
        return self.answers


CASES = [
    events,
    records,
    flood,
    revocation,
    document_rotation,
    bare_rotation,
    *(fault(kind) for kind in TRANSIENT + DEFINITE),
]
