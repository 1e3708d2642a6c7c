//! Who may ask: an admin token, two people's own tokens, and one client token for each environment.

use axum::http::header;

use super::super::Sandbox;
use super::errors::Refusal;
use super::request::Request;

/// What a client token ends with; it begins with `*:` and the environment.
const CLIENT_SECRET: &str = ".sandbox-client-token";

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Caller {
    /// An admin token, which no limit of requests holds for.
    Machine,
    /// A person who may do everything, by a personal access token.
    Admin,
    /// A person who may only look, by a personal access token.
    Viewer,
}

/// Lets the admin token and those of people pass.
pub(super) fn admin(request: &Request<'_>) -> Result<Caller, Refusal> {
    let token = token(request).ok_or_else(Refusal::no_authorization)?;
    match token {
        Sandbox::TOKEN => Ok(Caller::Machine),
        Sandbox::PERSONAL_TOKEN => Ok(Caller::Admin),
        Sandbox::VIEWER_TOKEN => Ok(Caller::Viewer),
        _ if environment_of(token).is_some() => Err(Refusal::wrong_kind_of_token()),
        _ => Err(Refusal::wrong_token()),
    }
}

/// Lets a client token pass, and tells its environment.
pub(super) fn client<'r>(request: &'r Request<'_>) -> Result<&'r str, Refusal> {
    let token = token(request).ok_or_else(Refusal::no_client_token)?;
    if [Sandbox::TOKEN, Sandbox::PERSONAL_TOKEN, Sandbox::VIEWER_TOKEN].contains(&token) {
        // Observed: since 8.0 an admin token no longer reads the client API.
        return Err(Refusal::wrong_kind_of_token());
    }
    environment_of(token).ok_or_else(Refusal::no_client_token)
}

fn token<'r>(request: &'r Request<'_>) -> Option<&'r str> {
    let header = request.header(header::AUTHORIZATION)?;
    // Both forms are accepted.
    let token = header.strip_prefix("Bearer ").unwrap_or(header).trim();
    (!token.is_empty()).then_some(token)
}

fn environment_of(token: &str) -> Option<&str> {
    token.strip_prefix("*:")?.strip_suffix(CLIENT_SECRET)
}
