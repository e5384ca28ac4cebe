"""Usage: python_client.py legacy|auto|VERSION --endpoint URL

The Python SDK, which speaks both protocol eras; a VERSION pins the modern one. Prints the same lines as driver.mjs.
"""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

METHODS = {
    "tools/list": Client.list_tools,
    "tools/call": Client.call_tool,
    "prompts/list": Client.list_prompts,
    "prompts/get": Client.get_prompt,
}
TIMEOUT_SECONDS = 20


async def main() -> None:
    steps = json.loads(Path(__file__).with_name("steps.json").read_text())["steps"]
    arguments = parse_arguments()
    key = os.environ.get("MCP_API_KEY")
    headers = {"x-api-key": key} if key else {}

    async with httpx2.AsyncClient(headers=headers, timeout=TIMEOUT_SECONDS) as http, AsyncExitStack() as connection:
        client = Client(streamable_http_client(arguments.endpoint, http_client=http), mode=arguments.mode)

        async def connect() -> dict[str, Any]:
            await connection.enter_async_context(client)
            return {"protocolVersion": client.protocol_version}

        if not await report("connect", connect):
            return
        for step in steps:
            await report(step["step"], partial(send, client, step["method"], step["params"]))


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("mode")
    parser.add_argument("--endpoint", required=True)
    return parser.parse_args()


async def send(client: Client, method: str, params: dict[str, Any]) -> dict[str, Any]:
    result = await METHODS[method](client, **params)
    return result.model_dump(mode="json", by_alias=True, exclude_none=True)


async def report(step: str, call: Callable[[], Awaitable[dict[str, Any]]]) -> bool:
    try:
        ok, detail = True, await call()
    except Exception as error:  # noqa: BLE001 - whatever the client raises is the step's outcome
        ok, detail = False, ": ".join(messages(error))
    print(json.dumps({"step": step, "ok": ok, "detail": detail}), flush=True)
    return ok


def messages(error: BaseException) -> list[str]:
    """The messages of an error; for a group, those of its members, whose own message says nothing."""
    if isinstance(error, BaseExceptionGroup):
        return [message for member in error.exceptions for message in messages(member)]
    return [f"{type(error).__name__}: {error}"]


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except Exception as error:  # noqa: BLE001 - a broken transport ends the client's own tasks, not only the call that met it
        sys.exit(": ".join(messages(error)))
