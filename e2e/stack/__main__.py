"""Deploys the whole stack to an emulator of AWS with scripts/local-aws, calls it as clients do, changes it, and removes it."""

import re
import shutil
import signal
import subprocess
import sys
import tempfile

from stack.cases import CASES, FIRST
from stack.stack import NAME, STATE, Stack
from support.arguments import Parser
from support.fault_proxy import FaultProxy
from support.processes import free_port, listens


class World:
    """The stack, with Secrets Manager behind a proxy that can break."""

    def __init__(self):
        port = free_port()
        self.proxy = FaultProxy(port)
        self.stack = Stack(port, f"http://127.0.0.1:{self.proxy.port}")
        self.keys_seen = set()
        self.logs = ""
        # Every key that was ever sent with success.
        send = self.stack.send

        def noting(body, key=None, *arguments, **named):
            answer = send(body, key, *arguments, **named)
            if key and answer.status == 200:
                self.keys_seen.add(key)
            return answer

        self.stack.send = noting

    def note_logs(self):
        """Everything logged until now. A new deployment throws away the instances, and their logs with them."""
        self.logs += self.stack.logs()
        return self.logs

    def decisions(self):
        return re.findall(r'"key checked"', (STATE / "ministack.log").read_text(errors="replace"))

    def resources(self):
        """What of the stack exists, by kind."""
        aws = self.stack.aws
        found = {
            "functions": [f["FunctionName"] for f in aws("lambda").list_functions()["Functions"]],
            "APIs": [api["ApiId"] for api in aws("apigatewayv2").get_apis()["Items"]],
            "secrets": [s["Name"] for s in aws("secretsmanager").list_secrets()["SecretList"]],
            "log groups": [g["logGroupName"] for g in aws("logs").describe_log_groups()["logGroups"]],
            "alarms": [a["AlarmName"] for a in aws("cloudwatch").describe_alarms()["MetricAlarms"]],
            "dashboards": [d["DashboardName"] for d in aws("cloudwatch").list_dashboards()["DashboardEntries"]],
            "roles": [r["RoleName"] for r in aws("iam").list_roles()["Roles"] if r["RoleName"].startswith(NAME)],
        }
        stacks = aws("cloudformation").list_stacks()["StackSummaries"]
        found["stacks"] = [s["StackName"] for s in stacks
                           if s["StackName"] == NAME and s["StackStatus"] != "DELETE_COMPLETE"]
        return found


def run_case(world, case):
    """Prints a line a case and its failed checks. How many passed and failed."""
    passed, failed = 0, []
    try:
        for what, expected, seen in case(world):
            if expected == seen:
                passed += 1
            else:
                failed.append(f"{what}: expected {expected!r}, saw {seen!r}")
    except Exception as error:
        failed.append(f"did not run to its end: {error!r}")
    finally:
        world.proxy.set("none")
    print(f"{case.__name__.replace('_', ' '):<50} {passed:>3} passed {len(failed):>3} failed", flush=True)
    for line in failed:
        print(f"FAILED {line}", flush=True)
    return passed, len(failed)


def down(world):
    """`down` leaves nothing behind: (what, expected, seen)."""
    world.stack.local_aws("down")
    images = subprocess.run(["docker", "images"], capture_output=True, text=True)
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
    results = []
    try:
        world.stack.local_aws("up", "--make-bases", **FIRST)
        results += [run_case(world, case) for case in CASES]
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
    finally:
        if not results or any(failed for _, failed in results):
            logs = tempfile.mkdtemp(prefix="stack-e2e-")
            shutil.copytree(STATE, logs, dirs_exist_ok=True, ignore=shutil.ignore_patterns("cdk.out", "tmp", "rie", "api-key"))
            print(f"logs: {logs}")
        results.append(run_case(world, down))
    failed = sum(failed for _, failed in results)
    print(f"{sum(passed for passed, _ in results)} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
