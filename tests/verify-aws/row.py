"""A row of "Unverified on AWS", and what a run says of it."""

import dataclasses
import enum
import typing


class Differs(Exception):
    """Something else came than was expected: its text says what."""


class CannotTell(Exception):
    """This account or this moment does not allow the check: its text says why."""


def expect(holds, came):
    """What came, when it is as expected."""
    if not holds:
        raise Differs(came)
    return came


class Row(typing.NamedTuple):
    id: str
    expectation: str
    # Gets a World and returns what came, or raises one of the exceptions above. None: only a person can see it.
    check: typing.Callable | None
    # What the emulator does not do, so that the row passes on AWS only; or how a person checks it.
    note: str = ""
    subject: str = ""
    phase: str = ""


class Verdict(enum.Enum):
    PASS = "pass"
    DIFFERS = "**differs**"
    CANNOT_TELL = "not checkable here"
    NOT_EMULATED = "the emulator does not do this"
    # It is listed as not emulated, and passes: the list is wrong.
    EMULATED = "**passes, though listed as not emulated**"
    NOT_REACHED = "**not reached**"
    BY_HAND = "by hand"


# What makes a run fail.
ERRORS = {Verdict.DIFFERS, Verdict.EMULATED, Verdict.NOT_REACHED}


@dataclasses.dataclass(frozen=True)
class Found:
    row: Row
    verdict: Verdict
    came: str
    seconds: float = 0


def judge(row, outcome, came, emulated):
    """The verdict on `outcome`, which is None or what the check raised."""
    listed = emulated and bool(row.note)
    if outcome is None:
        return Found(row, Verdict.EMULATED if listed else Verdict.PASS, came)
    if listed:
        return Found(row, Verdict.NOT_EMULATED, row.note)
    if isinstance(outcome, CannotTell) and not emulated:
        return Found(row, Verdict.CANNOT_TELL, str(outcome))
    return Found(row, Verdict.DIFFERS, came)
