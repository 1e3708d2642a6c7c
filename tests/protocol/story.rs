//! Sends the probes of a chapter, one after the other.

use super::Subject;
use super::matching::{Kept, complaint, fill, fill_json};
use super::probe::{Body, Probe, Source, Token};
use crate::support::http::{Http, Reply};
use serde_json::{Value, json};
use std::time::Duration;

/// How often, and after how many milliseconds, an `eventually` probe is repeated.
const PATIENCE: (usize, u64) = (100, 100);

/// Unleash looks for a new revision once a second.
const LATER: Duration = Duration::from_secs(2);

/// A chapter being told: the server and what was kept from its answers so far.
pub(super) struct Story<'a> {
    subject: &'a Subject,
    /// The token of a person who may only look.
    viewer: &'a str,
    http: Http,
    kept: Kept,
}

impl<'a> Story<'a> {
    pub(super) fn new(subject: &'a Subject, viewer: &'a str) -> Self {
        Self { subject, viewer, http: Http::new(&subject.url), kept: Kept::new() }
    }

    /// Sends a probe; the error says what was asked and what is wrong with the answer.
    pub(super) async fn tell(&mut self, probe: &Probe) -> Result<(), String> {
        for n in 1..=probe.times {
            self.kept.insert("n", json!(n));
            self.ask(probe).await.map_err(|complaint| {
                format!("{}\n      {} {}\n      {complaint}", probe.name, probe.method, probe.path)
            })?;
        }
        Ok(())
    }

    async fn ask(&mut self, probe: &Probe) -> Result<(), String> {
        let of_6 = probe.answer_of_6.as_ref().filter(|_| self.subject.kind == super::Kind::Real6);
        let answer = of_6.unwrap_or(&probe.answer);
        if probe.later {
            tokio::time::sleep(LATER).await;
        }
        let mut tries = if probe.eventually { PATIENCE.0 } else { 1 };
        let reply = loop {
            let reply = self.send(probe).await;
            tries -= 1;
            match complaint(&reply, answer, &self.kept) {
                None => break reply,
                Some(complaint) if tries == 0 => return Err(complaint),
                Some(_) => tokio::time::sleep(Duration::from_millis(PATIENCE.1)).await,
            }
        };
        for (name, source) in &probe.kept {
            let value = match source {
                Source::Body(at) => reply.json.as_ref().and_then(|it| it.pointer(at)).cloned(),
                Source::Header(header) => reply.header(header).map(Value::from),
            };
            let value = value.ok_or_else(|| format!("no {name} in {source:?}: {}", reply.text))?;
            self.kept.insert(name, value);
        }
        Ok(())
    }

    async fn send(&self, probe: &Probe) -> Reply {
        let token = match probe.token {
            Token::Admin => Some(self.subject.token.clone()),
            Token::Client => Some(self.subject.client_token.clone()),
            Token::Viewer => Some(self.viewer.to_owned()),
            Token::Bearer => Some(format!("Bearer {}", self.subject.token)),
            Token::Other(token) => Some(token.to_owned()),
            Token::Nothing => None,
        };
        let mut headers: Vec<(&str, String)> = Vec::new();
        headers.extend(token.map(|it| ("Authorization", it)));
        headers.extend(probe.headers.iter().map(|(name, it)| (*name, fill(it, &self.kept))));
        let has_type = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        if probe.body.is_some() && !has_type {
            headers.push(("Content-Type", "application/json".to_owned()));
        }
        let body = probe.body.as_ref().map(|it| match it {
            Body::Json(json) => fill_json(json, &self.kept).to_string().into_bytes(),
            Body::Raw(bytes) => bytes.clone(),
        });
        let headers: Vec<_> = headers.iter().map(|(name, it)| (*name, it.as_str())).collect();
        self.http.send(&probe.method, &fill(&probe.path, &self.kept), &headers, body).await
    }
}
