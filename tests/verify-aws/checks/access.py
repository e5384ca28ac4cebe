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
    return revocation(world, "leaver", world.key_cache)


def revoked_in_time_with_ttl(world):
    return revocation(world, "later-leaver", world.key_cache + world.ttl)


def revocation(world, name, bound):
    stack = world.first
    key = stack.new_key(name)
    stack.keys("revoke", name)
    began = time.monotonic()
    until(lambda: stack.list_tools(key).status == 403, bound + 30)
    seconds = time.monotonic() - began
    steady = {stack.list_tools(key).status for _ in range(5)}
    came = f"after {seconds:.1f} s of {bound}, then {sorted(steady)}"
    return expect(seconds <= bound + 2 and steady == {403}, came)


def answers_are_remembered(world):
    """The authorizer is not asked again for the same key."""
    stack = world.first
    key = stack.new_key("remembered")
    before = decisions(stack, "remembered", at_least=1)
    calls = [stack.ping(key).status for _ in range(5)]
    time.sleep(stack.place.patience(15))
    after = decisions(stack, "remembered")
    return expect(set(calls) == {200} and after == before, f"{after - before} decisions for {len(calls)} calls")


def cache_is_reset(world):
    """What is revoked stops within the authorizer's own cache, although the gateway's is longer."""
    stack = world.first
    key = stack.new_key("forgotten")
    stack.keys("revoke", "forgotten")
    time.sleep(world.key_cache + 1)
    began = time.monotonic()
    stack.aws("apigatewayv2").reset_authorizers_cache(ApiId=stack.outputs["ApiId"], StageName="$default")
    until(lambda: stack.list_tools(key).status == 403, world.ttl)
    seconds = time.monotonic() - began
    return expect(seconds < world.ttl / 3, f"refused {seconds:.1f} s after the reset")


def decisions(stack, key_id, at_least=0):
    def look():
        found = [line for line in stack.lines("AuthorizerLogGroup") if line.get("auth.key_id") == key_id]
        return len(found) if len(found) >= at_least else 0

    return stack.eventually(look, 60) if at_least else look()


def two_stacks(world):
    """Each stack has keys of its own."""
    key = world.second.new_key("second")
    came = world.second.list_tools(key).status, world.first.list_tools(key).status
    other = world.second.list_tools(world.first.key).status
    return expect((*came, other) == (200, 403, 403), f"its own {came[0]}, at the first {came[1]}, the first's {other}")
