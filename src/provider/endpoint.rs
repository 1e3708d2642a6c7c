//! The table of a vendor's endpoints, with what each request does to the system.

use std::marker::PhantomData;

use reqwest::{Method, Url};

/// What a request does to the live system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Nothing.
    Read,
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

/// Marks an endpoint that changes the live system.
#[derive(Clone, Copy, Debug)]
pub enum Write {}

/// One endpoint; `E` is [`Read`] or [`Write`], so that a reader cannot send a write.
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
        let info = EndpointInfo {
            method: Method::GET,
            path,
            access: Access::Read,
            retry: Retry::Safe,
            source,
        };
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
                "{}" => parameters.next().copied().unwrap_or_default(),
                _ => part,
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
    }
}
