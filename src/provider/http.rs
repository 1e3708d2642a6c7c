//! The HTTP client that every provider uses: bounded, counted, and careful with the secret.

use std::ops::Deref;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::header::{self, HeaderMap, HeaderValue};
use reqwest::{Client, Response, StatusCode, Url, redirect};
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use super::answer::{ANSWER_BYTES, Answer, is_html, read, retry_after, too_large, unreachable};
use super::credentials::Credentials;
use super::endpoint::{Access, Auth, Endpoint, EndpointInfo, Read, Retry, Write};
use super::failure::Failure;
use super::gate::{Gate, OnWait};
use super::pace::Pace;
use super::retry::{Attempt, Decision, decide};
use super::tally::{Answered, Requests, Tally};
use crate::apply::WritePermit;
use crate::diagnostic::Code;

/// How long the server has to answer a request.
const ANSWER_WITHIN: Duration = Duration::from_secs(60);
/// How long a connection may take.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);
/// Unleash closes an idle connection after 16 s; one used later would lose its request.
const IDLE_AT_MOST: Duration = Duration::from_secs(10);
/// How much of an error's body is looked at.
const ERROR_BYTES: usize = 64 * 1024;
/// How much of what the server says about an error is passed on, in characters.
const SAID_CHARACTERS: usize = 600;

/// What a client needs to know.
#[derive(Debug)]
pub(super) struct HttpOptions {
    /// The address of the system.
    pub(super) url: Url,
    /// Who sends the requests.
    pub(super) credentials: Credentials,
    /// How many requests are in flight at once.
    pub(super) parallelism: usize,
    /// How fast they may follow each other.
    pub(super) pace: Pace,
    /// Turns the body of an error into a message, and the permissions that are missing.
    pub(super) explain: fn(&str) -> Option<String>,
}

/// Where a request goes, and what it brings.
#[derive(Debug, Default)]
pub(super) struct Request<'a> {
    /// What stands for each `{}` of the path.
    pub(super) path: &'a [&'a str],
    /// The query.
    pub(super) query: &'a [(&'a str, &'a str)],
    /// The body.
    pub(super) body: Option<&'a Json>,
    /// The body as JSON text, where a value must stay as it was written; instead of `body`.
    pub(super) text: Option<&'a str>,
}

/// A client of one live system. Clones share connections, limits and counts.
#[derive(Clone, Debug)]
pub struct Http {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    client: Client,
    url: Url,
    credentials: Credentials,
    gate: Gate,
    parallelism: usize,
    tally: Tally,
    answer_within: OnceLock<Duration>,
    explain: fn(&str) -> Option<String>,
}

impl Http {
    /// A client.
    pub(super) fn new(options: HttpOptions) -> Result<Self, Failure> {
        let accept = HeaderValue::from_static("application/json");
        let headers = HeaderMap::from_iter([(header::ACCEPT, accept)]);
        let client = Client::builder()
            .default_headers(headers)
            .user_agent(concat!("segctl/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_WITHIN)
            .timeout(ANSWER_WITHIN)
            .pool_idle_timeout(IDLE_AT_MOST)
            // A redirect could carry the secret to another host, and a write would become a read.
            .redirect(redirect::Policy::none())
            .retry(reqwest::retry::never())
            .build()
            .map_err(|error| Failure::new(Code::Unreachable, error.to_string()))?;
        let parallelism = options.parallelism.max(1);
        let shared = Shared {
            client,
            url: options.url,
            credentials: options.credentials,
            gate: Gate::new(parallelism, options.pace),
            parallelism,
            tally: Tally::default(),
            answer_within: OnceLock::new(),
            explain: options.explain,
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Has every wait that the server asks for told to `on_wait`.
    pub(super) fn tell_waits(&self, on_wait: OnWait) {
        self.shared.gate.tell_waits(on_wait);
    }

    /// Ends every wait for the server or for a next attempt, now and from now on; what is in flight
    /// goes on.
    pub(super) fn hurry(&self) {
        self.shared.gate.hurry();
    }

    /// Gives the server so long for each answer, instead of 60 s.
    pub(super) fn answer_within(&self, time: Duration) {
        // Said twice, the first one stays.
        let _ = self.shared.answer_within.set(time);
    }

    /// How many requests are in flight at once.
    pub(super) fn parallelism(&self) -> usize {
        self.shared.parallelism
    }

    /// The requests that were sent so far.
    pub fn requests(&self) -> Requests {
        self.shared.tally.requests()
    }

    /// How far the requests are that were asked for.
    pub fn answered(&self) -> Answered {
        self.shared.tally.answered()
    }

    /// Sends a request that reads, and decodes its answer.
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        endpoint: &Endpoint<Read>,
        parameters: &[&str],
    ) -> Result<T, Failure> {
        self.ask(endpoint, &Request { path: parameters, ..Request::default() }).await
    }

    /// Sends a request that reads, with a query, and decodes its answer.
    pub(super) async fn find<T: DeserializeOwned>(
        &self,
        endpoint: &Endpoint<Read>,
        query: &[(&str, &str)],
    ) -> Result<T, Failure> {
        self.ask(endpoint, &Request { query, ..Request::default() }).await
    }

    /// Sends a request that reads, whatever it brings, and decodes its answer.
    pub(super) async fn ask<T: DeserializeOwned>(
        &self,
        endpoint: &Endpoint<Read>,
        request: &Request<'_>,
    ) -> Result<T, Failure> {
        let url = request.url(&endpoint.info, &self.shared.url);
        self.send(&endpoint.info, url, request.text()).await?.json()
    }

    /// Asks for a token, at `base` where it is not had at the address of the system.
    pub(super) async fn sign_in<T: DeserializeOwned>(
        &self,
        endpoint: &Endpoint<Auth>,
        base: Option<&Url>,
        body: &Json,
    ) -> Result<T, Failure> {
        let url = endpoint.info.url(base.unwrap_or(&self.shared.url), &[]);
        self.send(&endpoint.info, url, Some(body.to_string())).await?.json()
    }

    async fn send(
        &self,
        endpoint: &EndpointInfo,
        url: Url,
        body: Option<String>,
    ) -> Result<Answer, Failure> {
        self.shared.tally.asked();
        let ended = self.attempts(endpoint, url, body.as_deref()).await;
        self.shared.tally.done();
        ended
    }

    async fn attempts(
        &self,
        endpoint: &EndpointInfo,
        url: Url,
        body: Option<&str>,
    ) -> Result<Answer, Failure> {
        let gate = &self.shared.gate;
        let mut failed = Failure::new(Code::Interrupted, "interrupted before it was sent");
        let mut renewed = false;
        for attempt in 1.. {
            let who = match endpoint.access {
                Access::Auth => None,
                // Boxed, because to ask for a token is to send a request.
                _ => Some(Box::pin(self.shared.credentials.header(self)).await?),
            };
            // The permit is held until the body is read.
            let Ok(permit) = gate.turn(endpoint).await else { break };
            let answer = self.once(endpoint, url.clone(), who.clone(), body).await;
            drop(permit);
            let (ended, failure) = match answer {
                Ok(answer) => return Ok(answer),
                Err((Some(ended), failure)) => (ended, failure),
                Err((None, failure)) => {
                    // Whoever is not known has changed nothing, so it may be sent again.
                    let expired = failure.status == Some(401) && !renewed;
                    if let Some(who) = who.filter(|_| expired)
                        && self.shared.credentials.expire(&who).await
                    {
                        renewed = true;
                        continue;
                    }
                    return Err(failure);
                }
            };
            // A read does nothing.
            let maybe_done = ended == Attempt::Unknown && endpoint.retry == Retry::Reconcile;
            failed = Failure { maybe_done, ..failure };
            match decide(endpoint.retry, attempt, ended, fastrand::f64()) {
                Decision::Again(wait) if matches!(ended, Attempt::Declined(Some(_))) => {
                    gate.close(endpoint, wait, &failed);
                }
                Decision::Again(wait) if gate.wait(wait).await.is_ok() => {}
                Decision::Again(_) | Decision::GiveUp => break,
            }
        }
        Err(failed)
    }

    /// One attempt. An error says whether and how it may be repeated.
    async fn once(
        &self,
        endpoint: &EndpointInfo,
        url: Url,
        who: Option<HeaderValue>,
        body: Option<&str>,
    ) -> Result<Answer, (Option<Attempt>, Failure)> {
        if endpoint.access != Access::Auth {
            self.shared.tally.sent(endpoint.name());
        }
        // A token may be had at another address than all else.
        let at = url.clone();
        let mut request = self.shared.client.request(endpoint.method.clone(), url);
        if let Some(who) = who {
            request = request.header(header::AUTHORIZATION, who);
        }
        if let Some(body) = body {
            request =
                request.header(header::CONTENT_TYPE, "application/json").body(body.to_owned());
        }
        if let Some(time) = self.shared.answer_within.get() {
            request = request.timeout(*time);
        }
        let response = request.send().await.map_err(|error| {
            let ended = if error.is_connect() { Attempt::NotSent } else { Attempt::Unknown };
            (Some(ended), unreachable(endpoint, &at, &error))
        })?;
        self.shared.gate.heed(endpoint, response.headers());
        let status = response.status();
        if status.is_success() {
            let is_html = is_html(&response);
            let body = read(response, ANSWER_BYTES)
                .await
                .map_err(|error| (Some(Attempt::Unknown), unreachable(endpoint, &at, &error)))?;
            return match body {
                Some(body) => Ok(Answer::new(body, is_html, endpoint.name())),
                None => Err((None, too_large(endpoint))),
            };
        }
        Err(self.refused(endpoint, response).await)
    }

    async fn refused(
        &self,
        endpoint: &EndpointInfo,
        response: Response,
    ) -> (Option<Attempt>, Failure) {
        let status = response.status();
        let retry_after = retry_after(response.headers());
        let location = response.headers().get(header::LOCATION).cloned();
        let html = is_html(&response);
        let body = read(response, ERROR_BYTES).await.ok().flatten().unwrap_or_default();
        let text = String::from_utf8_lossy(&body);
        let said = if html { None } else { (self.shared.explain)(&text) };
        let (ended, code) = match status.as_u16() {
            401 => (None, Code::Unauthorized),
            403 => (None, Code::Forbidden),
            402 => (None, Code::LimitReached),
            404 if html => (None, Code::NotTheApi),
            429 => (Some(Attempt::Declined(retry_after)), Code::RateLimited),
            503 if retry_after.is_some() => {
                (Some(Attempt::Declined(retry_after)), Code::ServerFault)
            }
            500..=599 => (Some(Attempt::Unknown), Code::ServerFault),
            300..=399 => (None, Code::NotTheApi),
            _ => (None, Code::Rejected),
        };
        let mut message = format!("{} answered {status}", endpoint.name());
        if let Some(said) = said {
            message = format!("{message}: {}", beginning(&said));
        }
        let mut failure = Failure { status: Some(status.as_u16()), ..Failure::new(code, message) };
        if let Some(location) = location.as_ref().and_then(|it| it.to_str().ok())
            && status.is_redirection()
        {
            failure = failure.help(format!("the server redirects to {location}: write that url"));
        }
        (ended, failure)
    }
}

/// The beginning of what a server says, up to the end of a word.
fn beginning(said: &str) -> String {
    let Some((end, _)) = said.char_indices().nth(SAID_CHARACTERS) else { return said.to_owned() };
    let kept = &said[..end];
    // No address and no number is cut in two.
    let kept = kept.rfind(char::is_whitespace).map_or(kept, |at| &kept[..at]);
    format!("{}…", kept.trim_end())
}

/// A client that can also write; only [`crate::apply`] has the permit that it takes.
#[derive(Debug)]
pub(super) struct WritableHttp {
    http: Http,
}

impl WritableHttp {
    /// The client `http`, from now on able to write.
    pub(super) fn new(http: Http, _: WritePermit) -> Self {
        Self { http }
    }

    /// Sends a request that writes.
    pub(super) async fn write(
        &self,
        endpoint: &Endpoint<Write>,
        parameters: &[&str],
        body: Option<&Json>,
    ) -> Result<Answer, Failure> {
        self.change(endpoint, &Request { path: parameters, body, ..Request::default() }).await
    }

    /// Sends a request that writes, whatever it brings.
    pub(super) async fn change(
        &self,
        endpoint: &Endpoint<Write>,
        request: &Request<'_>,
    ) -> Result<Answer, Failure> {
        let url = request.url(&endpoint.info, &self.http.shared.url);
        self.http.send(&endpoint.info, url, request.text()).await
    }
}

impl Deref for WritableHttp {
    type Target = Http;

    fn deref(&self) -> &Http {
        &self.http
    }
}

impl Request<'_> {
    /// The body as it is sent.
    fn text(&self) -> Option<String> {
        self.text.map(str::to_owned).or_else(|| self.body.map(Json::to_string))
    }

    /// The address of this request to `endpoint` of the system at `base`.
    fn url(&self, endpoint: &EndpointInfo, base: &Url) -> Url {
        let mut url = endpoint.url(base, self.path);
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(self.query);
        }
        url
    }
}

/// Whether an answer means that the thing is not there.
pub(super) fn is_missing(failure: &Failure) -> bool {
    failure.status == Some(StatusCode::NOT_FOUND.as_u16()) && failure.code == Code::Rejected
}
