"""Usage: proxy_python.py legacy|auto|VERSION --endpoint URL --proxy PROGRAM

The Python SDK's stdio client, before `PROGRAM proxy URL`. Prints the same lines as driver.mjs.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from typing import Any

from mcp import Client, StdioServerParameters, stdio_client
from mcp.types import ElicitResult
from python_client import messages, report

# How long this client gives a program to end by itself.
GRACE_SECONDS = 2
# When a call is cancelled.
CANCEL_SECONDS = 0.3


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("mode")
    parser.add_argument("--endpoint", required=True)
    parser.add_argument("--proxy", required=True)
    arguments = parser.parse_args()

    async def accept(*_: Any) -> ElicitResult:
        return ElicitResult(action="accept", content={"sure": True})

    program = StdioServerParameters(command=arguments.proxy, args=["proxy", arguments.endpoint])
    with tempfile.TemporaryFile("w+") as stderr:
        client = Client(stdio_client(program, errlog=stderr), mode=arguments.mode, elicitation_callback=accept)
        async with AsyncExitStack() as connection:

            async def connect() -> dict[str, Any]:
                await connection.enter_async_context(client)
                return {"protocolVersion": client.protocol_version}

            if not await report("connect", connect):
                return
            await walk(client)
            begin = time.monotonic()
        in_time = time.monotonic() - begin < GRACE_SECONDS
        stderr.seek(0)
        said = stderr.read()

    async def close() -> dict[str, Any]:
        return {"inTime": in_time, "said": said}

    await report("close", close)


async def walk(client: Client) -> None:
    async def progress() -> dict[str, Any]:
        steps = []

        async def note(done: float, *_: Any) -> None:
            steps.append(done)

        result = await client.call_tool("work", {}, progress_callback=note)
        return {"progress": steps, **plain(result)}

    async def cancel() -> dict[str, Any]:
        answered = True
        try:
            await asyncio.wait_for(client.call_tool("wait", {}), CANCEL_SECONDS)
        except TimeoutError:
            answered = False
        return {"answered": answered, "then": plain(await client.call_tool("echo", {"value": "still here"}))}

    def asking(method: str, *parameters: Any) -> Any:
        async def ask() -> dict[str, Any]:
            return plain(await getattr(client, method)(*parameters))

        return ask

    await report("tools", asking("list_tools"))
    await report("call", asking("call_tool", "echo", {"value": "Grüße"}))
    await report("tool error", asking("call_tool", "fail", {}))
    await report("progress", progress)
    await report("cancel", cancel)
    await report("elicitation", asking("call_tool", "confirm", {}))
    await report("prompt", asking("get_prompt", "greeting", {"name": "Ada"}))
    await report("resource", asking("read_resource", "memo://today"))


def plain(result: Any) -> dict[str, Any]:
    return result.model_dump(mode="json", by_alias=True, exclude_none=True)


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except Exception as error:  # noqa: BLE001 - a broken transport ends the client's own tasks too
        sys.exit(": ".join(messages(error)))
