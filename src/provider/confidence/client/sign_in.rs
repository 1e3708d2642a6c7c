//! Tokens for the credentials of an API client.

use std::fmt;
use std::time::Duration;

use futures_util::future::BoxFuture;
use reqwest::Url;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value as Json, json};

use super::super::TOKEN;
use super::super::wire::Granted;
use crate::diagnostic::Code;
use crate::document::Region;
use crate::provider::credentials::{SignIn, Token};
use crate::provider::{Connect, Failure, Http};

/// How long a token lasts when the answer does not say (docs).
const LIVES: Duration = Duration::from_secs(24 * 60 * 60);

/// An API client of an account.
pub(super) struct ApiClient {
    id: SecretString,
    secret: SecretString,
    iam: Url,
}

impl ApiClient {
    /// The client that the target names.
    pub(super) fn of(connect: &Connect) -> Result<Self, Failure> {
        let address = iam_url(connect);
        let iam = Url::parse(&address).map_err(|error| {
            Failure::new(Code::NotTheApi, format!("the address {address} cannot be read: {error}"))
        })?;
        let id = connect.secret("clientId")?.expose_secret().trim().into();
        let secret = connect.secret("clientSecret")?.expose_secret().trim().into();
        Ok(Self { id, secret, iam })
    }
}

/// Where tokens are had: as is said, else in the region, else in that of the address.
fn iam_url(connect: &Connect) -> String {
    if let Some(url) = &connect.options.iam_url {
        return url.clone();
    }
    let host = connect.url.host_str().unwrap_or_default();
    // A server of somebody else, such as a sandbox, is where its own tokens are had: secrets go to
    // the vendor only where the target names the vendor.
    if connect.options.region.is_none() && !host.ends_with("confidence.dev") {
        return connect.url.to_string();
    }
    let region = match connect.options.region {
        Some(Region::Eu) => ".eu",
        Some(Region::Us) => ".us",
        None if host == "flags.eu.confidence.dev" => ".eu",
        None if host == "flags.us.confidence.dev" => ".us",
        Some(Region::Global) | None => "",
    };
    format!("https://iam{region}.confidence.dev")
}

impl fmt::Debug for ApiClient {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ApiClient")
    }
}

impl SignIn for ApiClient {
    fn sign_in<'a>(&'a self, http: &'a Http) -> BoxFuture<'a, Result<Token, Failure>> {
        Box::pin(async move {
            let body = json!({
                "grantType": "client_credentials",
                "clientId": self.id.expose_secret(),
                "clientSecret": self.secret.expose_secret(),
            });
            let granted: Granted = http.sign_in(&TOKEN, Some(&self.iam), &body).await?;
            Token::bearer(&granted.access_token.into(), seconds(&granted.expires_in))
        })
    }
}

/// A number of seconds: proto3 writes an int64 as a text.
fn seconds(value: &Json) -> Duration {
    let text = value.as_str().and_then(|it| it.parse().ok());
    text.or_else(|| value.as_u64()).map_or(LIVES, Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lifetime_is_a_text_or_a_number() {
        for value in [json!("60"), json!(60)] {
            assert_eq!(seconds(&value), Duration::from_secs(60));
        }
        assert_eq!(seconds(&Json::Null), LIVES);
    }

    #[test]
    fn tokens_are_had_where_the_account_lives() {
        let of = |url: &str, region| {
            let mut connect = Connect::new(Url::parse(url).unwrap(), [], 1);
            connect.options.region = region;
            iam_url(&connect)
        };
        assert_eq!(of("https://flags.eu.confidence.dev", None), "https://iam.eu.confidence.dev");
        assert_eq!(of("https://flags.confidence.dev", None), "https://iam.confidence.dev");
        assert_eq!(of("http://127.0.0.1:4242", None), "http://127.0.0.1:4242/");
        let us = Some(Region::Us);
        assert_eq!(of("https://flags.confidence.dev", us), "https://iam.us.confidence.dev");
    }
}
