"""The table of docs/deploy.md and the report of a run, both made of the list of rows."""

import collections
import datetime
import itertools

from caller import printable
from place import ROOT
from row import ERRORS, Verdict
from rows import ROWS

DOCUMENT = ROOT / "docs/deploy.md"
BEGIN = "<!-- made by scripts/verify-aws --table --write; the list is tests/verify-aws/rows.py -->"
END = "<!-- end -->"


def table():
    """Every row: what is expected of AWS, and what of it the emulator shows."""
    lines = ["| row | expected on AWS | on the emulator |", "|---|---|---|"]
    for subject, rows in itertools.groupby(ROWS, key=lambda row: row.subject):
        lines.append(f"| **{subject}** | | |")
        lines += [f"| `{row.id}` | {row.expectation} | {emulated(row)} |" for row in rows]
    return "\n".join(lines)


def emulated(row):
    if row.check is None:
        return f"by hand: {row.note}"
    return f"not emulated: {row.note}" if row.note else "passes"


def written():
    """The document with the table in it."""
    head, _, rest = DOCUMENT.read_text().partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not end:
        raise SystemExit(
            f"scripts/verify-aws: {DOCUMENT.relative_to(ROOT)} has no place for the table: `{BEGIN}` … `{END}`"
        )
    return f"{head}{BEGIN}\n\n{table()}\n\n{END}{tail}"


def report(place, found, seconds):
    """What a run found, as Markdown."""
    # ARNs have it too, and a report is shown to others.
    shown = place.account if place.emulated else masked(place.account)
    where = "the emulator" if place.emulated else f"AWS, {place.region}"
    counts = collections.Counter(f.verdict for f in found)
    now = datetime.datetime.now(datetime.UTC)
    lines = [
        f"# `scripts/verify-aws` on {where}, {now:%Y-%m-%d}",
        "",
        f"Account {shown}, {seconds / 60:.0f} minutes. "
        + ", ".join(f"{v.value.strip('*')}: {counts[v]}" for v in Verdict if counts[v])
        + ".",
        "",
        "| row | expected | came | verdict |",
        "|---|---|---|---|",
    ]
    order = {row.id: number for number, row in enumerate(ROWS)}
    for f in sorted(found, key=lambda f: order[f.row.id]):
        came = f.came.replace(place.account, shown)
        came = came if f.verdict in (Verdict.NOT_EMULATED, Verdict.BY_HAND) else printable(came)
        lines.append(f"| `{f.row.id}` | {f.row.expectation} | {came} | {f.verdict.value} |")
    return "\n".join(lines) + "\n"


def masked(account):
    return f"…{account[-4:]}"


def failed(found):
    return [f for f in found if f.verdict in ERRORS]
