//! All integration tests, in one binary.

#![cfg(unix)] // The servers are held by /bin/sh.
#![allow(clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::too_many_lines, reason = "a snapshot is as long as what is printed")]
#![allow(clippy::doc_markdown, reason = "PostgreSQL is a name")]

mod action;
mod annotations;
mod architecture;
mod browser;
mod cli;
mod conformance;
mod diagnostics;
mod editor;
mod examples;
mod harness;
mod laws;
mod protocol;
mod readme;
mod review;
mod sarif;
mod schema;
mod support;
mod tour;
mod vendor_clients;
mod vendors;
mod walkthrough;
mod watch;

use protocol::{Kind, Subject};
use segctl::sandbox::Sandbox;
use support::sandbox::{CLIENT_TOKEN, OwnSandbox, sandbox};
use support::servers::{Access, Server, Version, unleash, unleash_with};

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

#[tokio::test]
async fn protocol_on_the_sandbox() {
    let sandbox = sandbox("{}").await;
    protocol::run(&imitation(&sandbox)).await;
}

#[tokio::test]
async fn conformance_on_unleash_8_2_0() {
    conformance_on(Version::V8_2_0, Kind::Real8).await;
}

#[tokio::test]
async fn conformance_on_unleash_6_10_1() {
    conformance_on(Version::V6_10_1, Kind::Real6).await;
}

#[tokio::test]
async fn conformance_on_the_sandbox() {
    let sandbox = sandbox(conformance::FIXTURE).await;
    let mut failures = conformance::run(&imitation(&sandbox), &conformance::groups()).await;
    let small = support::sandbox::sandbox(conformance::SMALL_FIXTURE).await;
    failures.extend(conformance::run(&imitation(&small), &conformance::limited_groups()).await);
    conformance::report(Kind::Sandbox, &failures);
}

#[tokio::test]
async fn import_on_unleash_8_2_0() {
    let server = unleash(Version::V8_2_0);
    let _turn = server.turn().await;
    conformance::round_trip(&subject(server, Kind::Real8)).await;
}

#[tokio::test]
async fn import_on_unleash_6_10_1() {
    let server = unleash(Version::V6_10_1);
    let _turn = server.turn().await;
    conformance::round_trip(&subject(server, Kind::Real6)).await;
}

#[tokio::test]
async fn import_on_the_sandbox() {
    let sandbox = sandbox("{}").await;
    conformance::round_trip(&imitation(&sandbox)).await;
}
/// Every deletion asks for archived flags, and the groups delete more than people do in a minute.
const MANY_SEARCHES: (&str, &str) = ("SEARCH_FEATURES_RATE_LIMIT_PER_MINUTE", "100000");

/// On servers of its own: what it leaves in the tables of a shared one would change the order in
/// which others read their rows.
async fn conformance_on(version: Version, kind: Kind) {
    let server = unleash_with(version, &[MANY_SEARCHES]);
    let mut failures = conformance::run(&subject(&server, kind), &conformance::groups()).await;
    drop(server);
    let small = unleash_with(version, &conformance::SMALL_SERVER);
    failures.extend(conformance::run(&subject(&small, kind), &conformance::limited_groups()).await);
    conformance::report(kind, &failures);
}

/// The sandbox in place of a server.
fn imitation(sandbox: &OwnSandbox) -> Subject {
    Subject {
        url: sandbox.url().to_owned(),
        token: Sandbox::TOKEN.to_owned(),
        client_token: CLIENT_TOKEN.to_owned(),
        kind: Kind::Sandbox,
    }
}

fn subject(server: &Server, kind: Kind) -> Subject {
    let Access { url, token, client_token } = &**server;
    Subject { url: url.clone(), token: token.clone(), client_token: client_token.clone(), kind }
}
