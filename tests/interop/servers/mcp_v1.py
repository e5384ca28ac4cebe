"""The Python SDK, first generation: with sessions, and without."""

from mcp.server.fastmcp import Context, FastMCP, Image
from mcp.server.fastmcp.exceptions import ToolError
from mcp.types import Completion
from pydantic import BaseModel

from features import add, names, serve


class Confirmation(BaseModel):
    sure: bool


def build(stateless: bool) -> FastMCP:
    server = FastMCP("foreign", stateless_http=stateless, json_response=stateless)
    add(server, Context, lambda data: Image(data=data, format="png"), ToolError)

    @server.tool()
    async def confirm(ctx: Context) -> str:
        """Asks the user."""
        answer = await ctx.elicit("Are you sure?", Confirmation)
        return f"the user chose to {answer.action}"

    @server.completion()
    async def complete(ref, argument, context) -> Completion:
        return Completion(values=names(argument.value))

    return server


serve({"sessions": build(False).streamable_http_app(), "stateless": build(True).streamable_http_app()})
