"""What somebody opens by hand: a way to the server that no authorizer guards. The server refuses who comes by it."""

import contextlib
import json

from support.processes import await_true

# A verdict that the caller writes himself, as headers: the adapter replaces one of them, the other means nothing.
VERDICT = json.dumps({"authorizer": {"lambda": {"key_id": "root", "tools": "*"}}})
FORGED = (
    {},
    {"x_amzn_request_context": VERDICT},
    {"x_amzn_lambda_context": VERDICT},
    {"x_api_key": "anything", "authorization": "Bearer anything"},
)


def refused(stack, url):
    """What each forger gets, with an answer to whom it is: all must be refused in JSON-RPC."""
    for forged in FORGED:
        for body in (
            {"jsonrpc": "2.0", "id": 7, "method": "tools/list"},
            {"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": {"name": "ping", "arguments": {}}},
        ):
            answer = stack.send(body, url=url, **forged)
            yield answer.status, answer.json.get("id"), sorted(answer.json.keys() & {"error", "result"})


@contextlib.contextmanager
def opened(gateway, api):
    """The API's route for POST without its authorizer."""
    (route,) = [r for r in gateway.get_routes(ApiId=api)["Items"] if r["RouteKey"] == "POST /mcp"]
    gateway.update_route(ApiId=api, RouteId=route["RouteId"], AuthorizationType="NONE")
    try:
        yield
    finally:
        gateway.update_route(
            ApiId=api, RouteId=route["RouteId"], AuthorizationType="CUSTOM", AuthorizerId=route["AuthorizerId"]
        )


@contextlib.contextmanager
def second_api(gateway, api):
    """An API of somebody else's with the same integration and no authorizer: the id of it."""
    (uri,) = {i["IntegrationUri"] for i in gateway.get_integrations(ApiId=api)["Items"]}
    other = gateway.create_api(Name="open", ProtocolType="HTTP")["ApiId"]
    try:
        integration = gateway.create_integration(
            ApiId=other, IntegrationType="AWS_PROXY", IntegrationUri=uri, PayloadFormatVersion="2.0"
        )
        target = f"integrations/{integration['IntegrationId']}"
        gateway.create_route(ApiId=other, RouteKey="$default", Target=target)
        gateway.create_stage(ApiId=other, StageName="$default", AutoDeploy=True)
        yield other
    finally:
        gateway.delete_api(ApiId=other)


def a_route_without_an_authorizer_serves_nobody(world):
    stack = world.stack
    gateway, api = stack.aws("apigatewayv2"), stack.outputs["ApiId"]
    expected = {(403, 7, ("error",))}
    with opened(gateway, api):
        seen = {(status, request, tuple(members)) for status, request, members in refused(stack, stack.endpoint)}
        yield "the authorizer taken from the route", expected, seen
    with second_api(gateway, api) as other:
        url = stack.endpoint.replace(api, other)
        seen = {(status, request, tuple(members)) for status, request, members in refused(stack, url)}
        yield "a second API", expected, seen
    await_true("the authorizer", lambda: stack.list_tools().status == 401)
    yield "put back", 200, stack.list_tools(stack.key).status


CASES = [a_route_without_an_authorizer_serves_nobody]
