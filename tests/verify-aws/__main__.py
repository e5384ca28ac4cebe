"""Checks on AWS, or on the emulator, what docs/deploy.md lists as unverified."""

import datetime
import signal
import sys
import time

from arguments import arguments
from clean import clean, stacks, status
from place import ROOT, Aws, Emulator, say
from report import DOCUMENT, failed, report, table, written
from world import FIRST, SECOND, World

FAILED, MISSING = 1, 69
COST = """\
This deploys two stacks, {names}, to account {account} in {region}, calls them some
hundred times, changes the first four times, and deletes both and what they keep. It takes about
20 minutes and a first build, and costs less than 1 USD: 2 secrets and 16 alarms for a fraction of
a month, one provisioned instance for minutes, some thousand requests, metrics and log lines.
Stacks of other names, their keys and their logs are not touched.
"""


def main():
    given = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if given.table:
        return show_table(given)
    place = Emulator() if given.emulator else Aws()
    if problem := place.ready():
        return stop(problem)
    if given.clean:
        clean(place)
        place.end()
        say("nothing of a run is left")
        return 0
    if not given.emulator and (problem := refused(place, given.yes)):
        return stop(problem)
    return check(place, given.report)


def show_table(given):
    if not (given.write or given.check):
        print(table())
    elif given.write:
        DOCUMENT.write_text(written())
    elif DOCUMENT.read_text() != written():
        print(
            "docs/deploy.md differs from tests/verify-aws/rows.py: scripts/verify-aws --table --write", file=sys.stderr
        )
        return FAILED
    return 0


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
        say(f"not everything could be deleted ({type(broken).__name__} {broken}): scripts/verify-aws --clean")
    found = world.found + world.missed() + world.by_hand()
    text = report(place, found, time.monotonic() - began)
    path = path or ROOT / f"verify-aws-{datetime.date.today()}.md"
    path.write_text(text)
    print(text)
    errors = failed(found)
    print(f"{len(found) - len(errors)} rows as they should be, {len(errors)} not; the report is in {path.name}")
    return FAILED if errors or error else 0


def stop(problem):
    print(f"scripts/verify-aws: {problem}", file=sys.stderr)
    return MISSING


sys.exit(main())
