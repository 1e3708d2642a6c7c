//! Pages of a list.

use serde_json::{Map, Value, json};

use super::super::exchange::{Asked, Reply};
use super::ids;
use super::refusal::Refusal;

/// The most entries of a page.
const MOST: usize = 100;

/// One page of `entries`, which are sorted by their keys here; `show` makes an entry of a key.
pub(super) fn page<T>(
    asked: &Asked<'_>,
    default_size: usize,
    name: &str,
    mut entries: Vec<(String, T)>,
    mut show: impl FnMut(T) -> Result<Value, Refusal>,
) -> Result<Reply, Refusal> {
    let size = size(asked, default_size)?;
    let after = after(asked)?;
    entries.sort_by(|(one, _), (other, _)| one.cmp(other));
    entries.retain(|(key, _)| *key > after);
    let is_last = entries.len() <= size;
    entries.truncate(size);
    let last = entries.last().map(|(key, _)| key.clone()).unwrap_or_default();
    let shown = entries.into_iter().map(|(_, entry)| show(entry)).collect::<Result<Vec<_>, _>>()?;
    // What is empty is left out: a list without entries is `{}`.
    let mut body = Map::new();
    if !shown.is_empty() {
        body.insert(name.to_owned(), shown.into());
    }
    if !is_last {
        body.insert("nextPageToken".to_owned(), json!(token(&last)));
    }
    Ok(Reply::json(200, &body.into()))
}

fn size(asked: &Asked<'_>, default: usize) -> Result<usize, Refusal> {
    let Some(text) = parameter(asked, "pageSize", "page_size") else {
        return Ok(default);
    };
    match text.parse() {
        Ok(0) => Ok(default),
        Ok(size) if size <= MOST => Ok(size),
        _ => Err(Refusal::invalid(format!("pageSize must be between 0 and {MOST}, was {text}"))),
    }
}

fn after(asked: &Asked<'_>) -> Result<String, Refusal> {
    let token = parameter(asked, "pageToken", "page_token").unwrap_or_default();
    key(token).ok_or_else(|| Refusal::invalid("invalid pageToken"))
}

/// The value of a query parameter in either spelling.
fn parameter<'a>(asked: &'a Asked<'_>, camel: &str, snake: &str) -> Option<&'a str> {
    asked.parameter(camel).or_else(|| asked.parameter(snake))
}

/// Hides a key, so that nobody takes a token for something to be understood.
fn token(key: &str) -> String {
    ids::hex(key.bytes().map(|byte| byte ^ 0x5a))
}

fn key(token: &str) -> Option<String> {
    let bytes = token.as_bytes().chunks(2).map(|pair| {
        let pair = str::from_utf8(pair).ok().filter(|pair| pair.len() == 2)?;
        Some(u8::from_str_radix(pair, 16).ok()? ^ 0x5a)
    });
    String::from_utf8(bytes.collect::<Option<_>>()?).ok()
}
