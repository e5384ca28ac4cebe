"""What must hold, in this order, from the first deployment to the last. A case gets a World and yields
(what, expected, seen)."""

import datetime
import http.client
import json
import os
import pathlib
import secrets
import subprocess
import tempfile
import threading
import time

from stack import heartbeat
from stack.caller import Caller
from stack.delivery import a_deployment_is_checked_with_a_key_of_its_own
from stack.stack import NAME, ROOT, STATE
from support.processes import await_true

IMAGE = "mcp-server-local-aws"
KEY_CACHE = 5  # seconds: the bound on a revocation
REFRESH_INTERVAL = 10  # seconds: keys this old do not make a key unknown
FIRST = {"MCP_DEPLOY_KEY_CACHE_SECONDS": str(KEY_CACHE)}
TIMEOUT = 4  # seconds
SECOND = {
    "MCP_DEPLOY_KEY_CACHE_SECONDS": str(KEY_CACHE - 1),
    "MCP_DEPLOY_TIMEOUT_SECONDS": str(TIMEOUT),
    "MCP_DEPLOY_MEMORY_MB": "1024",
}
# What the caller cannot make true by saying so: an allow-list and a domain of its own.
FORGED = json.dumps(
    {
        "domainName": "evil.example",
        "authorizer": {"lambda": {"key_id": "root", "tools": "calculate,get_weather"}},
    }
)
# What the official clients expect, too.
STEPS = json.loads((ROOT / "tests/interop/steps.json").read_text())["steps"]
ALL_TOOLS = [tool["name"] for step in STEPS if step["method"] == "tools/list" for tool in step["expect"]["tools"]]


def names(answer):
    return [tool["name"] for tool in answer.result["tools"]]


def a_wrong_key_is_not_let_in(world):
    """The gateway's own answers: the bodies are the emulator's, and unverified on AWS."""
    stack = world.stack
    stack.list_tools(stack.key)
    before = len(decisions(stack))
    yield "no key", (401, "Unauthorized"), status_and_message(stack.list_tools())
    yield "an empty key", (401, "Unauthorized"), status_and_message(stack.list_tools(""))
    yield "the authorizer was not asked", (True, before), (before > 0, len(decisions(stack)))
    for wrong in ("nope", secrets.token_hex(32), stack.key[:-1], stack.key.upper(), f"{stack.key},{stack.key}"):
        yield "a wrong key", (403, "Forbidden"), status_and_message(stack.list_tools(wrong))
    yield "the right key", (200, ALL_TOOLS), (stack.list_tools(stack.key).status, names(stack.list_tools(stack.key)))


def status_and_message(answer):
    return answer.status, answer.json["message"]


def only_the_endpoint_is_there(world):
    stack = world.stack
    domain = f"{stack.outputs['ApiId']}.execute-api.localhost:{stack.port}"
    by_name = stack.send(
        {"jsonrpc": "2.0", "id": 7, "method": "ping"}, stack.key, url=f"http://127.0.0.1:{stack.port}/mcp", host=domain
    )
    yield "by the gateway's domain", (200, 7), (by_name.status, by_name.json.get("id"))
    yield "another path", 404, stack.send({}, stack.key, url=stack.endpoint.replace("/mcp", "/other")).status
    for method in ("GET", "DELETE"):
        answer = stack.send(None, stack.key, method=method)
        yield method, (405, -32000), (answer.status, answer.json["error"]["code"])
        yield f"{method} without a key", 401, stack.send(None, method=method).status


def every_log_names_the_request(world):
    """The gateway gives both functions one id. The emulator draws one for each, so that they are equal is not seen here."""
    stack = world.stack
    request_id = stack.list_tools(stack.key).headers["x-request-id"]
    (served,) = [line for line in lines(stack.log("ServerLogGroup")) if line.get("request_id") == request_id]
    yield "the server's line", ("deployed", True), (served["auth.key_id"], bool(served["aws.request_id"]))
    ids = [line.get("gateway.request_id") for line in decisions(stack)]
    yield "the authorizer's lines", (True, len(ids)), (None not in ids, len(set(ids)))
    yield "its last", "deployed", decisions(stack)[-1]["auth.key_id"]


def decisions(stack):
    return [line for line in lines(stack.log("AuthorizerLogGroup")) if line["message"] == "key checked"]


def lines(text):
    """The JSON lines of our programs in a log."""
    found = [line[line.index('{"timestamp"') :] for line in text.splitlines() if '{"timestamp"' in line]
    return [json.loads(line) for line in found]


def what_a_caller_claims_changes_nothing(world):
    stack = world.stack
    for name in ("x_amzn_request_context", "x_amzn_lambda_context"):
        answer = stack.list_tools(stack.key, **{name: FORGED})
        yield f"forged {name}, a good key", (200, ALL_TOOLS), (answer.status, names(answer))
        yield f"forged {name}, no key", 401, stack.list_tools(**{name: FORGED}).status
    for forged in ({}, {"x_amzn_request_context": FORGED}):
        answer = stack.list_tools(stack.key, host="evil.example", **forged)
        yield "a foreign Host", (403, -32000), (answer.status, answer.json["error"]["code"])
    answer = stack.list_tools(stack.key, origin="https://evil.example")
    yield "a foreign Origin", (403, -32000), (answer.status, answer.json["error"]["code"])


def the_image_runs_without_lambda(world):
    """As docs/deploy.md says: keys in a folder, because a change replaces the file."""
    stack = world.stack
    image = json.loads(docker("image", "inspect", IMAGE))[0]
    yield "the user of the image", "65532:65532", image["Config"]["User"]
    bases = "stand-ins made here" if stand_ins() else "the bases that the Dockerfile names"
    print(f"  {image['Size'] / 1e6:.1f} MB, built from {bases}")
    with tempfile.TemporaryDirectory() as folder:
        key = file_key(stack, folder, "first")
        container = docker(
            *("run", "--detach", "--rm", "--publish", "127.0.0.1::8080", "--user", f"{os.getuid()}:{os.getgid()}"),
            *("--volume", f"{folder}:/keys:ro", "--read-only", "--cap-drop", "ALL"),
            *("--env", "MCP_HOST=0.0.0.0", "--env", "MCP_API_KEYS_FILE=/keys/keys.json", IMAGE),
        ).strip()
        try:
            alone = Caller(f"http://{docker('port', container, '8080/tcp').strip()}/mcp")
            await_true("the container", alone.answers)
            for what, presented, expected in (
                ("no key", None, 401),
                ("a wrong one", "nope", 403),
                ("its key", key, 200),
            ):
                yield what, expected, alone.list_tools(presented).status
            later = file_key(stack, folder, "later")
            await_true("a later key", lambda: alone.list_tools(later).status == 200, 5)
            began = time.monotonic()
            docker("stop", "--time", "10", container)
            yield "stops when it is told to", True, time.monotonic() - began < 5
        finally:
            subprocess.run(["docker", "rm", "--force", container], capture_output=True, check=False)


def file_key(stack, folder, name):
    done = stack.client("keys", "create", "--id", name, "--file", f"{folder}/keys.json", "--json")
    return json.loads(done.stdout)["key"]


def docker(*arguments):
    return subprocess.run(["docker", *arguments], capture_output=True, text=True, check=True).stdout


def stand_ins():
    """Whether the image's own bases could not be pulled."""
    return "mcp-server-bases" in (STATE / f"cdk.out/{NAME}.assets.json").read_text()


def our_client_is_content(world):
    done = world.stack.client("--endpoint", world.stack.endpoint, MCP_API_KEY=world.stack.key)
    yield "mcp-client's smoke test", (0, ""), (done.returncode, done.stderr if done.returncode else "")
    done = world.stack.client("--endpoint", world.stack.endpoint, MCP_API_KEY="nope")
    yield "with a wrong key it says so", True, done.returncode != 0 and "403" in done.stderr


def our_doctor_names_the_step(world):
    stack = world.stack
    for what, url, key, code, expected in (
        ("a deployment in order", stack.endpoint, stack.key, 0, []),
        ("without a key", stack.endpoint, "", 77, ["key"]),
        ("with a wrong key", stack.endpoint, "nope", 77, ["key"]),
        ("at a wrong path", f"{stack.endpoint}x", stack.key, 76, ["route"]),
    ):
        done = stack.client("doctor", url, "--json", MCP_API_KEY=key)
        steps = json.loads(done.stdout)["steps"]
        yield what, (code, expected), (done.returncode, [step["name"] for step in steps if step["status"] == "failed"])


def our_proxy_passes_everything_on(world):
    meta = {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
    }
    call = {"name": "calculate", "arguments": {"operation": "add", "a": 2, "b": 3}, "_meta": meta}
    lines = [
        {"jsonrpc": "2.0", "id": "list", "method": "tools/list", "params": {"_meta": meta}},
        {"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": call},
    ]
    stack = world.stack
    done = stack.client(
        "proxy", stack.endpoint, stdin="".join(json.dumps(line) + "\n" for line in lines), MCP_API_KEY=stack.key
    )
    answers = {answer["id"]: answer.get("result", answer) for answer in map(json.loads, done.stdout.splitlines())}
    yield "ends well", (0, 2), (done.returncode, len(answers))
    yield "the list", True, "calculate" in [tool["name"] for tool in answers["list"].get("tools", [])]
    yield "the call", 5, answers[7].get("structuredContent", {}).get("result")


def a_key_reaches_its_tools_only(world):
    stack = world.stack
    key = stack.keys("create", "--id", "narrow", "--tools", "ping")["key"]
    await_true("the new key", lambda: stack.list_tools(key).status == 200, REFRESH_INTERVAL + 1)
    for forged in ({}, {"x_amzn_request_context": FORGED}):
        yield "the list", ["ping"], names(stack.list_tools(key, **forged))
        yield "its tool", False, stack.call("ping", key, **forged).result.get("isError", False)
        refused = stack.call("calculate", key, {"operation": "add", "a": 1, "b": 2}, **forged)
        unknown = stack.call("no_such_tool", key, **forged)
        yield "another tool", (200, -32602), (refused.status, refused.json["error"]["code"])
        without_name = [
            answer.json["error"]["message"].replace(name, "")
            for answer, name in ((refused, "calculate"), (unknown, "no_such_tool"))
        ]
        yield "is as if it did not exist", without_name[1], without_name[0]


def a_revoked_key_stops_in_time(world):
    stack = world.stack
    key = stack.keys("create", "--id", "leaver")["key"]
    await_true("the new key", lambda: stack.list_tools(key).status == 200, REFRESH_INTERVAL + 1)
    stack.keys("revoke", "leaver")
    revoked = time.monotonic()
    while stack.list_tools(key).status == 200 and time.monotonic() < revoked + 60:
        time.sleep(0.05)
    seconds = time.monotonic() - revoked
    print(f"  refused after {seconds:.1f} s of {KEY_CACHE}")
    yield f"refused within {KEY_CACHE} s", True, seconds <= KEY_CACHE + 0.5
    yield "and stays so", {403}, {stack.list_tools(key).status for _ in range(5)}


def a_rotation_refuses_nobody(world):
    stack = world.stack
    old = stack.keys("create", "--id", "rotating")["key"]
    await_true("the new key", lambda: stack.list_tools(old).status == 200, REFRESH_INTERVAL + 1)
    with Load(stack, old) as load:
        load.run_until(calls=100)
        end = time.time() + 20
        keep = datetime.datetime.fromtimestamp(end, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        new = stack.keys("rotate", "rotating", "--keep", keep)["key"]
        load.run_for(min(KEY_CACHE, REFRESH_INTERVAL))
        load.key = new
        load.run_until(calls=len(load.answers) + 100)
    print(f"  {len(load.answers)} calls while a key was rotated")
    yield "each was answered", {200}, set(load.answers)
    yield "the overlap was long enough to see that", True, time.time() < end
    time.sleep(max(0, end + 1 - time.time()))
    yield "the old key afterwards", 403, stack.list_tools(old).status
    yield "the new key afterwards", 200, stack.list_tools(new).status


class Load:
    """Calls without a pause."""

    def __init__(self, stack, key, callers=3):
        self.stack, self.key = stack, key
        self.answers = []
        self.running = True
        self.threads = [threading.Thread(target=self.call, daemon=True) for _ in range(callers)]

    def call(self):
        while self.running:
            try:
                self.answers.append(self.stack.call("ping", self.key).status)
            except (OSError, http.client.HTTPException) as error:
                self.answers.append(repr(error))

    def run_for(self, seconds):
        time.sleep(seconds)

    def run_until(self, calls):
        await_true(f"{calls} calls", lambda: len(self.answers) >= calls)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.running = False
        for thread in self.threads:
            thread.join()


def secrets_manager_fails(world):
    stack = world.stack
    unknown = secrets.token_hex(32)
    yield "before", (200, 403), (stack.list_tools(stack.key).status, stack.list_tools(unknown).status)
    for fault in ("refused", "500"):
        world.proxy.set(fault)
        time.sleep(REFRESH_INTERVAL + 0.5)
        yield f"{fault}: a key that was read before", 200, stack.list_tools(stack.key).status
        yield f"{fault}: an unknown key", (500, "Internal Server Error"), status_and_message(stack.list_tools(unknown))
        world.proxy.set("none")
        await_true("recovery", lambda: stack.list_tools(unknown).status == 403, REFRESH_INTERVAL + 1)
        yield f"{fault}, then over", 200, stack.list_tools(stack.key).status


def a_second_deployment_changes_in_place(world):
    """Other settings and another API_KEY, deployed while Secrets Manager is down, so that new instances know nothing."""
    stack = world.stack
    before, old = stack.outputs, stack.key
    made_by_hand = stack.keys("create", "--id", "by-hand")["key"]
    world.proxy.set("refused")
    new = secrets.token_hex(32)
    stack.deploy("deploy", API_KEY=new, **SECOND)
    (STATE / "api-key").write_text(new)
    yield "the outputs", {**before, "KeyCacheSeconds": SECOND["MCP_DEPLOY_KEY_CACHE_SECONDS"]}, stack.outputs
    functions = {f["PackageType"]: f for f in stack.functions()}
    yield "the server", (TIMEOUT, 1024), (functions["Image"]["Timeout"], functions["Image"]["MemorySize"])
    yield "no instance has read keys", (500, "Internal Server Error"), status_and_message(stack.list_tools(new))
    world.proxy.set("none")
    await_true("recovery", lambda: stack.list_tools(new).status == 200, REFRESH_INTERVAL + 1)
    yield "API_KEY's old value", 403, stack.list_tools(old).status
    yield "a key made by hand", 200, stack.list_tools(made_by_hand).status
    (status,) = {s["StackStatus"] for s in stack.aws("cloudformation").describe_stacks(StackName=NAME)["Stacks"]}
    yield "the stack", "UPDATE_COMPLETE", status


def what_would_die_at_the_gateway_is_a_tool_error(world):
    stack = world.stack
    slow = stack.call("ping", stack.key, {"delay_ms": 10_000})
    yield "a slow tool", (200, True), (slow.status, slow.tool_error.startswith("timed out"))
    yield "before the function's time is over", True, slow.seconds < TIMEOUT + 0.5
    print(f"  a tool of 10 s, a function of {TIMEOUT} s: after {slow.seconds:.1f} s `{slow.tool_error}`")
    yield "the next call", 200, stack.call("ping", stack.key).status


def no_key_is_written_anywhere(world):
    """Every key of this run, in all that was deployed, printed and logged."""
    stack = world.stack
    template = stack.aws("cloudformation").get_template(StackName=NAME)["TemplateBody"]
    functions = stack.functions()
    secret = stack.aws("secretsmanager").get_secret_value(SecretId=stack.outputs["ApiKeysSecret"])["SecretString"]
    assembly = "".join(path.read_text(errors="replace") for path in pathlib.Path(STATE / "cdk.out").glob("*.json"))
    places = {
        "the template": json.dumps(template, default=str),
        "the functions": json.dumps(functions, default=str),
        "the secret": secret,
        "the assembly": assembly,
        "the server's log": stack.log("ServerLogGroup"),
        "the authorizer's log": stack.log("AuthorizerLogGroup"),
        "what was printed": stack.printed(),
    }
    for place, text in places.items():
        yield f"is there something to search in {place}", True, len(text) > 100
        yield f"keys in {place}", 0, sum(key in text for key in stack.accepted_keys)
    served, decided = places["the server's log"].count('"request served"'), len(decisions(stack))
    print(
        f"  {served} lines of the server and {decided} of the authorizer searched for {len(stack.accepted_keys)} keys"
    )
    yield "lines of the server", True, served > 200
    yield "and of the authorizer, which was asked more often", True, decided > served


def destroy_leaves_nothing(world):
    stack = world.stack
    counts = stack.resources()
    yield "there is something to remove", [], [kind for kind, found in counts.items() if not found]
    stack.local_aws("destroy")
    yield "what is left", {kind: [] for kind in counts}, stack.resources()
    answer = stack.send({"jsonrpc": "2.0", "id": 7, "method": "ping"}, "a-key")
    yield "the endpoint", 404, answer.status


def the_heartbeat_beats(world):
    yield from heartbeat.beats(world, SECOND)


CASES = [
    the_image_runs_without_lambda,
    a_wrong_key_is_not_let_in,
    only_the_endpoint_is_there,
    every_log_names_the_request,
    what_a_caller_claims_changes_nothing,
    our_client_is_content,
    our_doctor_names_the_step,
    our_proxy_passes_everything_on,
    a_deployment_is_checked_with_a_key_of_its_own,
    a_key_reaches_its_tools_only,
    a_revoked_key_stops_in_time,
    a_rotation_refuses_nobody,
    secrets_manager_fails,
    a_second_deployment_changes_in_place,
    what_would_die_at_the_gateway_is_a_tool_error,
    the_heartbeat_beats,
]
# After all that deploys and calls.
LAST = [no_key_is_written_anywhere, destroy_leaves_nothing]
