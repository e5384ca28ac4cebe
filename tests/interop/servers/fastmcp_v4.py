"""fastmcp 4: with sessions for the legacy era, and without."""

from dataclasses import dataclass

from fastmcp import Context, FastMCP
from fastmcp.exceptions import ToolError
from fastmcp.utilities.types import Image
from mcp_types import ElicitRequest, ElicitRequestFormParams, InputRequiredResult

from features import add, names, serve

FORM = {"type": "object", "properties": {"sure": {"type": "boolean"}}, "required": ["sure"]}
QUESTION = ElicitRequest(params=ElicitRequestFormParams(message="Are you sure?", requested_schema=FORM))


@dataclass
class Confirmation:
    sure: bool


def build() -> FastMCP:
    server = FastMCP("foreign", version="1.0.0")
    add(server, Context, lambda data: Image(data=data, format="png"), ToolError)

    @server.tool()
    async def confirm(ctx: Context) -> str | InputRequiredResult:
        """Asks the user, in the way of the era."""
        if ctx.request_context.protocol_version < "2026-07-28":
            answer = await ctx.elicit("Are you sure?", Confirmation)
            return f"the user chose to {answer.action}"
        if not ctx.input_responses:
            return InputRequiredResult(input_requests={"sure": QUESTION})
        return "the user answered"

    @server.completion
    def complete(ref, argument, context) -> list[str]:
        return names(argument.value)

    return server


serve(
    {
        "sessions": build().http_app(),
        "stateless": build().http_app(stateless_http=True, json_response=True),
    }
)
