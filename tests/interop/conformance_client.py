"""Usage: conformance_client.py URL

What the conformance suite starts as the client: runs mcp-client ($MCP_CLIENT) with the command lines of the scenario
that $MCP_CONFORMANCE_SCENARIO names. Knows no protocol.

The suite judges what arrived, and not how the client ended: a command that does not end as it should is reported here,
in the form of the suite's own report.
"""

import json
import os
import pty
import signal
import subprocess
import sys
from types import FrameType

SCENARIO = os.environ["MCP_CONFORMANCE_SCENARIO"]
CONTEXT = json.loads(os.environ.get("MCP_CONFORMANCE_CONTEXT", "{}"))
COMMAND = [os.environ["MCP_CLIENT"], "--endpoint", sys.argv[1]]
LIMIT_SECONDS = 15
END_OF_INPUT = b"\x04"
# The suite's tools whose schemas a client must not use, and arguments that fit these schemas.
INVALID_TOOLS = {
    "invalid_empty_header": {"value": "a"},
    "invalid_object_header": {"data": {}},
    "invalid_array_header": {"items": []},
    "invalid_null_header": {"nil": None},
    "invalid_number_header": {"score": 1.5},
    "invalid_duplicate_same_case": {"field1": "a", "field2": "b"},
    "invalid_duplicate_diff_case": {"field1": "a", "field2": "b"},
    "invalid_space_in_name": {"value": "a"},
    "invalid_colon_in_name": {"value": "a"},
    "invalid_non_ascii_name": {"value": "a"},
    "invalid_control_char_name": {"value": "a"},
}


def run(*args: str, refused: bool = False) -> str:
    """Runs a command, which must succeed, or else must not; gives its standard output."""
    result = subprocess.run([*COMMAND, *args], check=False, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    judge(args, result.returncode, result.stdout + result.stderr, refused)
    return result.stdout


def call(tool: str, arguments: object, refused: bool = False) -> None:
    run("tools", "call", tool, "--json-args", json.dumps(arguments), refused=refused)


def answer(tool: str, typed: str) -> None:
    """Calls a tool at a terminal, where `typed` answers what it asks, and then the input ends."""
    child, terminal = pty.fork()
    if child == 0:
        os.execv(COMMAND[0], [*COMMAND, "tools", "call", tool])
    os.write(terminal, typed.encode() + END_OF_INPUT)
    shown = b""
    try:
        while chunk := os.read(terminal, 4096):
            shown += chunk
    except OSError:  # Linux reports the end of a terminal as an error
        pass
    _, status = os.waitpid(child, 0)
    judge(("tools", "call", tool), os.waitstatus_to_exitcode(status), shown.decode(errors="replace"), False)


def judge(args: tuple[str, ...], code: int, said: str, refused: bool) -> None:
    print(f"$ mcp-client {' '.join(args)}\n{said}", file=sys.stderr)
    if (code != 0) != refused:
        sys.exit(f"  ✗ {SCENARIO}: `mcp-client {' '.join(args)}` ended with {code}")


def give_up(_signal: int, _frame: FrameType | None) -> None:
    raise RuntimeError(f"no end within {LIMIT_SECONDS} s")


def json_schema() -> None:
    schema = json.loads(run("tools", "show", "json_schema_2020_12_tool", "--json"))["inputSchema"]
    call("json_schema_echo", {"schema": schema})


def standard_headers() -> None:
    run("tools", "list")
    run("tools", "call", "test_headers")
    run("tools", "call", "my-hyphenated-tool")
    run("resources", "list")
    run("resources", "read", "file:///path/to/file%20name.txt")
    run("resources", "read", "https://example.com/resource?id=123")
    run("prompts", "list")
    run("prompts", "get", "test_prompt")


def custom_headers() -> None:
    for tool in CONTEXT["toolCalls"]:
        call(tool["name"], tool["arguments"])


def invalid_tool_headers() -> None:
    run("tools", "list")
    call("valid_tool", {"region": "eu"})
    for tool, arguments in INVALID_TOOLS.items():
        call(tool, arguments, refused=True)


def multi_round_trip() -> None:
    answer("test_mrtr_echo_state", "yes\nyes\n")
    run("tools", "call", "test_mrtr_unrelated")
    answer("test_mrtr_no_state", "yes\nyes\n")
    run("tools", "call", "test_mrtr_no_result_type")


SCENARIOS = {
    "initialize": lambda: run("info"),
    "tools_call": lambda: run("tools", "call", "add_numbers", "--arg", "a=5", "--arg", "b=3"),
    # Yes, answer; then every question has a default, which return takes.
    "elicitation-sep1034-client-defaults": lambda: answer("test_client_elicitation_defaults", "yes\n" + "\n" * 5),
    "sse-retry": lambda: run("tools", "call", "test_reconnection"),
    "request-metadata": lambda: run("tools", "list"),
    "sep-2322-client-request-state": multi_round_trip,
    "http-standard-headers": standard_headers,
    "http-custom-headers": custom_headers,
    "http-invalid-tool-headers": invalid_tool_headers,
    "json-schema-ref-no-deref": lambda: run("tools", "show", "lookup_user"),
    "json-schema-2020-12-preservation": json_schema,
}

if SCENARIO.startswith("auth/"):
    sys.exit("needs OAuth")
signal.signal(signal.SIGALRM, give_up)
signal.alarm(LIMIT_SECONDS)
try:
    SCENARIOS[SCENARIO]()
except Exception as error:  # noqa: BLE001 - whatever it is, the suite would not say it
    sys.exit(f"  ✗ {SCENARIO}: {error!r}")
