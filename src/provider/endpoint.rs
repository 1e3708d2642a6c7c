//! The table of a vendor's endpoints, with what each request does to the system.

use std::borrow::Cow;
use std::marker::PhantomData;

use reqwest::{Method, Url};

/// What a request does to the live system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Nothing.
    Read,
    /// Gives a token.
    Auth,
    /// Changes it.
    Write,
}

/// When a request may be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// Always: sending it twice is sending it once.
    Safe,
    /// Only after a look whether the first one was done, by the caller.
    Reconcile,
}

/// Marks an endpoint that changes nothing.
#[derive(Clone, Copy, Debug)]
pub enum Read {}

/// Marks an endpoint that gives a token.
#[derive(Clone, Copy, Debug)]
pub enum Auth {}

/// Marks an endpoint that changes the live system.
#[derive(Clone, Copy, Debug)]
pub enum Write {}

/// One endpoint; `E` is [`Read`], [`Auth`] or [`Write`], so that a reader cannot send a write.
#[derive(Clone, Debug)]
pub struct Endpoint<E> {
    /// The row of the table.
    pub info: EndpointInfo,
    kind: PhantomData<E>,
}

/// The row of an endpoint in the table.
#[derive(Clone, Debug)]
pub struct EndpointInfo {
    /// The method.
    pub method: Method,
    /// The path under the url of the target; `{}` stands for a parameter.
    pub path: &'static str,
    /// What it does.
    pub access: Access,
    /// When it may be repeated.
    pub retry: Retry,
    /// What is known of it, and from where.
    pub source: &'static str,
}

impl Endpoint<Read> {
    /// A request that reads.
    pub const fn get(path: &'static str, source: &'static str) -> Self {
        Self::reading(Method::GET, path, source)
    }

    /// A question that is too long for an address.
    pub const fn ask(path: &'static str, source: &'static str) -> Self {
        Self::reading(Method::POST, path, source)
    }

    const fn reading(method: Method, path: &'static str, source: &'static str) -> Self {
        let (access, retry) = (Access::Read, Retry::Safe);
        Self { info: EndpointInfo { method, path, access, retry, source }, kind: PhantomData }
    }
}

impl Endpoint<Auth> {
    /// A request for a token.
    pub const fn sign_in(path: &'static str, source: &'static str) -> Self {
        let (access, retry) = (Access::Auth, Retry::Safe);
        let info = EndpointInfo { method: Method::POST, path, access, retry, source };
        Self { info, kind: PhantomData }
    }
}

impl Endpoint<Write> {
    /// A request that writes.
    pub const fn write(
        method: Method,
        path: &'static str,
        retry: Retry,
        source: &'static str,
    ) -> Self {
        let info = EndpointInfo { method, path, access: Access::Write, retry, source };
        Self { info, kind: PhantomData }
    }
}

impl EndpointInfo {
    /// The address under `base` with `parameters` in place, each one within its part of the path.
    pub fn url(&self, base: &Url, parameters: &[&str]) -> Url {
        let mut url = base.clone();
        let mut parameters = parameters.iter();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty();
            path.extend(self.path.split('/').skip(1).map(|part| match part {
                "{}" => Cow::Borrowed(parameters.next().copied().unwrap_or_default()),
                // `{}:verb`: what to do with the thing.
                _ => match part.strip_prefix("{}") {
                    Some(verb) => format!("{}{verb}", parameters.next().unwrap_or(&"")).into(),
                    None => part.into(),
                },
            }));
        }
        url
    }

    /// Method and path, as people name a request.
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::{Endpoint, Read, Url};

    #[test]
    fn a_parameter_cannot_become_a_path() {
        let endpoint: Endpoint<Read> = Endpoint::get("/p/{}/f/{}", "");
        let base = Url::parse("https://host/base/").unwrap();
        let url = endpoint.info.url(&base, &["a/../b", "é ?#.x"]);
        assert_eq!(url.as_str(), "https://host/base/p/a%2F..%2Fb/f/%C3%A9%20%3F%23.x");
        let endpoint: Endpoint<Read> = Endpoint::ask("/s/{}:count", "");
        assert_eq!(endpoint.info.url(&base, &["a/b"]).as_str(), "https://host/base/s/a%2Fb:count");
    }
}
