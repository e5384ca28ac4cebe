"""Deploys the whole stack to an emulator of AWS with scripts/local-aws, calls it as clients do, changes it, and removes it."""

import shutil
import subprocess
import sys

from stack.cases import CASES, FIRST
from stack.stack import STATE, Stack
from support.checks import collect
from support.fault_proxy import FaultProxy
from support.processes import free_port, listens
from support.run import Run


class World:
    """The stack, with Secrets Manager behind a proxy that can break."""

    def __init__(self):
        port = free_port()
        self.proxy = FaultProxy(port)
        self.stack = Stack(port, f"http://127.0.0.1:{self.proxy.port}")


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
    world = World()
    try:
        world.stack.deploy("up", **FIRST)
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
