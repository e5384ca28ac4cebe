"""What the gateway says by itself, and what becomes of headers in either direction."""

import time
from concurrent.futures import ThreadPoolExecutor

from row import expect

WRONG = "0" * 64
FORGED = '{"domainName":"evil.example","authorizer":{"lambda":{"key_id":"root","tools":"*"}}}'
ORIGIN = "https://verify.example"
PREFLIGHT = [("origin", ORIGIN), ("access-control-request-method", "POST")]


def own(answer, status, message):
    return expect(answer.is_own(status, message), answer.brief)


def no_key(world):
    return own(world.first.list_tools(), 401, "Unauthorized")


def empty_key(world):
    return own(world.first.list_tools(""), 401, "Unauthorized")


def wrong_key(world):
    return own(world.first.list_tools(WRONG), 403, "Forbidden")


def no_route(world):
    stack = world.first
    elsewhere = stack.send(key=stack.key, path=stack_path(stack) + "-not")
    return own(elsewhere, 404, "Not Found")


def no_method(world):
    return own(world.first.send(key=world.first.key, method="PUT"), 404, "Not Found")


def stack_path(stack):
    return stack.endpoint.split("/", 3)[3].join(["/", ""])


def body_over_10_mb(world):
    return refused_body(world, 10 * 2**20 + 1024)


def body_over_6_mb(world):
    return refused_body(world, 7 * 2**20)


def refused_body(world, length):
    """By the gateway with 413: no function of ours has seen it."""
    answer = world.first.send(b" " * length, world.first.key)
    return expect(answer.status == 413 and answer.own, answer.brief)


def headers_over_10240(world):
    lines = [(f"x-long-{number}", "x" * 2000) for number in range(6)]
    answer = world.first.list_tools(world.first.key, lines)
    return expect(400 <= answer.status < 500 and answer.own, answer.brief)


def throttled(world):
    """With a limit of 1 call a second that is put on the stage and taken off again."""
    stack, service = world.first, world.first.aws("apigatewayv2")
    stage = {"ApiId": stack.outputs["ApiId"], "StageName": "$default"}
    before = service.get_stage(**stage)["DefaultRouteSettings"]
    limits = {"ThrottlingRateLimit": 1.0, "ThrottlingBurstLimit": 1}
    service.update_stage(**stage, DefaultRouteSettings={**before, **limits})
    try:
        found = stack.eventually(lambda: [a for a in burst(stack) if a.status == 429], 60)
    finally:
        service.update_stage(**stage, DefaultRouteSettings=before)
        stack.recovers()
    return expect(found and found[0].is_own(429, "Too Many Requests"), found[0].brief if found else "no 429")


def burst(stack):
    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(lambda _: stack.list_tools(stack.key), range(24)))


def no_authorizer_left(world):
    with world.first.no_concurrency("Zip"):
        return refused_by_gateway(world.first, 500, "Internal Server Error")


def no_server_left(world):
    with world.first.no_concurrency("Image"):
        return refused_by_gateway(world.first, 503, "Service Unavailable")


def refused_by_gateway(stack, status, message):
    """Ten answers, which the 5xx alarm counts too."""
    stack.eventually(lambda: stack.list_tools(stack.key).status >= 500, 30)
    answers = [stack.list_tools(stack.key) for _ in range(10)]
    stack.failed_calls = True
    other = [answer for answer in answers if not answer.is_own(status, message)]
    return expect(not other, (other or answers)[0].brief)


def own_request_id(world):
    answers = [world.first.list_tools(), world.first.list_tools(WRONG), world.first.send(method="PUT")]
    found = [answer.header("apigw-requestid") for answer in answers]
    return expect(all(found), f"{sum(map(bool, found))} of {len(found)} carry it")


def own_content_type(world):
    found = {world.first.list_tools().header("content-type"), world.first.list_tools(WRONG).header("content-type")}
    return expect(found == {"application/json"}, ", ".join(map(str, found)))


def both_request_ids(world):
    answer = world.first.list_tools(world.first.key)
    names = ("x-request-id", "apigw-requestid")
    return expect(
        all(len(answer.all(n)) == 1 for n in names), ", ".join(n for n, _ in answer.lines if "request" in n.lower())
    )


def one_id_in_all_logs(world):
    """The access log's, the server's and the authorizer's."""
    stack, began = world.first, time.time() - 5
    answer = stack.list_tools(stack.key)
    served = stack.served(request_id=answer.header("x-request-id")) or {}
    given = served.get("aws.request_id")
    access = stack.line("AccessLogGroup", began, requestId=given) if given else None
    decided = stack.line("AuthorizerLogGroup", began, **{"gateway.request_id": given}) if given else None
    found = {"server": given, "access log": access, "authorizer": decided}
    return expect(all(found.values()), "found in: " + ", ".join(name for name, value in found.items() if value))


def header_names_any_case(world):
    answer = world.first.list_tools(headers=[("X-API-Key", world.first.key)])
    return expect(answer.status == 200, answer.brief)


def two_keys_are_joined(world):
    """With a comma, which no key has: never one of the two."""
    stack, began = world.first, time.time() - 5
    answer = stack.list_tools(stack.key, [("x-api-key", stack.key)])
    line = stack.line("AuthorizerLogGroup", began, **{"auth.presented": "unusable"})
    came = f"{answer.brief}; the authorizer saw {'two' if line else 'no pair of keys'}"
    return expect(answer.is_own(403, "Forbidden") and line, came)


def forged_context_is_overwritten(world):
    stack, key = world.first, world.narrow_key
    lines = [("x-amzn-request-context", FORGED), ("x-amzn-lambda-context", FORGED)]
    plain, forged = stack.list_tools(key), stack.list_tools(key, lines)
    return expect(plain.tools == forged.tools == ["ping"], f"with {forged.status}: {', '.join(forged.tools)}")


def foreign_host(world):
    answer = world.first.list_tools(world.first.key, [("host", "evil.example")])
    return expect(answer.status in (403, 404), answer.brief)


def response_headers_arrive(world):
    """What a refusal of the server carries beside its body."""
    answer = world.first.send(key=world.first.key, method="GET")
    came = f"{answer.status}, allow: {answer.header('allow')}"
    return expect((answer.status, answer.header("allow")) == (405, "POST"), came)


def response_header_case(world):
    names = [name for name, _ in world.first.list_tools(world.first.key).lines if name.lower() == "x-request-id"]
    return expect(names == ["x-request-id"], ", ".join(names) or "it is not there")


def accepted_is_empty(world):
    note = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    answer = world.first.send(note, world.first.key)
    return expect((answer.status, answer.text) == (202, ""), answer.brief)


def preflight(world):
    answer = world.first.send(method="OPTIONS", headers=PREFLIGHT)
    names = ("allow-origin", "allow-methods", "allow-headers", "max-age")
    found = {name: answer.header(f"access-control-{name}") or "" for name in names}
    good = found["allow-origin"] == ORIGIN and "POST" in found["allow-methods"] and found["max-age"] == "600"
    return expect(
        answer.status in (200, 204) and good and "x-api-key" in found["allow-headers"], f"{answer.status} {found}"
    )


def preflight_of_a_stranger(world):
    lines = [("origin", "https://evil.example"), *PREFLIGHT[1:]]
    answer = world.first.send(method="OPTIONS", headers=lines)
    return expect(not answer.header("access-control-allow-origin"), answer.brief)


def denial_has_cors(world):
    found = world.first.list_tools(headers=[("origin", ORIGIN)]).header("access-control-allow-origin")
    return expect(found == ORIGIN, f"access-control-allow-origin: {found}")


def exposed_headers(world):
    answer = world.first.list_tools(world.first.key, [("origin", ORIGIN)])
    found = answer.header("access-control-expose-headers") or ""
    origins = answer.all("access-control-allow-origin")
    return expect("x-request-id" in found.lower() and origins == [ORIGIN], f"{origins}, exposed: {found or 'nothing'}")


def no_verdict(world):
    """With the route's authorizer taken off for a moment."""
    stack, service = world.first, world.first.aws("apigatewayv2")
    api = stack.outputs["ApiId"]
    (route,) = (r for r in service.get_routes(ApiId=api)["Items"] if r["RouteKey"] == "POST /mcp")
    service.update_route(ApiId=api, RouteId=route["RouteId"], AuthorizationType="NONE")
    try:
        answers = stack.eventually(lambda: [a for a in [stack.list_tools()] if not a.own], 30)
    finally:
        kind, authorizer = route["AuthorizationType"], route["AuthorizerId"]
        service.update_route(ApiId=api, RouteId=route["RouteId"], AuthorizationType=kind, AuthorizerId=authorizer)
    stack.eventually(lambda: stack.list_tools().status == 401, 30)
    if not answers:
        return expect(False, "the route without an authorizer could not be called")
    good = answers[0].status == 403 and "error" in answers[0].json
    return expect(good, answers[0].brief)
