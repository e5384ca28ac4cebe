"""`scripts/deliver check` against the deployed stack. What else scripts/deliver does is in the suite `delivery`."""

import os
import subprocess

from stack.stack import ROOT, STATE
from support.processes import AWS, BIN

ENVIRONMENT = "checked"


def a_deployment_is_checked_with_a_key_of_its_own(world):
    """The smoke test, and the official clients in every mode."""
    stack = world.stack
    yield "check of what was not deployed", 69, deliver(stack, "check", expected=69)
    before = stack.keys("list")
    yield "deploy what is deployed", 0, deliver(stack, "deploy", "--app", STATE / "cdk.out")
    for what, url, code in (("check", stack.endpoint, 0), ("check of another path", f"{stack.endpoint}x", 1)):
        yield what, code == 0, deliver(stack, "check", "--endpoint", url, expected=code) == 0
        yield "its key is revoked", before, stack.keys("list")


def deliver(stack, command, *options, expected=0):
    url = f"http://127.0.0.1:{stack.port}"
    endpoints = {"AWS_ENDPOINT_URL": url, "AWS_ENDPOINT_URL_S3": url}
    done = subprocess.run(
        [ROOT / "scripts/deliver", command, "--environment", ENVIRONMENT, *options],
        env={**stack.environment, **AWS, **endpoints, "PATH": f"{BIN}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    if (done.returncode == 0) != (expected == 0):
        print(done.stdout, done.stderr)
    return done.returncode
