//! What clients do, and how often.

/// A generation of the protocol.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Era {
    Legacy,
    Modern,
}

/// One thing that a client does.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    Calculate(Era),
    Status(Era),
    Weather(Era),
    User(Era),
    Ping(Era),
    ToolsList(Era),
    Prompt(Era),
    Initialize,
    Discover,
    BadArguments(Era),
    UnknownTool(Era),
    UnknownMethod(Era),
    BadJson,
    Oversize,
    WrongHost,
    WrongMethod,
    /// A call whose client goes away before the answer.
    Disconnect,
    /// A connection whose request head never ends.
    StalledHead,
    /// A request whose body never ends.
    StalledBody,
    /// A request whose client goes away amid the body.
    AbandonedBody,
}

/// Every kind, its name in the report, and its share.
const MIX: [(Kind, &str, usize); 30] = [
    (Kind::Calculate(Era::Legacy), "calculate, legacy", 12),
    (Kind::Calculate(Era::Modern), "calculate, modern", 12),
    (Kind::Status(Era::Legacy), "get_server_status, legacy", 5),
    (Kind::Status(Era::Modern), "get_server_status, modern", 5),
    (Kind::Weather(Era::Legacy), "get_weather, legacy", 5),
    (Kind::Weather(Era::Modern), "get_weather, modern", 5),
    (Kind::User(Era::Legacy), "lookup_user, legacy", 5),
    (Kind::User(Era::Modern), "lookup_user, modern", 5),
    (Kind::Ping(Era::Legacy), "ping, legacy", 5),
    (Kind::Ping(Era::Modern), "ping, modern", 5),
    (Kind::ToolsList(Era::Legacy), "tools/list, legacy", 4),
    (Kind::ToolsList(Era::Modern), "tools/list, modern", 4),
    (Kind::Prompt(Era::Legacy), "prompts/get, legacy", 2),
    (Kind::Prompt(Era::Modern), "prompts/get, modern", 2),
    (Kind::Initialize, "initialize", 4),
    (Kind::Discover, "server/discover", 4),
    (Kind::BadArguments(Era::Legacy), "bad arguments, legacy", 1),
    (Kind::BadArguments(Era::Modern), "bad arguments, modern", 1),
    (Kind::UnknownTool(Era::Legacy), "unknown tool, legacy", 1),
    (Kind::UnknownTool(Era::Modern), "unknown tool, modern", 1),
    (
        Kind::UnknownMethod(Era::Legacy),
        "unknown method, legacy",
        1,
    ),
    (
        Kind::UnknownMethod(Era::Modern),
        "unknown method, modern",
        1,
    ),
    (Kind::BadJson, "bad JSON", 2),
    (Kind::Oversize, "oversize body", 1),
    (Kind::WrongHost, "wrong host", 2),
    (Kind::WrongMethod, "wrong HTTP method", 1),
    (Kind::Disconnect, "disconnect amid a call", 2),
    (Kind::StalledHead, "stalled head", 1),
    (Kind::StalledBody, "stalled body", 1),
    (Kind::AbandonedBody, "abandoned body", 1),
];

/// One round of the mix, the kinds interleaved.
pub(crate) fn round() -> Vec<(Kind, &'static str)> {
    let most = MIX.iter().map(|(_, _, share)| *share).max().unwrap_or(0);
    (0..most)
        .flat_map(|turn| MIX.iter().filter(move |(_, _, share)| *share > turn))
        .map(|(kind, name, _)| (*kind, *name))
        .collect()
}
