"""One run from the question before it to the report after it. Whatever happens in between, what it made is deleted."""

import datetime
import sys
import time

from clean import stacks, status
from place import ROOT
from programs import say
from report import failed, report
from world import FIRST, SECOND, World

COST = """\
This deploys two stacks, {names}, to account {account} in {region}, calls them some
hundred times, changes the first four times, and deletes both and what they keep. It takes about
20 minutes and a first build, and costs less than 1 USD: 2 secrets and 16 alarms for a fraction of
a month, one provisioned instance for minutes, some thousand requests, metrics and log lines.
Stacks of other names, their keys and their logs are not touched.
"""


def refused(place, yes):
    """Why nothing is deployed, or None when somebody has agreed to it."""
    left = stacks(place)
    if left:
        return f"a run is under way or was broken off ({', '.join(left)}): scripts/verify-aws --clean, when it is over"
    for name in (FIRST, SECOND):
        if status(place, name):
            return f"there is a stack {name} that no run of this made: it is not touched"
    print(COST.format(names=f"{FIRST} and {SECOND}", account=place.account, region=place.region), file=sys.stderr)
    if yes:
        return None
    if not sys.stdin.isatty():
        return "nobody can be asked: --yes agrees"
    return None if input("Go on? [y/N] ").strip().lower() == "y" else "nothing was deployed"


def check(place, path):
    """Whether every row is as it should be."""
    began, world, error = time.monotonic(), World(place), None
    try:
        world.run()
    except (Exception, KeyboardInterrupt, SystemExit) as broken:  # noqa: BLE001 - the report says what, after cleaning
        error = broken
        say(f"broken off: {type(broken).__name__} {broken}")
    say("cleaning up")
    try:
        world.end()
    except (Exception, KeyboardInterrupt, SystemExit) as broken:  # noqa: BLE001 - whatever it was, something may be left
        error = broken
        say(f"not everything could be deleted ({type(broken).__name__}: {broken}); again: scripts/verify-aws --clean")
    found = world.found + world.missed() + world.by_hand()
    text = report(place, found, time.monotonic() - began)
    path = path or ROOT / f"verify-aws-{datetime.date.today()}.md"
    path.write_text(text)
    print(text)
    errors = failed(found)
    print(
        f"{len(found) - len(errors)} rows as they should be, {len(errors)} not; report: {path}; logs: .cache/verify-aws"
    )
    return not errors and error is None
