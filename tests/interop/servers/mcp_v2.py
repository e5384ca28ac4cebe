"""The Python SDK, second generation: with sessions for the legacy era, and without."""

from typing import Annotated

from mcp.server.mcpserver import Context, Image, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.resolve import Elicit, Resolve
from mcp.types import Completion
from pydantic import BaseModel

from features import add, names, serve


class Confirmation(BaseModel):
    sure: bool


def ask() -> Elicit[Confirmation]:
    return Elicit("Are you sure?", Confirmation)


def build() -> MCPServer:
    server = MCPServer("foreign", version="1.0.0", log_level="WARNING")
    add(server, Context, lambda data: Image(data=data, format="png"), ToolError)

    @server.tool()
    async def confirm(answer: Annotated[Confirmation, Resolve(ask)]) -> str:
        """Asks the user."""
        return f"sure: {answer.sure}"

    @server.completion()
    async def complete(ref, argument, context) -> Completion:
        return Completion(values=names(argument.value))

    return server


serve(
    {
        "sessions": build().streamable_http_app(),
        "stateless": build().streamable_http_app(stateless_http=True, json_response=True),
    }
)
