//! How a request says who sends it: by a secret that stays, or by a token that is renewed.

use std::fmt;
use std::time::Duration;

use futures_util::future::BoxFuture;
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::failure::Failure;
use super::http::Http;
use crate::diagnostic::Code;

/// How long before its end a token is renewed.
const SPARE: Duration = Duration::from_secs(30);

/// Gets a token from the system.
pub(super) trait SignIn: fmt::Debug + Send + Sync {
    /// Asks for a token; `http` sends it without one.
    fn sign_in<'a>(&'a self, http: &'a Http) -> BoxFuture<'a, Result<Token, Failure>>;
}

/// A token, and until when it is used.
#[derive(Clone, Debug)]
pub(super) struct Token {
    header: HeaderValue,
    until: Instant,
}

impl Token {
    /// A bearer token that the system takes for so long.
    pub(super) fn bearer(token: &SecretString, lives: Duration) -> Result<Self, Failure> {
        let header = header(&format!("Bearer {}", token.expose_secret()))?;
        // One that lives shorter than the spare time is used for half of its life.
        let used = lives.saturating_sub(SPARE).max(lives / 2);
        Ok(Self { header, until: Instant::now() + used })
    }
}

/// The credentials of one client.
#[derive(Debug)]
pub(super) enum Credentials {
    /// The same header for each request.
    Fixed(HeaderValue),
    /// A token that is asked for when it is needed.
    Renewed {
        /// Who asks for it.
        by: Box<dyn SignIn>,
        /// The one in use; held while a new one is asked for, so that one request asks for all.
        token: Mutex<Option<Token>>,
    },
}

impl Credentials {
    /// A header that stays as it is.
    pub(super) fn fixed(secret: &SecretString) -> Result<Self, Failure> {
        header(secret.expose_secret().trim()).map(Self::Fixed)
    }

    /// Tokens that `by` asks for.
    pub(super) fn renewed(by: impl SignIn + 'static) -> Self {
        Self::Renewed { by: Box::new(by), token: Mutex::default() }
    }

    /// The value of the `Authorization` header for the next request.
    pub(super) async fn header(&self, http: &Http) -> Result<HeaderValue, Failure> {
        match self {
            Self::Fixed(header) => Ok(header.clone()),
            Self::Renewed { by, token } => {
                let mut token = token.lock().await;
                if let Some(known) = token.as_ref().filter(|it| it.until > Instant::now()) {
                    return Ok(known.header.clone());
                }
                let new = by.sign_in(http).await?;
                Ok(token.insert(new).header.clone())
            }
        }
    }

    /// Lets go of a token that the system no longer takes; false when there is none to renew.
    pub(super) async fn expire(&self, refused: &HeaderValue) -> bool {
        let Self::Renewed { token, .. } = self else { return false };
        let mut token = token.lock().await;
        // Another request may have renewed it meanwhile.
        token.take_if(|it| it.header == *refused);
        true
    }
}

/// A header that no log shows.
fn header(text: &str) -> Result<HeaderValue, Failure> {
    let mut header = HeaderValue::from_str(text).map_err(|_| {
        let message = "the secret holds characters that no HTTP header can hold";
        Failure::new(Code::BadAuth, message)
    })?;
    header.set_sensitive(true);
    Ok(header)
}
