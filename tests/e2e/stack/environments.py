"""Several deployments in one account and region."""

import secrets
import time

from support.processes import await_true

STAGING = {"MCP_DEPLOY_ENVIRONMENT": "staging"}
KEY_CACHE = 10  # seconds: no key is unknown for longer


def two_environments_stand_side_by_side(world):
    stack, staging = world.stack, world.another("McpServerStack-staging", STAGING)
    alone = stack.resources()
    began, key = time.monotonic(), secrets.token_hex(32)
    staging.deploy("deploy", API_KEY=key)
    print(f"  a second environment within {time.monotonic() - began:.0f} s")
    await_true("the second environment", lambda: staging.list_tools(key).status == 200)
    made = {one: one.keys("create", "--id", "one-of-two")["key"] for one in (stack, staging)}
    for one, own in made.items():
        await_true("the new key", lambda one=one, own=own: one.list_tools(own).status == 200, KEY_CACHE + 1)
    for what, of_first, of_second in (("API_KEY", stack.key, key), ("keys made by hand", *made.values())):
        yield f"{what}: at home", (200, 200), (stack.list_tools(of_first).status, staging.list_tools(of_second).status)
        yield f"{what}: abroad", (403, 403), (stack.list_tools(of_second).status, staging.list_tools(of_first).status)
    stack.keys("revoke", "one-of-two")
    staging.local_aws("destroy", API_KEY=key)
    yield "what is left", alone, stack.resources()
    yield "the first one", 200, stack.list_tools(stack.key).status
    yield "the second one", 404, staging.list_tools(key).status


CASES = [two_environments_stand_side_by_side]
