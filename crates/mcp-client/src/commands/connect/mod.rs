//! `connect`

mod conceal;
mod plan;
mod reference;
mod report;
mod write;

use std::collections::HashSet;

use api_keys::{without_generated_keys, without_possible_keys};

use self::plan::{Plan, State};
use self::report::Report;
use crate::cli::{ConnectArgs, ConnectionArgs};
use crate::clients::{CLIENTS, Client, ConnectError, Machine, Scope, Server, Syntax, read};
use crate::console::Console;
use crate::credential::{API_KEY_VARIABLE, Credential};
use crate::endpoint::EndpointUrl;
use crate::error::{Error, Misuse};
use crate::secrets::Secrets;
use crate::target;
use crate::world::World;

/// A client that was not asked for by name and is left out.
pub(crate) struct LeftOut {
    pub(crate) client: &'static Client,
    pub(crate) scope: Scope,
    pub(crate) reason: &'static str,
}

pub(crate) async fn run(
    args: &ConnectArgs,
    connection: &ConnectionArgs,
    console: &Console,
    world: &mut World<'_>,
) -> Result<(), Error> {
    if args.reference {
        return world.output.text(&reference::reference()?);
    }
    if let Some(key) = world.set(API_KEY_VARIABLE)
        && let Ok(Some(key)) = Credential::api_key(key)
    {
        world.output.conceal(Secrets::of(&[key]));
    }
    let machine = world.machine();
    let server = server(args, connection, world, &machine).await?;
    if !args.remove && server.url == EndpointUrl::DEFAULT && connection.endpoint().is_none() {
        console.remark(
            "this is the server of this machine: --endpoint URL or --stack NAME name another",
        );
    }
    let (chosen, left_out) = choose(args, &machine)?;
    let mut plans = Vec::new();
    for (client, scope) in chosen {
        plans.push(Plan::new(client, scope, &server, args, &machine)?);
    }
    let mut report = Report::new(args, &server, console, &mut world.output);
    let mut done: Vec<Plan> = Vec::new();
    for mut plan in plans {
        // Another client may have the same file.
        if done.iter().any(|other| other.file == plan.file) {
            plan = Plan::new(plan.client, plan.scope, &server, args, &machine)?;
        }
        report.announce(&plan);
        if args.write
            && plan.state == State::Pending
            && let Err(error) = write::write(&mut plan)
        {
            if !done.is_empty() {
                report.finish(&done, &left_out)?;
            }
            return Err(error.into());
        }
        done.push(plan);
    }
    report.finish(&done, &left_out)
}

/// The server as the command line describes it.
async fn server(
    args: &ConnectArgs,
    connection: &ConnectionArgs,
    world: &World<'_>,
    machine: &Machine<'_>,
) -> Result<Server, Error> {
    let named = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    if !(1..=64).contains(&args.name.len()) || !args.name.chars().all(named) {
        return Err(invalid(
            "--name",
            "1 to 64 of A–Z, a–z, 0–9, `-` and `_`",
            &args.name,
        ));
    }
    let variable = args.key_variable.as_str();
    let letter = |c: char| c.is_ascii_alphabetic() || c == '_';
    if !variable.starts_with(letter) || !variable.chars().all(|c| letter(c) || c.is_ascii_digit()) {
        return Err(invalid(
            "--key-variable",
            "the name of a variable",
            variable,
        ));
    }
    let endpoint: EndpointUrl = match args.remove {
        true => EndpointUrl::DEFAULT.parse().map_err(Misuse::Endpoint)?,
        false => target::endpoint(connection, world).await?,
    };
    let with_key = !args.no_key;
    let in_the_clear = !endpoint.is_https() && !endpoint.is_loopback();
    if with_key && in_the_clear && !connection.insecure_http {
        let source_name = variable.to_owned();
        return Err(Misuse::InTheClear {
            source_name,
            endpoint,
        }
        .into());
    }
    let folder = machine.base(crate::clients::Base::Config).ok();
    let default = folder.map(|folder| folder.join("mcp-client").join(format!("{}.key", args.name)));
    let key_file = match &args.key_file {
        Some(file) => Some(std::path::absolute(file).unwrap_or_else(|_| file.clone())),
        None => default,
    };
    let server = Server {
        name: args.name.clone(),
        url: endpoint.as_str().to_owned(),
        variable: with_key.then(|| variable.to_owned()),
        key_file: key_file.filter(|_| with_key),
        program: args.program.clone(),
    };
    refuse_keys(&server, world)?;
    Ok(server)
}

fn invalid(option: &'static str, expected: &'static str, found: &str) -> Error {
    let found = without_possible_keys(found);
    ConnectError::Invalid {
        option,
        expected,
        found,
    }
    .into()
}

/// What is written is kept, and usually committed.
fn refuse_keys(server: &Server, world: &World<'_>) -> Result<(), ConnectError> {
    let names = [Some(API_KEY_VARIABLE), server.variable.as_deref()];
    let keys: Vec<String> = names
        .into_iter()
        .flatten()
        .filter_map(|name| world.set(name))
        .map(|key| key.to_string_lossy().trim().to_owned())
        .filter(|key| key.len() >= 8)
        .collect();
    let holds_key = |text: &str| {
        without_generated_keys(text) != text || keys.iter().any(|key| text.contains(key))
    };
    let file = server
        .key_file
        .as_ref()
        .map(|file| file.display().to_string());
    for (what, text) in [
        ("the name", Some(server.name.as_str())),
        ("the endpoint", Some(server.url.as_str())),
        ("the name of the variable", server.variable.as_deref()),
        ("the path of the key file", file.as_deref()),
        ("the program", Some(server.program.as_str())),
    ] {
        if text.is_some_and(holds_key) {
            return Err(ConnectError::HoldsKey(what));
        }
    }
    Ok(())
}

type Chosen = Vec<(&'static Client, Scope)>;

/// Which files are meant.
fn choose(
    args: &ConnectArgs,
    machine: &Machine<'_>,
) -> Result<(Chosen, Vec<LeftOut>), ConnectError> {
    let scope = args.scope.map(Scope::from);
    if !args.all {
        let mut seen = HashSet::new();
        let ids = args.clients.iter().filter(|id| seen.insert(id.as_str()));
        let scope = scope.unwrap_or(Scope::User);
        let chosen = ids.filter_map(|id| Some((Client::named(id)?, scope)));
        return Ok((chosen.collect(), Vec::new()));
    }
    let (mut chosen, mut left_out): (Chosen, _) = (Vec::new(), Vec::new());
    let scopes = [Scope::User, Scope::Project];
    for scope in scopes
        .into_iter()
        .filter(|one| scope.is_none_or(|scope| scope == *one))
    {
        for client in CLIENTS {
            match absence(client, scope, machine) {
                None => chosen.push((client, scope)),
                Some(reason) => left_out.push(LeftOut {
                    client,
                    scope,
                    reason,
                }),
            }
        }
    }
    Ok((chosen, left_out))
}

/// Why `--all` leaves a client out.
fn absence(client: &Client, scope: Scope, machine: &Machine<'_>) -> Option<&'static str> {
    let Ok(file) = client.file(scope, machine) else {
        return Some("no such configuration");
    };
    match scope {
        Scope::User if !client.is_here(machine) => return Some("not on this machine"),
        Scope::Project if !file.exists() => return Some("no such file here"),
        Scope::Project
            if client
                .file(Scope::User, machine)
                .is_ok_and(|user| user == file) =>
        {
            return Some("the same file as the user's");
        }
        Scope::Project if client.id == "vscode-insiders" => return Some("the same file as vscode"),
        _ => {}
    }
    let nested = || {
        let text = read(&file).ok().flatten().unwrap_or_default();
        let parsed = Syntax::Json.parse(&text);
        parsed.is_ok_and(|document| document.at(&["mcp", "servers"]).is_some())
    };
    match client.id {
        "opencode" if nested() => Some("the file is OpenCode 2's"),
        "opencode2" if !nested() => Some("the file is not OpenCode 2's"),
        _ => None,
    }
}
