"""What a suite found: a case yields (what, expected, seen), and each of these is a check; or it asserts, and is one."""

import typing


class Check(typing.NamedTuple):
    case: str
    what: str
    expected: object
    seen: object

    @property
    def passed(self):
        return self.expected == self.seen


def collect(case, world, label=""):
    """The checks of one case. One that breaks off is a failure, and keeps what it found before."""
    name = label + case.__name__.replace("_", " ")
    found = []
    try:
        for what, expected, seen in case(world) or [("what it asserts", True, True)]:
            found.append(Check(name, what, expected, seen))
    except Exception as error:  # noqa: BLE001 - whatever it is, the report says it
        found.append(Check(name, "ran to its end", None, repr(error)))
    return found or [Check(name, "checks something", True, False)]


def print_cases(checks):
    """A line a case, and one for each check that failed."""
    for name in dict.fromkeys(check.case for check in checks):
        failed = [check for check in checks if check.case == name and not check.passed]
        count = sum(check.case == name for check in checks)
        print(f"{name:<50} {count - len(failed):>3} passed {len(failed):>3} failed", flush=True)
        for check in failed:
            print(f"FAILED {check.what}: expected {check.expected!r}, saw {check.seen!r}", flush=True)
