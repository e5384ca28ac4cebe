"""fastmcp 2: with sessions, and without."""

from dataclasses import dataclass

from fastmcp import Context, FastMCP
from fastmcp.exceptions import ToolError
from fastmcp.utilities.types import Image

from features import add, serve


@dataclass
class Confirmation:
    sure: bool


def build() -> FastMCP:
    server = FastMCP("foreign", version="1.0.0")
    add(server, Context, lambda data: Image(data=data, format="png"), ToolError)

    @server.tool()
    async def confirm(ctx: Context) -> str:
        """Asks the user."""
        answer = await ctx.elicit("Are you sure?", Confirmation)
        return f"the user chose to {answer.action}"

    return server


serve(
    {
        "sessions": build().http_app(),
        "stateless": build().http_app(stateless_http=True, json_response=True),
    }
)
