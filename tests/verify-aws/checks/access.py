"""Keys on the service that keeps them, what the authorizer tells the server, and what the gateway remembers."""

import time
from concurrent.futures import ThreadPoolExecutor

from botocore.exceptions import ClientError

from row import expect
from stack import KEY_SETTLES, until


def deployed_key(world):
    answer = world.first.list_tools(world.first.key)
    return expect(answer.status == 200 and len(answer.tools) > 1, f"{answer.status}, {len(answer.tools)} tools")


def every_tool(world):
    found = world.first.list_tools(world.first.new_key("every-tool")).tools
    return expect(len(found) > 1, f"{len(found)} tools")


def some_tools(world):
    found = world.first.list_tools(world.narrow_key).tools
    return expect(found == ["ping"], ", ".join(found))


def no_tools(world):
    """The authorizer's answer has an empty text then."""
    stack = world.first
    key = stack.key_without_tools("no-tools")
    until(lambda: stack.list_tools(key).status == 200, KEY_SETTLES + 5)
    answer = stack.list_tools(key)
    return expect((answer.status, answer.tools) == (200, []), f"{answer.status}, {len(answer.tools)} tools")


def keys_commands(world):
    stack = world.first
    stack.keys("create", "--id", "row", "--tools", "ping", "--expires", "1d")
    stack.keys("rotate", "row", "--expires", "never")
    for command in ("disable", "enable", "revoke"):
        stack.keys(command, "row")
    ids = [key["id"] for key in stack.keys("list")["keys"] if key["id"].startswith("row")]
    return expect(ids == ["row-r2"], f"left of it: {', '.join(ids)}")


def several_administrators(world):
    names = [f"admin-{number}" for number in range(4)]
    with ThreadPoolExecutor(len(names)) as pool:
        list(pool.map(lambda name: world.first.keys("create", "--id", name), names))
    found = [key["id"] for key in world.first.keys("list")["keys"] if key["id"].startswith("admin-")]
    return expect(sorted(found) == names, f"{len(found)} of {len(names)} keys are there")


def stale_label(world):
    """A label cannot be taken from a version that no longer has it, on which two administrators rely."""
    service, secret = world.first.aws("secretsmanager"), {"SecretId": world.first.secret}
    now = service.get_secret_value(**secret)
    draft = service.put_secret_value(**secret, SecretString=now["SecretString"], VersionStages=["verify-aws"])
    labels = service.describe_secret(**secret)["VersionIdsToStages"]
    (stale,) = (version for version, stages in labels.items() if "AWSPREVIOUS" in stages)
    move = {"VersionStage": "AWSCURRENT", "RemoveFromVersionId": stale, "MoveToVersionId": draft["VersionId"]}
    try:
        service.update_secret_version_stage(**secret, **move)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        return expect(code in ("InvalidParameterException", "InvalidRequestException"), code)
    return expect(False, "it was taken")


def labels(world):
    found = world.first.aws("secretsmanager").describe_secret(SecretId=world.first.secret)["VersionIdsToStages"]
    stages = sorted(stage for stages in found.values() for stage in stages if stage != "verify-aws")
    return expect(stages == ["AWSCURRENT", "AWSPREVIOUS", "mcp-client-edit"], ", ".join(stages))


def new_key_in_time(world):
    stack = world.first
    stack.list_tools("0" * 64)  # So that this second's reading is spent on an unknown key.
    key, began = stack.keys("create", "--id", "newcomer")["key"], time.monotonic()
    until(lambda: stack.list_tools(key).status == 200, KEY_SETTLES + 10)
    seconds = time.monotonic() - began
    return expect(seconds <= KEY_SETTLES, f"{seconds:.1f} s")


def revoked_in_time(world):
    stack, bound = world.first, world.key_cache
    key = stack.new_key("leaver")
    stack.keys("revoke", "leaver")
    began = time.monotonic()
    until(lambda: stack.list_tools(key).status == 403, bound + 30)
    seconds = time.monotonic() - began
    steady = {stack.list_tools(key).status for _ in range(5)}
    return expect(seconds <= bound + 2 and steady == {403}, f"after {seconds:.1f} s, then {sorted(steady)}")


def answers_are_remembered(world):
    """What was revoked is let in longer than the authorizer would, and no longer than both together."""
    stack, key = world.first, world.remembered.pop()
    first = stack.list_tools(key).status
    stack.keys("revoke", "remembered-1")
    began, last = time.monotonic(), 0.0
    while time.monotonic() < began + world.key_cache + world.ttl + 30 and stack.list_tools(key).status == 200:
        last = time.monotonic() - began
        time.sleep(0.2)
    came = f"first {first}, let in until {last:.1f} s after it was revoked"
    return expect(first == 200 and world.key_cache + 1 < last <= world.key_cache + world.ttl + 1, came)


def cache_is_reset(world):
    stack, key = world.first, world.remembered.pop()
    first = stack.list_tools(key).status
    stack.keys("revoke", "remembered-0")
    time.sleep(world.key_cache + 1)
    before, began = stack.list_tools(key).status, time.monotonic()
    stack.aws("apigatewayv2").reset_authorizers_cache(ApiId=stack.outputs["ApiId"], StageName="$default")
    until(lambda: stack.list_tools(key).status == 403, world.ttl)
    seconds = time.monotonic() - began
    came = f"{first}, then {before}, refused {seconds:.1f} s after the reset"
    return expect(first == before == 200 and seconds < world.ttl / 8, came)


def two_stacks(world):
    """Each stack has keys of its own."""
    key = world.second.new_key("second")
    came = world.second.list_tools(key).status, world.first.list_tools(key).status
    other = world.second.list_tools(world.first.key).status
    return expect((*came, other) == (200, 403, 403), f"its own {came[0]}, at the first {came[1]}, the first's {other}")
