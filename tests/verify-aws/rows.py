"""What nobody could check without an account: each expectation of AWS, and how it is checked.

The one list behind `scripts/verify-aws`, the table in docs/deploy.md and the reports. A row is its id, what is expected, the
check, and, where the emulator does otherwise, what it does not do: then the row must not pass there. A row without a check
says how a person does it.
"""

from checks import access, answers, deployment, functions, permissions, watching
from row import Row

# When a row is checked.
PHASES = {
    "deployed": "the stack as it is deployed first",
    "beside": "a second stack beside it",
    "changed": "the stack after a change",
    "failed": "a change that fails",
    "released": "a release in steps",
    "destroyed": "what is left",
    "": "by hand",
}


def of(subject, phase, *rows):
    return [Row(*row, *[""] * (4 - len(row)), subject, phase) for row in rows]


NO_LAMBDA_REPORTS = "`platform.*` lines of Lambda"
NO_ACCESS_LOG = "access logs"
NO_GATEWAY_METRICS = "metrics of the gateway"
NO_CORS = "CORS that a template configures"
NO_QUOTAS = "quotas of concurrency"
NO_EMF = "metrics from EMF lines"

ROWS = [
    *of(
        "deployment", "deployed",
        ("deployed", "a first deployment by bootstrap's roles reaches `CREATE_COMPLETE`", deployment.deployed),
        ("diff-empty", "`npx cdk diff` right after it shows no difference", deployment.no_difference),
        ("no-drift", "drift detection says `IN_SYNC`", deployment.no_drift),
        ("access-log-name", "the access log is `/aws/vendedlogs/apigateway/STACK-…`", deployment.access_log_name),
        ("no-resource-policy", "no resource policy of CloudWatch Logs names it", deployment.no_resource_policy),
        ("tags", "the tagging API finds what outlives a stack by `application=mcp-server`", deployment.tagged, "tags of secrets"),
    ),
    *of(
        "keys and the authorizer", "deployed",
        ("deployed-key", "`API_KEY` is accepted at once, with every tool", access.deployed_key),
        ("context-all", "a key without an allow-list reaches every tool", access.every_tool),
        ("context-some", "a key with one reaches its tools only", access.some_tools),
        ("context-empty", "an empty text in the authorizer's context arrives: no tools, not every tool", access.no_tools),
        ("no-verdict", "on a route without the authorizer the server refuses with JSON-RPC, 403", answers.no_verdict),
        ("keys-commands", "`keys create`, `rotate`, `disable`, `enable`, `revoke` and `list` on Secrets Manager", access.keys_commands),
        ("keys-at-once", "four administrators at once lose no key", access.several_administrators),
        ("keys-stale-label", "`UpdateSecretVersionStage` refuses a label that the version no longer has", access.stale_label),
        ("keys-labels", "versions carry `AWSCURRENT`, `AWSPREVIOUS` and `mcp-client-edit`, nothing else", access.labels, "labels that leave a version when another gets them"),
        ("key-in-force", "a new key is accepted within 11 s", access.new_key_in_time),
        ("revocation", "a revoked key is refused within `keyCacheSeconds` (here 5) and stays so", access.revoked_in_time),
    ),
    *of(
        "the gateway's own answers", "deployed",
        ("401-no-key", "no `x-api-key`: 401 `Unauthorized`", answers.no_key),
        ("401-empty-key", "an empty one: the same", answers.empty_key),
        ("403-wrong-key", "a wrong one: 403 `Forbidden`", answers.wrong_key),
        ("404-path", "another path: 404 `Not Found`", answers.no_route),
        ("404-method", "a method that is not routed: 404 `Not Found`, never 405", answers.no_method),
        ("413-over-10-mb", "a body over 10 MB: 413", answers.body_over_10_mb, "limits of the gateway's payload"),
        ("413-over-6-mb", "a body of 7 MB, more than Lambda takes: 413", answers.body_over_6_mb, "limits of the gateway's payload"),
        ("4xx-headers", "12,000 bytes of headers: a 4xx of the gateway", answers.headers_over_10240, "limits of the gateway's payload"),
        ("429-throttled", "over the stage's throttle: 429 `Too Many Requests`", answers.throttled, "throttling"),
        ("500-authorizer", "the authorizer has no concurrency: 500 `Internal Server Error`", answers.no_authorizer_left),
        ("503-server", "the server has none: 503 `Service Unavailable`", answers.no_server_left, "a 503: it says 429"),
        ("own-request-id", "each carries `apigw-requestid`", answers.own_request_id),
        ("own-content-type", "each is `application/json`", answers.own_content_type),
    ),
    *of(
        "events and headers", "deployed",
        ("both-request-ids", "the server's answers carry `x-request-id` and `apigw-requestid`, once each", answers.both_request_ids),
        ("one-id", "both functions and the access log have one id of a request", answers.one_id_in_all_logs, NO_ACCESS_LOG),
        ("header-case", "names of headers count in any case", answers.header_names_any_case),
        ("headers-joined", "two `x-api-key` lines arrive as one value with a comma: 403", answers.two_keys_are_joined),
        ("forged-context", "a caller's `x-amzn-request-context` is overwritten", answers.forged_context_is_overwritten),
        ("foreign-host", "a foreign `Host` is refused", answers.foreign_host),
        ("allow-arrives", "the server's 405 arrives with `allow: POST`", answers.response_headers_arrive),
        ("lower-case", "`x-request-id` arrives in lower case, as the server writes it", answers.response_header_case),
        ("202-empty", "a notification is answered with 202 and no body", answers.accepted_is_empty),
    ),
    *of(
        "CORS", "deployed",
        ("preflight", "the gateway answers a preflight as the template says", answers.preflight, NO_CORS),
        ("preflight-stranger", "and names no other origin", answers.preflight_of_a_stranger),
        ("cors-denial", "its denials carry `access-control-allow-origin`", answers.denial_has_cors, NO_CORS),
        ("cors-exposed", "answers name the origin once, and expose `x-request-id`", answers.exposed_headers),
    ),
    *of(
        "permissions", "deployed",
        ("iam-server-log", "the server may write its log", permissions.server_logs),
        ("iam-authorizer-log", "the authorizer may write its log", permissions.authorizer_logs),
        ("iam-authorizer-secret", "the authorizer may read the secret", permissions.authorizer_reads_keys),
        ("iam-server-only", "the server may nothing else, the secret neither", permissions.server_may_nothing_else),
        ("iam-authorizer-only", "the authorizer may nothing else", permissions.authorizer_may_nothing_else),
        ("iam-keys", "three actions on the secret suffice for `mcp-client keys`", permissions.administrators_need_three_actions),
        ("iam-evaluated", "and allow nothing else", permissions.administrators_get_no_more, "IAM: every call is allowed"),
        ("iam-deployer", "`sts:AssumeRole` on bootstrap's roles suffices for `cdk diff`", permissions.deployers_need_bootstraps_roles),
    ),
    *of(
        "the functions on Lambda", "deployed",
        ("image-size", "the image is in the repository, below 40 MB", functions.image_size, "images in ECR"),
        ("image-pulled", "Lambda runs it by the digest that was pushed", functions.image_pulled, "images in ECR"),
        ("alias", "the gateway calls a published version behind `live`", functions.live_alias),
        ("cold-start-server", "INIT of the server below 1,000 ms", functions.server_starts, NO_LAMBDA_REPORTS),
        ("cold-start-authorizer", "INIT of the authorizer below 500 ms", functions.authorizer_starts, NO_LAMBDA_REPORTS),
        ("billed-time", "warm calls are billed with 20 ms or less", functions.billed_time, NO_LAMBDA_REPORTS),
        ("memory", "both use less than 128 MB", functions.memory, NO_LAMBDA_REPORTS),
        ("pauses", "no call fails after pauses of 1, 5, 35 and 70 s", functions.pauses),
    ),
    *of(
        "logs, metrics, alarms", "deployed",
        ("log-envelope", "a JSON line arrives as it was written", watching.log_envelope),
        ("platform-lines", "`platform.report` is in the same log group", watching.platform_lines, NO_LAMBDA_REPORTS),
        ("access-log", "the access log has `-` where there is no value", watching.access_log_fields, NO_ACCESS_LOG),
        ("emf-tools", "`Calls` by stack, tool and outcome", watching.tool_metrics, NO_EMF),
        ("emf-authorizer", "`Decisions` by stack and outcome", watching.authorizer_metrics, NO_EMF),
        ("gateway-metrics", "the gateway's `Count`", watching.gateway_metrics, NO_GATEWAY_METRICS),
        ("metric-filter", "`Denied` is counted from the access log", watching.denied_metric, NO_ACCESS_LOG),
        ("queries", "every query of operate.md is accepted", watching.queries),
        ("dashboard", "the dashboard is there and names the stack", watching.dashboard),
    ),
    *of(
        "two stacks", "beside",
        ("two-stacks", "a second stack of another name shares nothing with the first", deployment.second_outputs),
        ("two-stacks-keys", "a key of one is refused by the other", access.two_stacks),
        ("protected", "`terminationProtection` makes `DeleteStack` fail", deployment.protected),
        ("alarm-5xx", "the 5xx alarm fires after the failed calls above", watching.alarm_fires, NO_GATEWAY_METRICS),
        ("alarm-sent", "the topic of `alarmTopicArn` gets it", watching.alarm_is_sent, NO_GATEWAY_METRICS),
    ),
    *of(
        "changes", "changed",
        ("change-unnoticed", "a change, provisioned concurrency on with it, fails no call", deployment.changed_under_load),
        ("provisioned-ready", "the provisioned instance is ready and used", functions.provisioned_ready, NO_LAMBDA_REPORTS),
        (
            "ttl-cache",
            "with `authorizerTtlSeconds` a revoked key is let in longer, and not beyond that and `keyCacheSeconds`",
            access.answers_are_remembered,
        ),
        ("ttl-reset", "`ResetAuthorizersCache` ends that at once", access.cache_is_reset, "`ResetAuthorizersCache`"),
        ("warn-quiet", "at `warn` no line of a request is written", watching.quiet_at_warn),
        ("warn-reports", "`platform.report` still is", watching.reports_at_warn, NO_LAMBDA_REPORTS),
        ("warn-metrics", "and metrics still arrive", watching.metrics_at_warn, NO_EMF),
        ("traces", "with `tracing` X-Ray has traces", watching.traces, "X-Ray"),
    ),
    *of(
        "changes", "failed",
        ("roll-back", "a change that fails half-way ends as `UPDATE_ROLLBACK_COMPLETE` with the former settings", deployment.rolled_back, NO_QUOTAS),
        ("roll-back-unnoticed", "and fails no call", deployment.roll_back_unnoticed, NO_QUOTAS),
    ),
    *of(
        "changes", "released",
        ("provisioned-off", "provisioned concurrency off again fails no call", deployment.provisioned_off_under_load),
        ("canary", "a release in steps gives the new version a tenth of the calls; broken off, the former version is back", deployment.canary, "CodeDeploy"),
    ),
    *of(
        "the end", "destroyed",
        ("destroy-kept", "with `keepData` the secret and three log groups outlive the stack, nothing else", deployment.kept_exactly),
        ("destroy-nothing", "without it `cdk destroy` leaves nothing", deployment.nothing_left),
        ("image-stays", "the image stays in bootstrap's repository, for `cdk gc`", functions.image_stays, "images in ECR"),
        ("endpoint-gone", "the endpoint is gone", deployment.endpoint_gone),
    ),
    *of(
        "for people", "",
        ("mail", "mail of an alarm arrives", None, "deploy with `alarmEmail`, confirm, and call ten times with the server's concurrency at 0"),
        ("domain", "a domain of one's own answers, the generated name does not", None, "deploy with `domainName`, `certificateArn` and `hostedZoneId`, then the smoke test"),
        ("arm64", "the stack runs on arm64", None, "deploy with `architecture=arm64`, then the smoke test"),
        ("kms", "a KMS key of one's own suffices with the usual permissions", None, "encrypt the secret with it, then `mcp-client keys list` and a call"),
        ("keep-data", "a change of `keepData` alone counts", None, "deploy with `keepData=true`, again with `false`, then destroy"),
        ("first-fails", "a first deployment that fails leaves nothing", None, "deploy a new stack with `reservedConcurrency=10000`"),
        ("clients", "the applications of clients.md connect", None, "follow it with each"),
        ("heartbeat", "the heartbeat beats, and its alarm fires on failure and on silence", None, "deploy with `heartbeatMinutes=1`, make its key, revoke it; make another, disable the schedule"),
        ("dashboard-seen", "the dashboard shows calls and tools", None, "open `DashboardUrl` an hour after some calls"),
        ("gc", "`cdk gc` keeps what is deployed", None, "`npx cdk gc --unstable=gc` in `cdk/`, then the smoke test"),
        ("bill", "a month costs what deploy.md says", None, "Cost Explorer, by the tag `application`"),
    ),
]  # fmt: skip
