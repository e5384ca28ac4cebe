"""A program behind the Lambda Web Adapter, both under AWS's Runtime Interface Emulator: one Lambda environment."""

import base64
import copy
import http.client
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

from support import web_adapter
from support.lambda_emulator import PATH, emulating, init_durations
from support.processes import Process, await_true, free_port

EVENT = json.loads((web_adapter.ROOT / "tests/fixtures/events/server-post.json").read_text())

MODERN = "2026-07-28"
META = {
    "io.modelcontextprotocol/protocolVersion": MODERN,
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": {"name": "e2e", "version": "1"},
}

# The emulator starts what lies in /opt/extensions. In a mount namespace of its own that is the adapter, and the
# machine's /opt is not touched; in a PID namespace of its own, whatever the emulator starts ends with it.
NAMESPACE = ["unshare", *(["--map-root-user"] if os.geteuid() else []), "--mount", "--pid", "--fork", "--kill-child"]
SCRIPT = """
mount --rbind /opt "$1" && mount -t tmpfs tmpfs /opt && ln -s "$1"/* /opt && rm -f /opt/extensions || exit 69
mkdir /opt/extensions && cp "$2" /opt/extensions/lambda-adapter || exit 69
shift 2
exec "$@"
"""


def in_namespace(folder, *command):
    """`command`, for which /opt/extensions has the adapter and nothing else."""
    opt = pathlib.Path(folder) / "opt"
    opt.mkdir(exist_ok=True)
    return [*NAMESPACE, "sh", "-c", SCRIPT, "sh", opt, web_adapter.PROGRAM, *command]


def missing():
    """What keeps the suite from running here, if anything does."""
    if not shutil.which("unshare"):
        return "unshare not found: install util-linux"
    with tempfile.TemporaryDirectory() as folder:
        command = in_namespace(folder, "test", "-x", "/opt/extensions/lambda-adapter")
        run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode:
        return (
            f"a private /opt/extensions cannot be made ({run.stderr.strip()}): run as root, or allow user namespaces"
            " (Ubuntu: sysctl kernel.apparmor_restrict_unprivileged_userns=0)"
        )
    return None


def message(method, params=None, modern=False):
    params = {**(params or {}), **({"_meta": META} if modern else {})}
    return {"jsonrpc": "2.0", "id": 7, "method": method, "params": params}


def call(tool, modern=False, **arguments):
    return message("tools/call", {"name": tool, "arguments": arguments}, modern)


class Answer:
    """What the function answers, as the gateway reads it."""

    def __init__(self, payload):
        self.size = len(payload)
        self.whole = json.loads(payload)
        self.status = self.whole.get("statusCode")
        self.headers = self.whole.get("headers") or {}
        self.text = self.whole.get("body") or ""
        self.encoded = self.whole.get("isBase64Encoded")

    @property
    def body(self):
        return json.loads(self.text)

    @property
    def result(self):
        return self.body["result"] if self.status == 200 else self.brief()

    def error(self):
        """Status, media type and code of a JSON-RPC error; anything else is shown as it is."""
        try:
            return self.status, self.headers["content-type"], self.body["error"]["code"]
        except (KeyError, ValueError):
            return self.brief()

    def tool_error(self):
        """The text of a result that says that the tool failed."""
        result = self.result
        return result["content"][0]["text"] if isinstance(result, dict) and result.get("isError") else self.brief()

    def tools(self):
        return [tool["name"] for tool in self.result["tools"]]

    def brief_status(self):
        """The status, or what came instead of an answer."""
        return self.status or self.brief()

    def brief(self):
        return f"{self.size} bytes: {json.dumps(self.whole)[:300]}"


class Environment:
    """One instance. The program is started by the first invocation."""

    def __init__(self, program, log, processors=None, **settings):
        self.program, self.log = pathlib.Path(program), pathlib.Path(log)
        self.port, self.application = free_port(), free_port()
        self.requests = 0
        environment = {
            **web_adapter.ENVIRONMENT,
            "AWS_LWA_PORT": str(self.application),
            "MCP_PORT": str(self.application),
            "AWS_LAMBDA_FUNCTION_TIMEOUT": "8",
            **settings,
        }
        command = emulating(self.program, self.port)
        if processors:
            allowed = sorted(os.sched_getaffinity(0))[:processors]
            command = ["taskset", "--cpu-list", ",".join(map(str, allowed)), *command]
        self.process = Process(in_namespace(self.log.parent, *command), environment, log, self.port)
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def invoke(self, event):
        """The emulator's answer, which is the function's, or an error of the platform."""
        try:
            self.connection.request("POST", PATH, json.dumps(event))
            return self.connection.getresponse().read()
        except (http.client.HTTPException, OSError):
            self.connection.close()
            raise

    def event(self, body, headers=None, method="POST", key="none", **context):
        """The gateway's event. Headers and members of its context are replaced or added; None drops a member."""
        event = copy.deepcopy(EVENT)
        self.requests += 1
        context = {**event["requestContext"], "requestId": f"gateway-{self.requests}", **context}
        event["requestContext"] = {name: value for name, value in context.items() if value is not None}
        event["requestContext"]["http"]["method"] = method
        event["headers"].update({"x-api-key": key, **(headers or {})})
        if isinstance(body, bytes):
            event["isBase64Encoded"] = True
            event["body"] = base64.b64encode(body).decode()
        else:
            event["body"] = body if isinstance(body, str) else json.dumps(body)
        return event

    def post(self, body, headers=None, **more):
        """Posts a message, or text or bytes as they are, and adds the headers that a modern message needs."""
        if isinstance(body, dict) and "_meta" in body.get("params", {}):
            modern = {"mcp-protocol-version": MODERN, "mcp-method": body["method"]}
            if "name" in body["params"]:
                modern["mcp-name"] = body["params"]["name"]
            headers = {**modern, **(headers or {})}
        return Answer(self.invoke(self.event(body, headers, **more)))

    def text(self):
        return self.log.read_text(errors="replace")

    def lines(self):
        """The program's log."""
        found = []
        for line in self.text().splitlines():
            if '"timestamp"' in line:
                found.append(json.loads(line[line.index("{") :]))
        return found

    def served(self):
        return [line for line in self.lines() if line["message"] == "request served"]

    def init_durations(self):
        return init_durations(self.text())

    def adapter_pid(self):
        return self.pid_of("/opt/extensions/lambda-adapter")

    def program_pid(self):
        return self.pid_of(self.program)

    def pid_of(self, program):
        return next(pid for pid, arguments in descendants(self.process.child.pid) if arguments[0] == str(program))

    def connected_ports(self):
        """The adapter's ends of its connections with the program."""
        rows = [row.split() for row in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]]
        local, established = f"0100007F:{self.application:04X}", "01"
        return {row[2] for row in rows if row[1] == local and row[3] == established}

    def resident_kib(self):
        status = pathlib.Path(f"/proc/{self.program_pid()}/status").read_text()
        return int(re.search(r"^VmRSS:\s+(\d+)", status, re.MULTILINE)[1])

    def await_text(self, text, seconds=10):
        await_true(f"`{text}` in {self.log}", lambda: text in self.text(), seconds)

    def stop(self):
        self.connection.close()
        self.process.stop()


def descendants(pid):
    """(pid, command line) of every process below `pid`."""
    parents, commands = {}, {}
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text()
            commands[int(folder.name)] = (folder / "cmdline").read_text().split("\0")
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has ended meanwhile
        parents[int(folder.name)] = int(stat.rpartition(")")[2].split()[1])
    below = {pid}
    while more := {child for child, parent in parents.items() if parent in below} - below:
        below |= more
    return [(child, commands[child]) for child in sorted(below - {pid}) if child in commands]
