"""The README, carried out: called by scripts/check-readme."""

import json
import os
import re
import signal
import subprocess
import sys
import textwrap
import time
import urllib.request
from pathlib import Path

# So that the servers are stopped then, too.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))

COPY = Path("target/copy").resolve()
README = Path("README.md").read_text()
TOOLS = COPY / "crates/mcp-server/src/tools"
# The tools that it lists, each a row of a table.
TOOLS_TABLE = set(re.findall(r"^\| `(\w+)` \|", README, re.MULTILINE))
passed = 0


def check(name: str, good: bool, detail: str) -> None:
    global passed
    print(f"{'✓' if good else '✗'} {name}", flush=True)
    if not good:
        sys.exit(detail)
    passed += 1


def blocks(language: str) -> list[str]:
    """The fenced blocks of a language, in order."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```$", README, re.MULTILINE | re.DOTALL)
    return [textwrap.dedent(text).strip() for _, text in found]


def environment(folder: Path) -> dict[str, str]:
    """The copy builds in its own target folder, wherever the checkout builds."""
    own = {"CARGO_TARGET_DIR": str(folder / "target")} if folder == COPY else {}
    return os.environ | own


def shell(command: str, folder: Path = Path(".")) -> str:
    done = subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment(folder), capture_output=True, text=True, check=False
    )
    check(command.splitlines()[0][:100], done.returncode == 0, f"{done.stdout}\n{done.stderr}")
    return done.stdout


class Server:
    """`cargo run`, until it answers and until it is stopped."""

    def __init__(self, folder: Path):
        self.folder = folder

    def __enter__(self):
        subprocess.run(["cargo", "build"], cwd=self.folder, env=environment(self.folder), check=True)
        command = next(block for block in blocks("sh") if block == "cargo run")
        self.process = subprocess.Popen(
            ["bash", "-c", command],
            cwd=self.folder,
            env=environment(self.folder),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            self.await_answer()
        except BaseException:
            self.__exit__()
            raise
        return self

    def await_answer(self) -> None:
        for _ in range(100):
            try:
                urllib.request.urlopen("http://127.0.0.1:8080/healthz").close()
                return
            except OSError:
                time.sleep(0.1)
        sys.exit("`cargo run` does not answer on port 8080 within 10 s")

    def __exit__(self, *_):
        os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait()


def call_by_hand() -> None:
    curls = [block for block in blocks("sh") if block.startswith("curl ")]
    check("the README has three curl lines", len(curls) == 3, str(curls))
    # In reverse there is no earlier initialize.
    for command in curls[::-1] + curls:
        answer = json.loads(shell(command))
        if '"initialize"' in command:
            good = answer["result"]["protocolVersion"] == "2025-03-26"
        elif '"tools/list"' in command:
            good = {tool["name"] for tool in answer["result"]["tools"]} == TOOLS_TABLE
        else:
            good = answer["result"]["structuredContent"]["city"] == "Kyiv"
        check("  answers as it should", good, str(answer))


def add_the_tool() -> None:
    example = blocks("rust")[0]
    name = re.search(r"`crates/mcp-server/src/tools/(\w+)\.rs`", README).group(1)
    (TOOLS / f"{name}.rs").write_text(example + "\n")
    catalog = (TOOLS / "mod.rs").read_text()
    catalog = catalog.replace("mod calculate;\n", f"mod calculate;\nmod {name};\n")
    line = re.search(r"line\s+`(\+ Services::\w+\(\))`", README).group(1)
    catalog = catalog.replace("Services::calculate_tool()\n", f"Services::calculate_tool()\n        {line}\n")
    (TOOLS / "mod.rs").write_text(catalog)


with Server(Path(".")):
    call_by_hand()
    smoke = next(block for block in blocks("sh") if block == "cargo run -p mcp-client")
    output = shell(smoke)
    check("  calls ping twice", output.count("callTool:ping response:") == 2, output)

# Only now, with what the commands above have built.
subprocess.run(["scripts/copy"], check=True)
add_the_tool()
accept, call = next(block for block in blocks("sh") if block.startswith("INSTA_UPDATE")).splitlines()
shell(accept, COPY)
with Server(COPY):
    output = shell(call, COPY)
    check("  counts six words", "6" in output, output)
print(f"\n{passed} passed, 0 failed")
