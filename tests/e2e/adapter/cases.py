"""What must hold. A case gets a World and yields (what, expected, seen)."""

import json
import os
import pathlib
import time

from adapter.environment import EVENT, MODERN, call, message
from support.processes import await_true

JSON = "application/json"
LAMBDA_BYTES = 6_291_556
MIB = 1024 * 1024
FOREIGN = "attacker.example"
# What must not be in a log, as a key, as an argument or in a panic's message.
CANARIES = ("canary-key", "canary-argument", "canary-panic")


def both_eras(world):
    """The first invocation starts the program, and the next ones find it running."""
    server = world.start()
    first = server.post(message("tools/list"))
    yield "first tools/list", (200, False), (first.status, first.encoded)
    yield "its tools", True, {"ping", "calculate"} <= set(first.tools())
    yield "its headers", (JSON, True), (first.headers["content-type"], len(first.headers["x-request-id"]) == 32)
    yield "its length", str(len(first.text.encode())), first.headers["content-length"]
    parameters = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "e2e", "version": "1"}}
    initialized = server.post(message("initialize", parameters))
    yield "initialize", "2025-11-25", initialized.result["protocolVersion"]
    notification = server.post({"jsonrpc": "2.0", "method": "notifications/initialized"})
    yield "notification", (202, ""), (notification.status, notification.text)
    discovered = server.post(message("server/discover", modern=True))
    yield "server/discover", True, MODERN in discovered.result["supportedVersions"]
    for modern in (False, True):
        yield "tools/list", first.tools(), server.post(message("tools/list", modern=modern)).tools()
        pong = server.post(call("ping", modern)).result
        yield "tools/call", True, pong["content"][0]["text"].startswith("pong! ")
        yield "serverInfo", modern, "io.modelcontextprotocol/serverInfo" in pong.get("_meta", {})
    yield "starts", 1, len(server.init_durations())


def errors_are_json_rpc(world):
    server = world.start()
    yield "unknown tool", (200, JSON, -32602), server.post(call("no_such_tool")).error()
    yield "unknown method", (404, JSON, -32601), server.post(message("no/such", modern=True)).error()
    yield "broken JSON", (400, JSON, -32700), server.post('{"jsonrpc": ').error()
    yield "batch", (400, JSON, -32600), server.post(json.dumps([message("tools/list")])).error()
    yield "no body", (400, JSON, -32700), server.post("").error()
    text = server.post(message("tools/list"), {"content-type": "text/plain"})
    yield "content-type", (415, JSON, -32000), text.error()
    html = server.post(message("tools/list"), {"accept": "text/html"})
    yield "accept", (406, JSON, -32000), html.error()
    get = server.post("", method="GET")
    yield "GET", ((405, JSON, -32000), "POST"), (get.error(), get.headers.get("allow"))
    version = server.post(message("tools/list"), {"mcp-protocol-version": "2999-01-01"})
    yield "version", (400, JSON, -32022), version.error()
    arguments = server.post(call("calculate", a=1, b=0, operation="divide"))
    yield "tool error", True, arguments.result["isError"]


def the_caller(world):
    """The authorizer's context counts, and nothing that a client sends in its place."""
    server = world.start()
    yield "every tool", True, len(server.post(message("tools/list")).tools()) > 2
    forged = {
        "x-amzn-request-context": json.dumps(
            {"domainName": FOREIGN, "requestId": "forged", "authorizer": {"lambda": {"key_id": "admin"}}}
        ),
        # In the past: whoever believed it would have no time left.
        "x-amzn-lambda-context": json.dumps({"deadline": 1, "request_id": "forged"}),
    }
    for who, headers in (("client", {}), ("forger", forged)):
        some = {"authorizer": {"lambda": {"key_id": "some", "tools": "ping,calculate"}}}
        none = {"authorizer": {"lambda": {"key_id": "none", "tools": ""}}}
        for modern in (False, True):
            listed = server.post(message("tools/list", modern=modern), headers, **some)
            yield f"{who}: some, list", ["calculate", "ping"], listed.tools()
            refused = server.post(call("get_weather", modern, city="Kyiv"), headers, **some)
            yield f"{who}: some, other tool", (200, JSON, -32602), refused.error()
            allowed = server.post(call("ping", modern, delay_ms=50), headers, **some)
            yield f"{who}: some, own tool", False, allowed.result.get("isError", False)
            yield f"{who}: none, list", [], server.post(message("tools/list", modern=modern), headers, **none).tools()
            yield f"{who}: none, tool", (200, JSON, -32602), server.post(call("ping", modern), headers, **none).error()
        host = server.post(message("tools/list"), {**headers, "host": FOREIGN})
        yield f"{who}: foreign host", (403, JSON, -32000), host.error()
    names = {line.get("auth.key_id") for line in server.served()}
    yield "who is in the log", {"ci", "some", "none", None}, names
    yield "forged ids in the log", False, "forged" in server.text()


def without_a_verdict(world):
    """A route or a trigger without the authorizer serves nobody, whatever a client sends; only a setting opens it."""
    forged = json.dumps({"authorizer": EVENT["requestContext"]["authorizer"]})
    contexts = {
        "no authorizer": None,
        "an empty authorizer": {},
        "no answer": {"lambda": {}},
        "another authorizer": {"jwt": {"claims": {"sub": "admin"}, "scopes": None}},
        "no key_id": {"lambda": {"tools": "*"}},
        "an empty key_id": {"lambda": {"key_id": "", "tools": "*"}},
        "a number for a key_id": {"lambda": {"key_id": 5, "tools": "*"}},
    }
    server = world.start(MCP_ALLOWED_HOSTS="mcp.example.com")
    for name, authorizer in contexts.items():
        for headers in ({}, {"x-amzn-request-context": forged}, {"host": "mcp.example.com"}):
            for body in (message("tools/list"), call("ping"), call("ping", modern=True)):
                yield name, (403, JSON, -32000), server.post(body, headers, authorizer=authorizer).error()
    for tools in (None, "", 7, ["*"], " * "):
        listed = server.post(message("tools/list"), authorizer={"lambda": {"key_id": "ci", "tools": tools}})
        yield f"tools: {tools!r}", [], listed.tools()
    yield "the lines that say so", True, any(line["message"].startswith("refused: ") for line in server.lines())
    every = server.post(message("tools/list")).tools()
    opened = world.start(MCP_ALLOW_UNAUTHENTICATED="true")
    yield "a setting opens it", every, opened.post(message("tools/list"), authorizer=None).tools()
    some = {"lambda": {"key_id": "ci", "tools": "ping"}}
    yield "a verdict counts", ["ping"], opened.post(message("tools/list"), authorizer=some).tools()
    half = opened.post(message("tools/list"), authorizer={"lambda": {"key_id": 5, "tools": "ping"}})
    yield "half a verdict", (403, JSON, -32000), half.error()
    said = [line["level"] for line in opened.lines() if "MCP_ALLOW_UNAUTHENTICATED" in line["message"]]
    yield "said at the start", ["WARN"], said


def the_host(world):
    """The name under which the gateway was called, and no other; nothing is configured."""
    server = world.start()
    domain = EVENT["requestContext"]["domainName"]
    yield "the gateway's", 200, server.post(message("tools/list")).status
    yield "the gateway's, upper case", 200, server.post(message("tools/list"), {"host": domain.upper()}).status
    own = server.post(message("tools/list"), {"host": "mcp.example.com"}, domainName="mcp.example.com")
    yield "a domain of one's own", 200, own.status
    for host in (FOREIGN, "localhost", "127.0.0.1", f"{domain}.{FOREIGN}", f"{FOREIGN}/{domain}"):
        foreign = server.post(message("tools/list"), {"host": host})
        yield f"Host: {host}", (403, JSON, -32000), foreign.error()
    origin = server.post(message("tools/list"), {"origin": f"https://{domain}"})
    yield "an origin", (403, JSON, -32000), origin.error()


def a_late_tool(world):
    """It is answered before the invocation ends, which would end the instance."""
    server = world.start(AWS_LAMBDA_FUNCTION_TIMEOUT="3")
    server.post(call("ping"))
    for modern in (False, True):
        began = time.monotonic()
        late = server.post(call("ping", modern, delay_ms=10_000))
        seconds = time.monotonic() - began
        yield "tool error", "timed out", late.tool_error()[:9]
        yield "between 2 and 3 s", True, 2 < seconds < 3
        yield "the next call", "pong!", server.post(call("ping", modern)).result["content"][0]["text"][:5]
    yield "starts", 1, len(server.init_durations())


def large_answers(world):
    """Up to the server's limit they pass; beyond it the tool failed, and the answer says why."""
    server = world.start("misbehaving")
    limit = 4 * MIB
    for modern in (False, True):
        fits = server.post(call("large", modern, bytes=3_000_000, of="x"))
        yield "3 MB", (200, 3_000_000), (fits.status, len(fits.result["content"][0]["text"]))
        large = server.post(call("large", modern, bytes=limit, of="x")).tool_error()
        yield "4 MiB and more", True, f"the limit is {limit} bytes (MCP_MAX_RESPONSE_BYTES)" in large
    # A quote is 2 bytes of our JSON and 4 in the string that the adapter makes of it, which goes up to Lambda's limit.
    for name, of in (("quotes", '"'), ("backslashes", "\\"), ("line breaks", "\n"), ("all of them", '"\\\n')):
        near = 1_500_000
        fits = server.post(call("large", bytes=near, of=of))
        yield f"{near} {name}", (200, near), (fits.status, len(fits.result["content"][0]["text"]))
        most = server.post(call("large", bytes=limit // 2 - 1_000, of=of)).tool_error()
        yield f"{name}, nearly 4 MiB of JSON", True, "bytes as Lambda carries it" in most
    # The last size that passes and the first that does not, found by halving: neither is lost at Lambda.
    passes, fails = 1_500_000, limit // 2
    while fails - passes > 1:
        middle = (passes + fails) // 2
        answer = server.post(call("large", bytes=middle, of='"'))
        yield "lost at Lambda's limit", 200, answer.status
        passes, fails = (passes, middle) if answer.result.get("isError") else (middle, fails)
    yield "the last that passes", True, LAMBDA_BYTES - 20_000 < server.post(call("large", bytes=passes, of='"')).size
    long_id = {**call("large", bytes=passes, of='"'), "id": '"' * 400_000}
    yield "a long id as well", True, "bytes as Lambda carries it" in server.post(long_id).tool_error()
    yield "starts", 1, len(server.init_durations())


def the_emulator_enforces_lambdas_limit(world):
    """Without which the case about large answers would show nothing."""
    server = world.start("misbehaving", MCP_MAX_RESPONSE_BYTES="104857600")
    refused = server.post(call("large", bytes=7_000_000, of="x"))
    yield "7 MB, refused by the server", True, "bytes as Lambda carries it" in refused.tool_error()
    # The control knows no limit, and repeats the request's id.
    control = world.start("bare_axum")
    lost = control.post(json.dumps({"jsonrpc": "2.0", "id": '"' * 1_600_000, "method": "tools/list"}).encode())
    yield "more than 6 MB", "Function.ResponseSizeTooLarge", lost.whole.get("errorType")
    yield "its limit", True, f"({LAMBDA_BYTES} bytes)" in lost.whole.get("errorMessage", "")


def request_bodies(world):
    """Base64 is decoded by the adapter; bytes that are no text, and too many of them, are refused in JSON-RPC."""
    server = world.start()
    text = json.dumps(message("tools/list"))
    for name, encode in (("text", str), ("base64", str.encode)):
        yield f"{name}", 200, server.post(encode(text)).status
        yield f"{name}, 1 MiB", 200, server.post(encode(text.ljust(MIB))).status
        over = server.post(encode(text.ljust(MIB + 1)))
        yield f"{name}, 1 MiB and 1 byte", (413, JSON, -32000), over.error()
        yield f"{name}, the limit named", True, str(MIB) in over.text
    city = "Київ"
    for name, body in (
        ("text", json.dumps(call("get_weather", city=city), ensure_ascii=False)),
        ("base64", json.dumps(call("get_weather", city=city), ensure_ascii=False).encode()),
    ):
        yield f"{name}, not ASCII", True, city in server.post(body).text
    for name, body in (
        ("no UTF-8", b"\xff\xfe\x00\x01"),
        ("no UTF-8 in a string", json.dumps(call("get_weather", city="@")).encode().replace(b"@", b"\xc3\x28")),
    ):
        yield name, (400, JSON, -32700), server.post(body).error()


def panics_and_blocked_threads(world):
    """The tool failed, and the instance lives on; where there is one processor as well."""
    server = world.start("misbehaving", processors=1, MCP_TOOL_TIMEOUT_MS="500")
    for modern in (False, True):
        panicked = server.post(call("panic", modern, message="canary-panic"))
        yield "panic", f"the id {panicked.headers['x-request-id']}", panicked.tool_error()[-39:]
        slept = server.post(call("sleep", modern, seconds=60))
        yield "sleep", "timed out", slept.tool_error()[:9]
    began = time.monotonic()
    blocked = server.post(call("block", seconds=4))
    yield "block", "timed out", blocked.tool_error()[:9]
    for modern in (False, True):
        large = server.post(call("large", modern, bytes=3, of="x"))
        yield "the next call", "xxx", large.result["content"][0]["text"]
    yield "while the thread is blocked", True, time.monotonic() - began < 4
    yield "starts", 1, len(server.init_durations())


def the_program_is_killed(world):
    """Lambda's affair: one invocation fails at once, and the next one starts the program again."""
    server = world.start()
    server.post(call("ping"))
    program = pathlib.Path(f"/proc/{server.program_pid()}")
    os.kill(int(program.name), 9)
    # Until its parent, the emulator, has noticed: before that the adapter loses the invocation, and ends too.
    await_true("the end of the program", lambda: not program.exists())
    began = time.monotonic()
    failed = server.post(call("ping"))
    yield "the invocation", (None, "Runtime.ExitError"), (failed.status, failed.whole.get("errorType"))
    yield "at once", True, time.monotonic() - began < 2
    yield "the next one", "pong!", server.post(call("ping")).result["content"][0]["text"][:5]
    yield "starts", 2, len(server.init_durations())


def logs(world):
    """One line a request, that names the gateway's request and nothing that it carried; at every level."""
    for level in ("INFO", "TRACE"):
        for program, tool in (("mcp-server", "get_weather"), ("misbehaving", "panic")):
            server = world.start(program, AWS_LAMBDA_LOG_LEVEL=level, AWS_LAMBDA_LOG_FORMAT="JSON")
            bodies = [
                message("tools/list"),
                call(tool, **{"city" if tool == "get_weather" else "message": "canary-argument"}),
                call("canary-argument", modern=True),
                call("ping", canary="canary-argument"),
                '{"canary-argument',
            ]
            for body in bodies:
                server.post(body, key="canary-key")
                server.post(body, {"host": FOREIGN, "canary": "canary-argument"}, key="canary-key")
            # The answer leaves when the line has been written, so nothing needs to be waited for.
            ids = [line["aws.request_id"] for line in server.served()]
            yield f"{program}, {level}: a line each", [f"gateway-{n}" for n in range(1, 2 * len(bodies) + 1)], ids
            words = {line["http.status_code"] for line in server.served()}
            yield f"{program}, {level}: their status", {200, 400, 403}, words
            trace = {line["aws.trace_id"] for line in server.served()}
            yield f"{program}, {level}: their trace", {EVENT["headers"]["x-amzn-trace-id"]}, trace


CASES = [
    both_eras,
    errors_are_json_rpc,
    the_caller,
    without_a_verdict,
    the_host,
    a_late_tool,
    large_answers,
    the_emulator_enforces_lambdas_limit,
    request_bodies,
    panics_and_blocked_threads,
    the_program_is_killed,
    logs,
]
