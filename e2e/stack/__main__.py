"""Deploys the whole stack to an emulator of AWS with scripts/local-aws, calls it as clients do, changes it, and removes it."""

import shutil
import signal
import subprocess
import sys
import tempfile

from stack.cases import CASES, FIRST
from stack.stack import STATE, Stack
from support.arguments import Parser
from support.checks import collect, conclude, print_cases
from support.fault_proxy import FaultProxy
from support.processes import free_port, listens


class World:
    """The stack, with Secrets Manager behind a proxy that can break."""

    def __init__(self):
        port = free_port()
        self.proxy = FaultProxy(port)
        self.stack = Stack(port, f"http://127.0.0.1:{self.proxy.port}")


def run_case(world, case):
    """The checks of one case, printed at once: there are minutes between the first and the last."""
    try:
        found = collect(case, world)
    finally:
        world.proxy.set("none")
    print_cases(found)
    return found


def down(world):
    """`down` leaves nothing behind: (what, expected, seen)."""
    world.stack.local_aws("down")
    images = subprocess.run(["docker", "images"], capture_output=True, text=True, check=False)
    yield "the state", False, STATE.exists()
    yield "the emulator", False, listens(world.stack.port)
    yield "its images", False, "mcp-server-local-aws" in images.stdout


def main():
    parser = Parser(prog="scripts/e2e stack", description=__doc__)
    parser.parse_args()
    # Ends through every `finally`, which is where the stack is taken down.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if (STATE / "ministack.pid").exists():
        print("scripts/e2e stack: a stack is up on this machine: `scripts/local-aws down` first", file=sys.stderr)
        sys.exit(69)
    world = World()
    found = []
    try:
        world.stack.deploy("up", **FIRST)
        for case in CASES:
            found += run_case(world, case)
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
    finally:
        if not found or not all(check.passed for check in found):
            keep_logs()
        found += run_case(world, down)
    sys.exit(1 if conclude(found) else 0)


def keep_logs():
    logs = tempfile.mkdtemp(prefix="stack-e2e-")
    ignored = shutil.ignore_patterns("cdk.out", "tmp", "rie", "api-key")
    shutil.copytree(STATE, logs, dirs_exist_ok=True, ignore=ignored)
    print(f"logs: {logs}")


main()
