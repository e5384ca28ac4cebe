"""Deploys the whole stack to an emulator of AWS with scripts/local-aws, calls it as clients do, changes it, and removes it."""

import shutil
import subprocess
import sys

from stack import cases, changes, environments, open_routes, programs, sample
from stack.stack import NAME, STATE, Stack
from support import web_adapter
from support.checks import collect
from support.fault_proxy import FaultProxy
from support.processes import free_port, listens
from support.run import Run

CASES = [
    *programs.CASES,
    *open_routes.CASES,
    *cases.CASES,
    *environments.CASES,
    *sample.CASES,
    *changes.CASES,
    *cases.LAST,
]


class World:
    """The stack, with Secrets Manager behind a proxy that can break."""

    def __init__(self, skipped):
        self.skipped = skipped
        self.port = free_port()
        self.proxy = FaultProxy(self.port)
        self.stack = self.another(NAME)

    def another(self, name, settings=None):
        """A stack beside the one, or that one, not yet deployed; `settings` are what names it."""
        return Stack(self.port, f"http://127.0.0.1:{self.proxy.port}", name, settings)


def checks_of(case, world):
    try:
        return collect(case, world)
    finally:
        world.proxy.set("none")


def down(world):
    """`down` leaves nothing behind: (what, expected, seen)."""
    world.stack.local_aws("down")
    images = subprocess.run(["docker", "images"], capture_output=True, text=True, check=False)
    yield "the state", False, STATE.exists()
    yield "the emulator", False, listens(world.stack.port)
    yield "its images", False, "mcp-server-local-aws" in images.stdout


def main():
    run = Run("stack", CASES)
    if (STATE / "ministack.pid").exists():
        run.cannot("a stack is up on this machine: `scripts/local-aws down` first")
    run.skipped.append(
        "a release that fails and is rolled back: the emulator has no CodeDeploy; cdk/test reads the template"
    )
    world = World(run.skipped)
    try:
        world.stack.deploy("up", **cases.FIRST)
        if cases.stand_ins():
            run.skipped += web_adapter.skipped()
        run.each(lambda case: checks_of(case, world))
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
    finally:
        if not run.found or run.failed:
            keep_logs(run)
        run.report(checks_of(down, world))
    run.end()


def keep_logs(run):
    ignored = shutil.ignore_patterns("cdk.out", "tmp", "rie", "api-key")
    shutil.copytree(STATE, run.logs, dirs_exist_ok=True, ignore=ignored)
    print(f"logs: {run.logs}")


main()
