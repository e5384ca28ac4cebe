//! The server that the MCP conformance suite is run against: fixtures for everything the suite
//! asks of a server, behind the same HTTP front door as the shipped one.
//!
//! `cargo run --example conformance -- --port 0` prints one JSON line with its address.
//! `scripts/conformance` starts it and runs the suite.

mod call;
mod completion;
mod content;
mod fixture;
mod input;
mod notifying;
mod prompts;
mod questions;
mod resources;
mod round;
mod samples;
mod schemas;
mod seal;

use std::error::Error;
use std::future::pending;
use std::io::Write;
use std::net::Ipv4Addr;

use clap::Parser;
use mcp_front_door::{ENDPOINT, FrontDoor, HttpConfig};
use serde_json::json;
use tokio::net::TcpListener;

use crate::fixture::Fixture;

/// The suite sends the origin of the server itself, and one that must be refused.
const ALLOWED_ORIGINS: [&str; 2] = ["http://127.0.0.1:*", "http://localhost:*"];

/// Serve the conformance fixtures on the loopback address, until killed.
#[derive(Parser)]
struct Args {
    /// Port to listen on; 0 picks a free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let Args { port } = Args::parse();
    let mut config = HttpConfig::default();
    for origin in ALLOWED_ORIGINS {
        let allowed = origin
            .parse()
            .map_err(|expected| format!("`{origin}` is not {expected}"))?;
        config.allowed_origins.push(allowed);
    }
    let door = FrontDoor::new(Fixture::new()?).with_config(config);

    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let url = format!("http://{}{}", listener.local_addr()?, ENDPOINT);
    let line = json!({ "message": "listening", "url": url });
    writeln!(std::io::stdout(), "{line}")?;
    door.serve(listener, pending()).await;
    Ok(())
}
