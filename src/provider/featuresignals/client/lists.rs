//! Lists, read page by page and only as a whole.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;

use super::super::wire::{Environment, Flag, Page, Project, Segment, State};
use super::super::{ENVIRONMENTS, FLAGS, PROJECTS, SEGMENTS, STATES};
use crate::diagnostic::Code;
use crate::provider::http::Request;
use crate::provider::{Endpoint, Failure, Http, Read, join_all};

/// The most that the server gives at once; a larger number becomes this one without a word.
const PAGE: &str = "100";
/// How often a list is read that changes meanwhile.
const READINGS: usize = 3;

/// Something that can be told from the others of its list.
trait Listed: DeserializeOwned {
    fn id(&self) -> &str;
}

impl Listed for Project {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Listed for Environment {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Listed for Segment {
    fn id(&self) -> &str {
        &self.key
    }
}

impl Listed for Flag {
    fn id(&self) -> &str {
        &self.key
    }
}

impl Listed for State {
    fn id(&self) -> &str {
        &self.id
    }
}

/// A list that can be asked for in an order that writes do not disturb.
const BY_KEY: Option<&str> = Some("key:asc");

pub(super) async fn projects(http: &Http) -> Result<Vec<Project>, Failure> {
    read(http, &PROJECTS, &[], None).await
}

pub(super) async fn environments(http: &Http, project: &str) -> Result<Vec<Environment>, Failure> {
    read(http, &ENVIRONMENTS, &[project], None).await
}

pub(super) async fn segments(http: &Http, project: &str) -> Result<Vec<Segment>, Failure> {
    read(http, &SEGMENTS, &[project], BY_KEY).await
}

pub(super) async fn flags(http: &Http, project: &str) -> Result<Vec<Flag>, Failure> {
    read(http, &FLAGS, &[project], BY_KEY).await
}

/// The states of all flags in one environment.
pub(super) async fn states(
    http: &Http,
    project: &str,
    environment: &str,
) -> Result<Vec<State>, Failure> {
    read(http, &STATES, &[project, environment], None).await
}

async fn read<T: Listed>(
    http: &Http,
    endpoint: &Endpoint<Read>,
    path: &[&str],
    sort: Option<&str>,
) -> Result<Vec<T>, Failure> {
    for _ in 0..READINGS {
        if let Some(list) = at_once(http, endpoint, path, sort).await? {
            return Ok(list);
        }
    }
    let message = format!("the list of {} changed while it was read", endpoint.info.name());
    Err(Failure::new(Code::UnexpectedAnswer, message).help("run the command again"))
}

/// The list; none when it changed between two pages, because that moves what stands on them.
async fn at_once<T: Listed>(
    http: &Http,
    endpoint: &Endpoint<Read>,
    path: &[&str],
    sort: Option<&str>,
) -> Result<Option<Vec<T>>, Failure> {
    let page = async |offset: usize| {
        let offset = offset.to_string();
        let mut query = vec![("limit", PAGE), ("offset", offset.as_str())];
        query.extend(sort.map(|sort| ("sort", sort)));
        let request = Request { path, query: &query, ..Request::default() };
        http.ask::<Page<T>>(endpoint, &request).await
    };
    let Page { data: mut list, total } = page(0).await?;
    let step = list.len();
    if step < total && step > 0 {
        let offsets = (step..total).step_by(step);
        for next in join_all(offsets.map(page)).await? {
            if next.total != total {
                return Ok(None);
            }
            list.extend(next.data);
        }
    }
    let ids: BTreeSet<&str> = list.iter().map(Listed::id).collect();
    let is_whole = ids.len() == total && list.len() == total;
    Ok(is_whole.then_some(list))
}
