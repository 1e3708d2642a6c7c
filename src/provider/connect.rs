//! What a reader needs to know to find a live system and to be let in.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::Url;
use secrecy::SecretString;

use super::{Failure, Http, OnWait};
use crate::diagnostic::Code;
use crate::document::TargetOptions;

/// One live system, and who looks at it.
#[derive(Clone, Debug)]
pub struct Connect {
    /// The address.
    pub url: Url,
    /// The secrets, by their names under `auth`.
    pub secrets: BTreeMap<&'static str, SecretString>,
    /// What the target says of this kind of system alone.
    pub options: TargetOptions,
    /// Who applies, for systems that keep a reason of each change: workspace and commit.
    pub author: String,
    /// How many requests are in flight at once.
    pub parallelism: usize,
    /// How long the system has for each answer; without it, 60 s.
    pub answer_within: Option<Duration>,
    /// Hears of every wait that the system asks for.
    pub on_wait: Option<OnWait>,
}

impl Connect {
    /// The system at `url`, with these secrets and nothing else said.
    pub fn new<'a>(
        url: Url,
        secrets: impl IntoIterator<Item = (&'static str, &'a str)>,
        parallelism: usize,
    ) -> Self {
        let secrets = secrets.into_iter().map(|(name, secret)| (name, secret.into())).collect();
        Self {
            url,
            secrets,
            options: TargetOptions::default(),
            author: "segctl".to_owned(),
            parallelism,
            answer_within: None,
            on_wait: None,
        }
    }

    /// The secret of that name under `auth`.
    pub(super) fn secret(&self, name: &str) -> Result<&SecretString, Failure> {
        self.secrets
            .get(name)
            .ok_or_else(|| Failure::new(Code::BadAuth, format!("the target says no `auth.{name}`")))
    }

    /// Has `http` wait and tell of waits as is said here.
    pub(super) fn tune(&self, http: &Http) {
        if let Some(time) = self.answer_within {
            http.answer_within(time);
        }
        if let Some(on_wait) = self.on_wait {
            http.tell_waits(on_wait);
        }
    }
}
