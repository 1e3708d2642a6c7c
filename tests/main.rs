//! All integration tests, in one binary.

#![cfg(unix)] // The servers are held by /bin/sh.
#![allow(clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::too_many_lines, reason = "a snapshot is as long as what is printed")]
#![allow(clippy::doc_markdown, reason = "PostgreSQL is a name")]

mod cli;
mod harness;
mod protocol;
mod support;

use protocol::{Kind, Subject};
use support::servers::{Server, Version, unleash};

#[tokio::test]
async fn protocol_on_unleash_8_2_0() {
    let server = unleash(Version::V8_2_0);
    let _turn = server.turn().await;
    protocol::run(&subject(server, Kind::Real8)).await;
}

#[tokio::test]
async fn protocol_on_unleash_6_10_1() {
    let server = unleash(Version::V6_10_1);
    let _turn = server.turn().await;
    protocol::run(&subject(server, Kind::Real6)).await;
}

// The sandbox goes here: `protocol::run(&Subject { kind: Kind::Sandbox, .. }).await`.

fn subject(server: &Server, kind: Kind) -> Subject {
    let Server { url, token, client_token, .. } = server;
    Subject { url: url.clone(), token: token.clone(), client_token: client_token.clone(), kind }
}
