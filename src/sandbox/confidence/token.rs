//! IAM: tokens for client credentials, and who a token belongs to.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::super::exchange::{Asked, Reply};
use super::ids;
use super::proto::camel;
use super::refusal::{Code, Refusal};
use super::time;

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Caller {
    /// An API client that may do everything.
    Editor,
    /// An API client that may only look.
    Viewer,
}

impl Caller {
    const ALL: [Self; 2] = [Self::Editor, Self::Viewer];

    fn credentials(self) -> (&'static str, &'static str) {
        match self {
            Self::Editor => ("sandbox-client", "sandbox-secret"),
            Self::Viewer => ("sandbox-viewer", "sandbox-viewer-secret"),
        }
    }

    /// The token that ends at a moment.
    fn token(self, end: i64) -> String {
        let (id, secret) = self.credentials();
        let seal = Sha256::digest(format!("{id} {secret} {end}"));
        format!("sandbox.{id}.{end}.{}", ids::hex(seal.into_iter().take(12)))
    }

    /// The identity that stands as creator of what is made.
    pub(super) fn identity(self) -> String {
        format!("identities/{}", self.credentials().0)
    }
}

/// Gives a token that lasts so many seconds.
pub(super) fn grant(asked: &Asked<'_>, lifetime: u32) -> Result<Reply, Refusal> {
    let body: Value = serde_json::from_slice(asked.body)
        .map_err(|_| Refusal::invalid("the body is not JSON; a form is not taken here"))?;
    let text = |name: &str| {
        let fields = body.as_object().into_iter().flatten();
        let mut values = fields.filter(|(key, _)| camel(key) == name).map(|(_, value)| value);
        values.next().and_then(Value::as_str).unwrap_or_default()
    };
    if text("grantType") != "client_credentials" {
        return Err(Refusal::invalid("only the grant type client_credentials is supported"));
    }
    let given = (text("clientId"), text("clientSecret"));
    let mut callers = Caller::ALL.into_iter();
    let Some(caller) = callers.find(|caller| caller.credentials() == given) else {
        return Err(Refusal::new(Code::Unauthenticated, "invalid client credentials"));
    };
    let end = time::milliseconds() + i64::from(lifetime) * 1_000;
    // The lifetime is an int64, which JSON of proto3 writes as a string.
    let body = json!({ "accessToken": caller.token(end), "expiresIn": lifetime.to_string() });
    Ok(Reply::json(200, &body))
}

/// Who sent a request.
pub(super) fn caller(asked: &Asked<'_>) -> Result<Caller, Refusal> {
    let refused = |message: &str| Refusal::new(Code::Unauthenticated, message);
    let header = asked.header("authorization").unwrap_or_default();
    let Some(token) = header.strip_prefix("Bearer ") else {
        return Err(refused("Request is missing required authentication credential"));
    };
    let end = token.split('.').nth(2).and_then(|end| end.parse::<i64>().ok()).unwrap_or_default();
    let Some(caller) = Caller::ALL.into_iter().find(|caller| caller.token(end) == token) else {
        return Err(refused("Jwt verification fails"));
    };
    if end <= time::milliseconds() {
        return Err(refused("Jwt is expired"));
    }
    Ok(caller)
}
