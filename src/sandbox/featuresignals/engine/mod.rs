//! The evaluation of flags: what each rule comes to for somebody.

mod condition;
mod expression;
mod number;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use serde_json::{Map, Value};

/// The flags and segments of one environment, as they were when they were read.
pub(super) struct Ruleset {
    /// By key, in the order of their keys.
    pub(super) flags: Vec<(String, Value)>,
    pub(super) segments: HashMap<String, Value>,
}

/// Who is asked about.
#[derive(Clone, Copy)]
pub(super) struct Audience<'a> {
    pub(super) key: &'a str,
    pub(super) attributes: &'a Map<String, Value>,
}

impl Audience<'_> {
    /// An attribute; `key` is always there, whatever the attributes say.
    fn attribute(&self, name: &str) -> Option<Value> {
        if name == "key" {
            return Some(Value::from(self.key));
        }
        self.attributes.get(name).cloned()
    }
}

impl Ruleset {
    /// The value of a flag and why it is so.
    pub(super) fn evaluate(
        &self,
        flag: &str,
        state: &Value,
        who: Audience<'_>,
    ) -> (Value, &'static str) {
        let otherwise = &state["default_value"];
        if state["enabled"] != Value::Bool(true) {
            return (otherwise.clone(), "DISABLED");
        }
        let mut rules: Vec<&Value> = state["rules"].as_array().into_iter().flatten().collect();
        rules.sort_by_key(|rule| rule["priority"].as_i64().unwrap_or_default());
        for rule in rules {
            let percentage = rule["percentage"].as_i64().unwrap_or_default();
            if !self.takes(rule, who) || percentage <= 0 {
                continue;
            }
            if percentage >= 10_000 {
                return (rule["value"].clone(), "TARGETED");
            }
            if i64::from(bucket(flag, who.key)) < percentage {
                return (rule["value"].clone(), "ROLLOUT");
            }
        }
        (otherwise.clone(), "FALLTHROUGH")
    }

    /// Any of the segments, and the conditions too. A rule with neither takes everybody.
    fn takes(&self, rule: &Value, who: Audience<'_>) -> bool {
        let keys: Vec<&str> = rule["segment_keys"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let in_any = keys.iter().filter_map(|key| self.segments.get(*key)).any(|segment| {
            let match_type = segment["match_type"].as_str().unwrap_or_default();
            condition::all_or_any(match_type, &segment["rules"], who)
        });
        if !keys.is_empty() && !in_any {
            return false;
        }
        let match_type = rule["match_type"].as_str().filter(|it| !it.is_empty()).unwrap_or("all");
        condition::all_or_any(match_type, &rule["conditions"], who)
    }
}

/// The share of people somebody falls into, of 10,000.
fn bucket(flag: &str, key: &str) -> u32 {
    murmur3(format!("{flag}.{key}").as_bytes()) % 10_000
}

/// `MurmurHash3`, 32 bits, seed 0.
fn murmur3(bytes: &[u8]) -> u32 {
    let scramble =
        |word: u32| word.wrapping_mul(0xcc9e_2d51).rotate_left(15).wrapping_mul(0x1b87_3593);
    let (words, rest) = bytes.as_chunks::<4>();
    let mut hash = 0_u32;
    for word in words {
        hash ^= scramble(u32::from_le_bytes(*word));
        hash = hash.rotate_left(13).wrapping_mul(5).wrapping_add(0xe654_6b64);
    }
    let tail = rest.iter().rev().fold(0_u32, |word, byte| (word << 8) | u32::from(*byte));
    hash ^= scramble(tail);
    #[allow(clippy::cast_possible_truncation, reason = "the length counts modulo 2^32")]
    let mut hash = hash ^ bytes.len() as u32;
    hash = (hash ^ (hash >> 16)).wrapping_mul(0x85eb_ca6b);
    hash = (hash ^ (hash >> 13)).wrapping_mul(0xc2b2_ae35);
    hash ^ (hash >> 16)
}
