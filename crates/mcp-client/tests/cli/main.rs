//! Runs the real program against real HTTP servers. One binary, so that it links once.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests say what they expect by panicking"
)]

#[cfg(unix)]
mod about;
mod answers;
mod arguments;
mod connect;
mod connect_clients;
#[cfg(unix)]
mod connect_files;
mod connect_secrecy;
mod credentials;
mod doctor;
mod doctor_access;
mod doctor_http;
mod doctor_network;
mod eras;
mod failures;
mod hostile;
mod info;
#[cfg(unix)]
mod interrupted;
mod keys;
mod keys_deployed;
mod keys_failures;
#[cfg(unix)]
mod keys_file;
#[cfg(unix)]
mod keys_unread;
mod network;
mod program;
mod prompts;
mod protocol;
mod proxy;
mod proxy_failures;
mod proxy_sessions;
mod proxy_streams;
mod raw;
mod redirects;
mod secrecy;
mod server;
mod servers;
mod smoke;
mod stub;
#[cfg(unix)]
mod terminal;
mod tls;
mod tools;
mod usage;
