//! What the suite needs to know of a vendor.

use super::seen::Seen;
use reqwest::{Client, Method};
use segctl::desired::Mark;
use segctl::document::{Provider, Target, TargetOptions};
use segctl::provider::Connect;
use segctl::sandbox::{Sandbox, System};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::fmt::Debug;
use std::ops::RangeInclusive;

/// A vendor, for whom the suite makes documents and live systems.
pub(crate) trait Vendor: Debug + Send + Sync + 'static {
    /// The vendor.
    const PROVIDER: Provider;
    /// The sandbox that stands in for it.
    const SYSTEM: System;
    /// What a target says beside name, provider, url and auth, as it stands in a flow mapping, for
    /// instance `, project: web`.
    const TARGET: &'static str;
    /// How many segments a rule of the laws may have.
    const ON_RULE: RangeInclusive<usize>;
    /// How many contents there are for [`Vendor::spec`].
    const CONTENTS: u8;

    /// The `spec` of a segment document with the key `key` and one of several contents, all of
    /// which differ, none of which needs an `allow`.
    fn spec(key: &str, content: u8) -> Value;

    /// The key of the segment of a document of the laws. Keys must not be prefixes of each other.
    fn key(name: &str) -> String {
        name.to_owned()
    }

    /// The vendor's block of an attachment of the rule `at`; there are three of them, which have
    /// other conditions beside their segments where rules can.
    fn rule(at: usize) -> Value;

    /// The fixture of a sandbox with these segments and the segments of these keys on the rules.
    fn fixture(segments: &[Planted], rules: &[BTreeSet<String>; 3]) -> Value;

    /// Signs in at the sandbox at `url`, as somebody who may do everything.
    fn sign_in(url: &str) -> impl Future<Output = Server> + Send;

    /// Sees all that is on the server.
    fn look(server: &Server) -> impl Future<Output = Seen> + Send;

    /// Whether a request only reads or only asks for a token, although it is a POST.
    fn is_read(path: &str) -> bool;

    /// Whether a live segment, as [`Vendor::look`] shows it, says that content.
    fn says(segment: &Value, content: u8) -> bool;

    /// The mark of a live segment, as [`Vendor::look`] shows it.
    fn mark(segment: &Value) -> Option<Mark> {
        Mark::split(segment["description"].as_str().unwrap_or_default()).1
    }
}

/// A segment that a fixture has.
#[derive(Clone, Debug)]
pub(crate) struct Planted {
    /// The key.
    pub(crate) key: String,
    /// The document in the vendor's words, as segctl would send it, without the mark.
    pub(crate) document: Map<String, Value>,
    /// The mark that it carries.
    pub(crate) mark: Option<Mark>,
}

/// A server, and somebody who may do everything there.
#[derive(Clone, Debug)]
pub(crate) struct Server {
    /// The address.
    pub(crate) url: String,
    client: Client,
    authorization: String,
}

impl Server {
    /// The server at `url`, and the value of the `Authorization` header.
    pub(crate) fn new(url: &str, authorization: String) -> Self {
        Self { url: url.to_owned(), client: Client::new(), authorization }
    }

    /// Sends a request, and gives the status and the body.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> (u16, Value) {
        let request = self.client.request(method, format!("{}{path}", self.url));
        let mut request = request.header("authorization", &self.authorization);
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await.expect("the sandbox answers");
        let status = response.status().as_u16();
        let text = response.text().await.expect("the sandbox answers whole");
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    /// The answer to a GET, which must be given.
    pub(crate) async fn get(&self, path: &str) -> Value {
        let (status, body) = self.send(Method::GET, path, None).await;
        assert_eq!(status, 200, "GET {path}: {body}");
        body
    }
}

/// The system in `sandbox`, as segctl connects to it.
pub(crate) fn connect<V: Vendor>(sandbox: &Sandbox, parallelism: usize) -> Connect {
    let url = sandbox.url().parse().expect("the url of a sandbox");
    let secrets = sandbox.credentials().iter().copied();
    let mut connect = Connect::new(url, secrets, parallelism);
    connect.options = options::<V>(V::TARGET);
    connect.options.iam_url = Some(sandbox.url().to_owned());
    connect
}

/// What a target says of its kind of system alone, from what stands in its flow mapping.
pub(crate) fn options<V: Vendor>(more: &str) -> TargetOptions {
    let provider = V::PROVIDER.block();
    let text = format!("{{name: live, provider: {provider}, url: \"https://live.invalid\"{more}}}");
    let target: Target = serde_yaml::from_str(&text).expect("a target");
    target.options()
}
