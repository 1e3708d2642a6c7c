//! The HTTP client that every provider uses: bounded, counted, and careful with the secret.

use std::ops::Deref;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::header::{self, HeaderMap, HeaderValue};
use reqwest::{Client, Response, StatusCode, Url, redirect};
use secrecy::{ExposeSecret as _, SecretString};
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use super::endpoint::{Endpoint, EndpointInfo, Read, Retry, Write};
use super::failure::Failure;
use super::gate::{Gate, OnWait};
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
/// The largest answer that is read, in bytes. 10,000 segments are 3.2 MB.
const ANSWER_BYTES: usize = 256 * 1024 * 1024;
/// How much of an error's body is looked at.
const ERROR_BYTES: usize = 64 * 1024;
/// How much of what the server says about an error is passed on, in characters.
const SAID_CHARACTERS: usize = 600;

/// What a client needs to know.
#[derive(Debug)]
pub struct HttpOptions {
    /// The address of the system.
    pub url: Url,
    /// The value of the `Authorization` header.
    pub secret: SecretString,
    /// How many requests are in flight at once.
    pub parallelism: usize,
    /// Turns the body of an error into a message, and the permissions that are missing.
    pub explain: fn(&str) -> Option<String>,
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
    gate: Gate,
    parallelism: usize,
    tally: Tally,
    answer_within: OnceLock<Duration>,
    explain: fn(&str) -> Option<String>,
}

/// An answer of the 2xx kind.
#[derive(Debug)]
pub(super) struct Answer {
    body: Vec<u8>,
    is_html: bool,
    name: String,
}

impl Http {
    /// A client; fails when the secret cannot stand in a header.
    pub fn new(options: HttpOptions) -> Result<Self, Failure> {
        let mut secret =
            HeaderValue::from_str(options.secret.expose_secret().trim()).map_err(|_| {
                Failure::new(
                    Code::BadAuth,
                    "the secret holds characters that no HTTP header can hold",
                )
            })?;
        secret.set_sensitive(true);
        let headers = HeaderMap::from_iter([
            (header::AUTHORIZATION, secret),
            (header::ACCEPT, HeaderValue::from_static("application/json")),
        ]);
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
            gate: Gate::new(parallelism),
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
        let url = endpoint.info.url(&self.shared.url, parameters);
        self.send(&endpoint.info, url, None).await?.json()
    }

    /// Sends a request that reads, with a query, and decodes its answer.
    pub(super) async fn find<T: DeserializeOwned>(
        &self,
        endpoint: &Endpoint<Read>,
        query: &[(&str, &str)],
    ) -> Result<T, Failure> {
        let mut url = endpoint.info.url(&self.shared.url, &[]);
        url.query_pairs_mut().extend_pairs(query);
        self.send(&endpoint.info, url, None).await?.json()
    }

    async fn send(
        &self,
        endpoint: &EndpointInfo,
        url: Url,
        body: Option<&Json>,
    ) -> Result<Answer, Failure> {
        self.shared.tally.asked();
        let ended = self.attempts(endpoint, url, body).await;
        self.shared.tally.done();
        ended
    }

    async fn attempts(
        &self,
        endpoint: &EndpointInfo,
        url: Url,
        body: Option<&Json>,
    ) -> Result<Answer, Failure> {
        let gate = &self.shared.gate;
        let mut failed = Failure::new(Code::Interrupted, "interrupted before it was sent");
        for attempt in 1.. {
            // The permit is held until the body is read.
            let Ok(permit) = gate.turn(endpoint).await else { break };
            let answer = self.once(endpoint, url.clone(), body).await;
            drop(permit);
            let (ended, failure) = match answer {
                Ok(answer) => return Ok(answer),
                Err((Some(ended), failure)) => (ended, failure),
                Err((None, failure)) => return Err(failure),
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
        body: Option<&Json>,
    ) -> Result<Answer, (Option<Attempt>, Failure)> {
        self.shared.tally.sent(endpoint.name());
        let mut request = self.shared.client.request(endpoint.method.clone(), url);
        if let Some(body) = body {
            request = request.json(body);
        }
        if let Some(time) = self.shared.answer_within.get() {
            request = request.timeout(*time);
        }
        let response = request.send().await.map_err(|error| {
            let ended = if error.is_connect() { Attempt::NotSent } else { Attempt::Unknown };
            (Some(ended), unreachable(endpoint, &self.shared.url, &error))
        })?;
        let status = response.status();
        if status.is_success() {
            let is_html = is_html(&response);
            let body = read(response, ANSWER_BYTES).await.map_err(|error| {
                (Some(Attempt::Unknown), unreachable(endpoint, &self.shared.url, &error))
            })?;
            return match body {
                Some(body) => Ok(Answer { body, is_html, name: endpoint.name() }),
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
            let said: String = said.chars().take(SAID_CHARACTERS).collect();
            message = format!("{message}: {said}");
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
        let url = endpoint.info.url(&self.http.shared.url, parameters);
        self.http.send(&endpoint.info, url, body).await
    }
}

impl Deref for WritableHttp {
    type Target = Http;

    fn deref(&self) -> &Http {
        &self.http
    }
}

impl Answer {
    /// The body as the type that the endpoint promises.
    pub(super) fn json<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        let name = &self.name;
        if self.is_html {
            let message = format!("{name} answered with a web page");
            let failure = Failure::new(Code::NotTheApi, message);
            return Err(failure.help("write the url without /api and without a path of the UI"));
        }
        serde_json::from_slice(&self.body).map_err(|error| {
            let message = format!("{name} answered with something else than it promises: {error}");
            Failure::new(Code::UnexpectedAnswer, message)
        })
    }
}

/// The body, unless it is larger than `limit` bytes.
async fn read(mut response: Response, limit: usize) -> Result<Option<Vec<u8>>, reqwest::Error> {
    let mut body = vec![];
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > limit {
            return Ok(None);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Some(body))
}

fn is_html(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("text/html"))
}

/// `Retry-After` in seconds; a date is not understood, and then segctl chooses itself.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(header::RETRY_AFTER)?.to_str().ok()?;
    value.trim().parse().ok().map(Duration::from_secs)
}

fn too_large(endpoint: &EndpointInfo) -> Failure {
    let message = format!("{} answered with more than {ANSWER_BYTES} bytes", endpoint.name());
    Failure::new(Code::UnexpectedAnswer, message)
}

/// What the transport says, down to its first cause; the url is left to us, because it may hold a
/// password.
fn unreachable(endpoint: &EndpointInfo, url: &Url, error: &reqwest::Error) -> Failure {
    let host = url.host_str().unwrap_or("the server");
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    let what = if error.is_timeout() { "no answer in time".to_owned() } else { cause.to_string() };
    let message = format!("{} at {host}{port}: {what}", endpoint.name());
    Failure::new(Code::Unreachable, message)
}

/// Whether an answer means that the thing is not there.
pub(super) fn is_missing(failure: &Failure) -> bool {
    failure.status == Some(StatusCode::NOT_FOUND.as_u16()) && failure.code == Code::Rejected
}
