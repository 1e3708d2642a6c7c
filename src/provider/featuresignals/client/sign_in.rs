//! Tokens: by email and password, or by a refresh token.

use std::fmt;
use std::time::Duration;

use chrono::Utc;
use futures_util::future::BoxFuture;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use tokio::sync::Mutex;

use super::super::wire::{LoggedIn, Tokens};
use super::super::{LOGIN, REFRESH};
use crate::provider::credentials::{SignIn, Token};
use crate::provider::{Connect, Failure, Http};

/// Clocks differ. A token that seems to end sooner is used all the same, until it is refused.
const SHORTEST: Duration = Duration::from_secs(60);

/// Who signs in.
pub(super) enum Member {
    /// By a password.
    Password {
        /// The e-mail address.
        email: SecretString,
        /// The password.
        password: SecretString,
    },
    /// By the newest refresh token.
    Refresh(Mutex<SecretString>),
}

impl Member {
    /// The member that the target names.
    pub(super) fn of(connect: &Connect) -> Result<Self, Failure> {
        if let Ok(token) = connect.secret("refreshToken") {
            let token = token.expose_secret().trim().into();
            return Ok(Self::Refresh(Mutex::new(token)));
        }
        Ok(Self::Password {
            email: connect.secret("email")?.expose_secret().trim().into(),
            password: connect.secret("password")?.clone(),
        })
    }

    async fn tokens(&self, http: &Http) -> Result<Tokens, Failure> {
        match self {
            Self::Password { email, password } => {
                let body = json!({
                    "email": email.expose_secret(),
                    "password": password.expose_secret(),
                });
                let answer: LoggedIn = http.sign_in(&LOGIN, None, &body).await?;
                Ok(answer.tokens)
            }
            Self::Refresh(newest) => {
                let mut newest = newest.lock().await;
                let body = json!({ "refresh_token": newest.expose_secret() });
                let tokens: Tokens = http.sign_in(&REFRESH, None, &body).await?;
                *newest = tokens.refresh_token.as_str().into();
                Ok(tokens)
            }
        }
    }
}

impl fmt::Debug for Member {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Member")
    }
}

impl SignIn for Member {
    fn sign_in<'a>(&'a self, http: &'a Http) -> BoxFuture<'a, Result<Token, Failure>> {
        Box::pin(async move {
            let tokens = self.tokens(http).await?;
            let left = tokens.expires_at.saturating_sub(Utc::now().timestamp());
            let lives = Duration::from_secs(u64::try_from(left).unwrap_or_default()).max(SHORTEST);
            Token::bearer(&tokens.access_token.into(), lives)
        })
    }
}
