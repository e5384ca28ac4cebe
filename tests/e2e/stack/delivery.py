"""scripts/deliver beside the stack of the suite: a pull request's own, called as clients do."""

import json
import os
import subprocess

from stack.stack import NAME, ROOT, STATE
from support.processes import AWS, BIN

ENVIRONMENT = "pr-1"
NO_KEYS = {"v": 1, "keys": []}


def a_pull_request_is_deployed_checked_and_removed(world):
    stack = world.stack
    before = stack.resources()
    yield "deploy", 0, deliver(stack, "deploy")
    (own,) = json.loads((ROOT / f".cache/deliver/{ENVIRONMENT}/outputs.json").read_text()).values()
    endpoint = stack.endpoint.replace(stack.outputs["ApiId"], own["ApiId"])
    yield "another endpoint", True, endpoint != stack.endpoint
    for what, url, code in (("check", endpoint, 0), ("check of what is not there", f"{endpoint}x", 1)):
        yield what, code, deliver(stack, "check", "--endpoint", url, expected=code)
        secret = stack.aws("secretsmanager").get_secret_value(SecretId=own["ApiKeysSecret"])["SecretString"]
        yield "its key is revoked", NO_KEYS, json.loads(secret)
    yield "destroy", 0, deliver(stack, "destroy")
    yield "what is left", before, stack.resources()
    yield "check of nothing", 69, deliver(stack, "check", expected=69)


def deliver(stack, command, *options, expected=0):
    url = f"http://127.0.0.1:{stack.port}"
    done = subprocess.run(
        [ROOT / "scripts/deliver", command, "--environment", ENVIRONMENT, *options],
        env={
            **stack.environment,
            **AWS,
            **image_settings(),
            "AWS_ENDPOINT_URL": url,
            "AWS_ENDPOINT_URL_S3": url,
            "PATH": f"{BIN}:{os.environ['PATH']}",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != expected:
        print(done.stdout, done.stderr)
    return done.returncode


def image_settings():
    """Those that lead to the image that scripts/local-aws has built: the emulator takes no other."""
    (image,) = json.loads((STATE / f"cdk.out/{NAME}.assets.json").read_text())["dockerImages"].values()
    arguments = image["source"].get("dockerBuildArgs", {})
    architecture = {"linux/arm64": "arm64"}.get(image["source"].get("platform"), "x86_64")
    return {
        **{f"MCP_DEPLOY_{name}": value for name, value in arguments.items()},
        "MCP_DEPLOY_ARCHITECTURE": architecture,
        "MCP_DEPLOY_KEEP_DATA": "false",
    }
