"""Deployments that change what is there, while it is called."""

import subprocess

from stack.cases import SECOND, Load
from stack.stack import STATE

PROVISIONED = {
    "MCP_DEPLOY_PROVISIONED_CONCURRENCY": "1",
    "MCP_TOOL_TIMEOUT_MS": "700",
    "MCP_MAX_RESPONSE_BYTES": "512",
}


def provisioned_concurrency_comes_and_goes_without_a_failed_call(world):
    """The emulator keeps nothing warm: what is seen is that the gateway's target and its permission stay."""
    stack = world.stack
    world.skipped.append("instances kept warm: the emulator takes the setting and starts them when they are called")
    with Load(stack, stack.key, callers=1) as load:
        load.run_until(calls=20)
        stack.deploy("deploy", **SECOND, **PROVISIONED)
        yield "provisioned", 1, provisioned(stack)
        slow = stack.call("ping", stack.key, {"delay_ms": 3_000})
        yield "a setting of the server arrives", True, "700 ms" in slow.tool_error and slow.seconds < 2
        large = stack.call("get_weather", stack.key, {"city": "Kyiv" * 25})
        yield "and another", True, "limit is 512 bytes" in large.tool_error
        before = len(load.answers)
        stack.deploy("deploy", **SECOND)
        yield "not any more", None, provisioned(stack)
        load.run_until(calls=before + 20)
    print(f"  {len(load.answers)} calls during two deployments")
    yield "each was answered", {200}, set(load.answers)


def provisioned(stack):
    service = stack.aws("lambda")
    try:
        config = service.get_provisioned_concurrency_config(FunctionName=stack.server(), Qualifier="live")
    except service.exceptions.ProvisionedConcurrencyConfigNotFoundException:
        return None
    return config["RequestedProvisionedConcurrentExecutions"]


def nothing_is_traced_unless_asked(world):
    modes = {f["TracingConfig"]["Mode"] for f in world.stack.functions()}
    yield "X-Ray", {"PassThrough"}, modes


def a_deployed_key_is_not_lost_by_a_slip(world):
    stack = world.stack
    made = stack.keys("create", "--id", "stays")["key"]
    try:
        stack.deploy("deploy", API_KEY="", **SECOND)
        refused = "deployed"
    except subprocess.CalledProcessError:
        refused = (STATE / "deploy.log").read_text() + (STATE / "synth.log").read_text()
    yield "without API_KEY", True, "removeDeployedKey=true" in refused
    yield "the deployed key", 200, stack.list_tools(stack.key).status
    stack.deploy("deploy", API_KEY="", MCP_DEPLOY_REMOVE_DEPLOYED_KEY="true", **SECOND)
    yield "removed as was asked", 403, stack.list_tools(stack.key).status
    yield "a key made by hand", 200, stack.list_tools(made).status


CASES = [
    provisioned_concurrency_comes_and_goes_without_a_failed_call,
    nothing_is_traced_unless_asked,
    a_deployed_key_is_not_lost_by_a_slip,
]
