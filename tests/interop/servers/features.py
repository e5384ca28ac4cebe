"""What every Python server of this folder offers, and how it is served.

The SDKs share the form of their decorators and nothing else that matters here, so each server passes in what differs.
"""

import asyncio
import base64
import json
from collections.abc import Callable, Mapping
from typing import Any

import uvicorn
from pydantic import BaseModel

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
NAMES = ["Ada", "Alan", "Grace"]


class Measurement(BaseModel):
    """A structured result, with more digits than a double has."""

    city: str
    count: int


def add(server: Any, context: type, image: Callable[[bytes], Any], error: type[Exception]) -> None:
    """Adds the tools that all SDKs write alike, the prompt and the resources."""

    @server.tool()
    def echo(value: Any) -> str:
        """Says what arrived, as JSON."""
        return json.dumps(value, separators=(",", ":"))

    @server.tool()
    def fail() -> str:
        """Always fails."""
        raise error("no such city: Atlantis")

    @server.tool()
    def measure(city: str) -> Measurement:
        """Answers with structured content."""
        return Measurement(city=city, count=12345678901234567890123)

    @server.tool()
    async def work(ctx: context) -> str:
        """Reports progress and writes to the log."""
        for step in (1, 2, 3):
            await ctx.report_progress(step, 3, f"step {step} of 3")
        await ctx.info("measured twice, cut once")
        return "done"

    @server.tool()
    async def wait() -> str:
        """Takes long."""
        await asyncio.sleep(3600)
        return "waited"

    @server.tool()
    def picture() -> Any:
        """Answers with an image."""
        return image(PIXEL)

    @server.prompt()
    def greeting(name: str) -> str:
        """Greets somebody."""
        return f"Please greet {name}."

    @server.resource("memo://today")
    def today() -> str:
        """A memo."""
        return "water the plants"

    @server.resource("memo://day/{day}")
    def on_day(day: str) -> str:
        """A memo for a day."""
        return f"nothing on {day}"


def names(prefix: str) -> list[str]:
    """The completion of the prompt's argument."""
    return [name for name in NAMES if name.startswith(prefix)]


def serve(apps: Mapping[str, Any]) -> None:
    """Serves each app on a free port of its own, and prints their URLs, by name, once all of them listen."""
    asyncio.run(_serve(apps))


async def _serve(apps: Mapping[str, Any]) -> None:
    config = {"host": "127.0.0.1", "port": 0, "log_level": "warning", "timeout_graceful_shutdown": 1}
    servers = {name: uvicorn.Server(uvicorn.Config(app, **config)) for name, app in apps.items()}
    running = [asyncio.create_task(server.serve()) for server in servers.values()]
    while not all(server.started for server in servers.values()) and not any(task.done() for task in running):
        await asyncio.sleep(0.01)
    ports = {name: server.servers[0].sockets[0].getsockname()[1] for name, server in servers.items()}
    print(json.dumps({name: f"http://127.0.0.1:{port}/mcp" for name, port in ports.items()}), flush=True)
    await asyncio.gather(*running)
