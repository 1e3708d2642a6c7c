//! Lists, read to their end, and what a listed segment is in the form of all vendors.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use super::super::compile::{allocation_form, belongs_to, targeting};
use super::super::wire::{Flag, Flags, Segment, Segments};
use super::super::{FIELDS, FLAGS, OWN_LABEL, PAGE, SEGMENTS, UI_LABEL};
use crate::desired::{Canonical, Mark};
use crate::diagnostic::Code;
use crate::live::{LiveSegment, Ready};
use crate::provider::{Failure, Http};

/// Every segment, archived ones with them as far as the server lists them.
pub(super) async fn segments(http: &Http) -> Result<Vec<Segment>, Failure> {
    let (mut all, mut token) = (BTreeMap::new(), String::new());
    loop {
        let page: Segments = http.find(&SEGMENTS, &query(&token)).await?;
        all.extend(page.segments.into_iter().map(|it| (it.name.clone(), it)));
        if page.next_page_token.is_empty() {
            return Ok(all.into_values().collect());
        }
        token = next(&token, page.next_page_token)?;
    }
}

/// Every flag. One that changes meanwhile may come twice, and the later one counts.
pub(super) async fn flags(http: &Http) -> Result<Vec<Flag>, Failure> {
    let (mut all, mut token) = (BTreeMap::new(), String::new());
    loop {
        let page: Flags = http.find(&FLAGS, &query(&token)).await?;
        all.extend(page.flags.into_iter().map(|it| (it.name.clone(), it)));
        if page.next_page_token.is_empty() {
            return Ok(all.into_values().collect());
        }
        token = next(&token, page.next_page_token)?;
    }
}

fn query(token: &str) -> Vec<(&str, &str)> {
    let mut query = vec![("pageSize", PAGE)];
    if !token.is_empty() {
        query.push(("pageToken", token));
    }
    query
}

/// The token of the next page, unless it leads back to this one.
fn next(token: &str, next: String) -> Result<String, Failure> {
    if next == token {
        let message = "a page of a list says that it is the next one after itself";
        return Err(Failure::new(Code::UnexpectedAnswer, message));
    }
    Ok(next)
}

/// A segment in the form of all vendors.
pub(super) fn to_live(segment: &Segment) -> LiveSegment {
    let own = |name: &str| segment.labels.get(&format!("{OWN_LABEL}{name}")).cloned();
    let mark = own("workspace").zip(own("name"));
    let mark = mark.map(|(workspace, name)| Mark { workspace, name, hash: own("hash") });
    let unready = segment.is_unallocated();
    let document = Canonical::new(FIELDS, document(segment));
    LiveSegment {
        id: segment.id().to_owned(),
        key: segment.id().to_owned(),
        belongs_to: belongs_to(&document),
        by_hand: segment.labels.contains_key(UI_LABEL),
        document,
        mark,
        used: false,
        ready: if unready { Ready::Unallocated } else { Ready::Yes },
        written: None,
    }
}

fn document(segment: &Segment) -> Map<String, Json> {
    let text = |text: &str| Some(text.to_owned()).filter(|it| !it.is_empty());
    let of_git = |name: &str| !name.starts_with(OWN_LABEL) && name != UI_LABEL;
    let labels: BTreeMap<&String, &String> =
        segment.labels.iter().filter(|(name, _)| of_git(name)).collect();
    let said_owner = segment.labels.contains_key(&format!("{OWN_LABEL}owner"));
    let allocation = &segment.allocation;
    let proportion = allocation.proportion.as_ref().map(|it| it.value.as_str());
    let proportion = proportion.filter(|it| !it.is_empty()).unwrap_or("0");
    let body = json!({
        "id": segment.id(),
        "displayName": text(&segment.display_name),
        "description": segment.description,
        "targeting": targeting::canonical(segment.targeting.clone()),
        "allocation":
            allocation_form(proportion, &allocation.exclusivity_tags, &allocation.exclusive_to),
        "labels": Some(labels).filter(|it| !it.is_empty()),
        "owner": text(&segment.owner).filter(|_| said_owner),
        "flag": text(&segment.flag),
        "workflowInstance": text(&segment.workflow_instance),
    });
    match body {
        Json::Object(body) => body,
        _ => Map::new(),
    }
}
