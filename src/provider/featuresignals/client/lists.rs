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
    let page = async |offset: usize| {
        let offset = offset.to_string();
        let mut query = vec![("limit", PAGE), ("offset", offset.as_str())];
        query.extend(sort.map(|sort| ("sort", sort)));
        let request = Request { path, query: &query, ..Request::default() };
        http.ask::<Page<T>>(endpoint, &request).await
    };
    for _ in 0..READINGS {
        let first = page(0).await?;
        let rest = join_all(offsets(&first).map(&page)).await?;
        if let Some(list) = whole(first, rest) {
            return Ok(list);
        }
    }
    let message = format!("the list of {} changed while it was read", endpoint.info.name());
    Err(Failure::new(Code::UnexpectedAnswer, message).help("run the command again"))
}

/// Where the pages after the first one begin, of which the server decides how long they are.
fn offsets<T>(first: &Page<T>) -> impl Iterator<Item = usize> + use<T> {
    let step = first.data.len();
    let end = if step > 0 { first.total } else { 0 };
    (step..end).step_by(step.max(1))
}

/// The list; none when it changed between two pages, because that moves what stands on them.
fn whole<T: Listed>(first: Page<T>, rest: Vec<Page<T>>) -> Option<Vec<T>> {
    let Page { data: mut list, total } = first;
    for page in rest {
        if page.total != total {
            return None;
        }
        list.extend(page.data);
    }
    let ids: BTreeSet<&str> = list.iter().map(Listed::id).collect();
    let is_whole = ids.len() == total && list.len() == total;
    is_whole.then_some(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(keys: &[&str], total: usize) -> Page<Flag> {
        let flag = |key: &&str| Flag { key: (*key).to_owned(), status: String::new() };
        Page { data: keys.iter().map(flag).collect(), total }
    }

    #[test]
    fn the_server_decides_how_long_a_page_is() {
        let of = |keys: &[&str], total| offsets(&page(keys, total)).collect::<Vec<_>>();
        assert_eq!(of(&["a", "b"], 5), [2, 4]);
        assert_eq!(of(&["a", "b"], 4), [2]);
        assert_eq!(of(&["a", "b"], 2), [0_usize; 0]);
        assert_eq!(of(&[], 7), [0_usize; 0]);
    }

    #[test]
    fn a_list_that_moved_is_not_taken_for_the_whole() {
        let keys = |first: Page<Flag>, rest| {
            let list: Vec<Flag> = whole(first, rest)?;
            Some(list.into_iter().map(|it| it.key).collect::<Vec<_>>())
        };
        let whole = keys(page(&["a", "b"], 3), vec![page(&["c"], 3)]);
        assert_eq!(whole, Some(["a", "b", "c"].map(str::to_owned).to_vec()));
        assert_eq!(keys(page(&[], 0), vec![]), Some(vec![]));
        for (first, rest) in [
            (page(&["a", "b"], 3), vec![page(&["c"], 4)]),
            (page(&["a", "b"], 3), vec![page(&["b"], 3)]),
            (page(&["a", "b"], 4), vec![page(&["c"], 4)]),
            (page(&["a", "b"], 3), vec![page(&["c", "d"], 3)]),
            (page(&[], 3), vec![]),
        ] {
            assert_eq!(keys(first, rest), None);
        }
    }
}
