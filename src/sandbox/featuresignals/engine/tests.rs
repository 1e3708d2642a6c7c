//! The cases whose outcomes the real engine computed.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::condition::all_or_any;
use super::{Audience, murmur3};

#[derive(Debug, Deserialize)]
struct Case {
    key: String,
    #[serde(default)]
    attributes: Map<String, Value>,
    condition: Option<Value>,
    conditions: Option<Value>,
    match_type: Option<String>,
    expect: bool,
}

#[test]
fn the_engine_agrees_with_the_real_one() {
    let cases: Vec<Case> =
        serde_json::from_str(include_str!("../../../../tests/vectors/featuresignals.json"))
            .unwrap();
    assert_eq!(cases.len(), 220);
    for case in &cases {
        let who = Audience { key: &case.key, attributes: &case.attributes };
        let conditions = case.condition.as_ref().map(|it| json!([it]));
        let conditions = conditions.or_else(|| case.conditions.clone()).unwrap_or_default();
        let word = case.match_type.as_deref().unwrap_or("all");
        assert_eq!(all_or_any(word, &conditions, who), case.expect, "{case:?}");
    }
}

#[test]
fn the_hash_is_the_one_that_everybody_has() {
    let of = |text: &str| murmur3(text.as_bytes());
    assert_eq!(of(""), 0);
    assert_eq!(of("hello"), 0x248b_fa47);
    assert_eq!(of("hello, world"), 0x149b_bb7f);
    assert_eq!(of("The quick brown fox jumps over the lazy dog"), 0x2e4f_f723);
}
