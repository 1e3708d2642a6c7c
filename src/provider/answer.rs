//! What comes back: an answer, or why there is none.

use std::time::Duration;

use reqwest::header::{self, HeaderMap};
use reqwest::{Response, Url};
use serde::de::DeserializeOwned;

use super::endpoint::EndpointInfo;
use super::failure::Failure;
use crate::diagnostic::Code;

/// The largest answer that is read, in bytes. 10,000 segments are 3.2 MB.
pub(super) const ANSWER_BYTES: usize = 256 * 1024 * 1024;

/// An answer of the 2xx kind.
#[derive(Debug)]
pub(super) struct Answer {
    body: Vec<u8>,
    is_html: bool,
    name: String,
}

impl Answer {
    /// The answer of the request of that name.
    pub(super) fn new(body: Vec<u8>, is_html: bool, name: String) -> Self {
        Self { body, is_html, name }
    }

    /// The body as the type that the endpoint promises.
    pub(super) fn json<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        let name = &self.name;
        if self.is_html {
            let message = format!("{name} answered with a web page");
            let failure = Failure::new(Code::NotTheApi, message);
            return Err(failure.help("write the url without /api and without a path of the UI"));
        }
        serde_json::from_slice(&self.body).map_err(|error| {
            let said = without_values(&error.to_string());
            let message = format!("{name} answered with something else than it promises: {said}");
            Failure::new(Code::UnexpectedAnswer, message)
        })
    }
}

/// What serde says of a body, without the value that it found there, which may be anybody's.
fn without_values(said: &str) -> String {
    for begins in ["invalid type: ", "invalid value: ", "unknown variant "] {
        if let Some(found) = said.strip_prefix(begins) {
            // A value can have anything in it, and what was expected has not.
            let (value, expected) = found.split_at(found.rfind(", expected ").unwrap_or(0));
            let kind = value.split(['"', '`']).next().unwrap_or_default();
            let kind = [begins, kind].concat();
            return format!("{}{expected}", kind.trim_end());
        }
    }
    said.to_owned()
}

/// The body, unless it is larger than `limit` bytes.
pub(super) async fn read(
    mut response: Response,
    limit: usize,
) -> Result<Option<Vec<u8>>, reqwest::Error> {
    let mut body = vec![];
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > limit {
            return Ok(None);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Some(body))
}

pub(super) fn is_html(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("text/html"))
}

/// `Retry-After` in seconds; a date is not understood, and then segctl chooses itself.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(header::RETRY_AFTER)?.to_str().ok()?;
    value.trim().parse().ok().map(Duration::from_secs)
}

pub(super) fn too_large(endpoint: &EndpointInfo) -> Failure {
    let message = format!("{} answered with more than {ANSWER_BYTES} bytes", endpoint.name());
    Failure::new(Code::UnexpectedAnswer, message)
}

/// What the transport says, down to its first cause; the url is left to us, because it may hold a
/// password.
pub(super) fn unreachable(endpoint: &EndpointInfo, url: &Url, error: &reqwest::Error) -> Failure {
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

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Word {
        One,
    }

    fn said<T: DeserializeOwned + std::fmt::Debug>(body: &str) -> String {
        let answer = Answer::new(body.into(), false, "GET x".to_owned());
        let said = answer.json::<T>().expect_err("a mistake").message;
        said.rsplit_once("promises: ").expect("what serde says").1.to_owned()
    }

    #[test]
    fn what_a_server_has_is_not_told() {
        let ada = "\"ada, expected `b`\"";
        assert_eq!(said::<u8>(ada), "invalid type: string, expected u8 at line 1 column 19");
        assert_eq!(
            said::<bool>("171"),
            "invalid type: integer, expected a boolean at line 1 column 3"
        );
        assert_eq!(said::<u8>("1710"), "invalid value: integer, expected u8 at line 1 column 4");
        assert_eq!(
            said::<bool>("null"),
            "invalid type: null, expected a boolean at line 1 column 4"
        );
        assert_eq!(said::<Word>("\"ada\""), "unknown variant, expected `one` at line 1 column 5");
        assert_eq!(said::<u8>(""), "EOF while parsing a value at line 1 column 0");
        let Word::One = serde_json::from_str("\"one\"").expect("the one word");
    }
}
