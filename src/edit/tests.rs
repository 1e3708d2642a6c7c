//! Edits of single documents, as people see them.

use serde_json::Value as Json;

use super::{Unplaced, edit};

/// `text` in which its first document says `change` of itself.
fn changed(text: &str, change: impl FnOnce(&mut Json)) -> Result<String, Unplaced> {
    let mut want = super::read(text).expect("a document").remove(0);
    change(&mut want);
    edit(text, 0, &want)
}

#[test]
fn a_value_keeps_its_quotes_and_its_comment() {
    let text = "a: 'x'  # one\nb: \"y\"\nc: z # three\n";
    let edited = changed(text, |it| {
        it["a"] = "it's".into();
        it["b"] = "q\"".into();
        it["c"] = "1".into();
    });
    assert_eq!(edited.unwrap(), "a: 'it''s'  # one\nb: \"q\\\"\"\nc: \"1\" # three\n");
}

#[test]
fn items_come_and_go_by_lines() {
    let text = "v: # all\r\n  # first\r\n  - a # A\r\n\r\n  - 'b' # B\r\n  - c\r\nz: 1\r\n";
    let edited = changed(text, |it| it["v"] = serde_json::json!(["a", "b", "d"]));
    assert_eq!(
        edited.unwrap(),
        "v: # all\r\n  # first\r\n  - a # A\r\n\r\n  - 'b' # B\r\n  - 'd'\r\nz: 1\r\n"
    );
    let emptied = changed(text, |it| it["v"] = serde_json::json!([]));
    assert_eq!(emptied.unwrap(), "v: [] # all\r\n  # first\r\n\r\nz: 1\r\n");
}

#[test]
fn brackets_stay_brackets() {
    let text = "v: [a, b,  c]\nw: [\n  a, # A\n  b\n]\nm: {a: 1, b: 2}\n";
    let edited = changed(text, |it| {
        it["v"] = serde_json::json!(["a", "c", "d"]);
        it["w"] = serde_json::json!(["b", "c"]);
        it["m"] = serde_json::json!({"b": 3, "c": 4});
    });
    assert_eq!(edited.unwrap(), "v: [a, c, d]\nw: [\n  b,\n  c\n]\nm: {b: 3, c: 4}\n");
}

#[test]
fn what_stands_beside_a_dash_goes_on_standing_there() {
    let text = "c:\n  - on: a\n    values:\n      - x # X\n    op: IN\n  - on: b\n";
    let edited = changed(text, |it| {
        it["c"][0] = serde_json::json!({"not": true, "values": ["x", "w"], "op": "IN"});
    });
    assert_eq!(
        edited.unwrap(),
        "c:\n  - not: true\n    values:\n      - x # X\n      - w\n    op: IN\n  - on: b\n"
    );
}

#[test]
fn an_alias_is_overridden_where_it_is_used() {
    let text = "a: &x [p, q]\nb: *x # same\nc: {<<: {k: 1}}\n";
    let edited = changed(text, |it| {
        it["b"] = serde_json::json!(["p"]);
        it["c"]["k"] = 2.into();
    });
    assert_eq!(edited.unwrap(), "a: &x [p, q]\nb: [p] # same\nc: {<<: {k: 1}, k: 2}\n");
    let at_anchor = changed(text, |it| it["a"] = serde_json::json!(["p"]));
    assert_eq!(at_anchor, Err(Unplaced::Anchored("x".to_owned())));
    let merged = changed(text, |it| it["c"] = serde_json::json!({}));
    assert_eq!(merged, Err(Unplaced::Merged("k".to_owned())));
}

#[test]
fn a_text_of_lines_keeps_its_block() {
    let text = "d: |- # why\n    one\n\n    two\ne: 1\n";
    let edited = changed(text, |it| it["d"] = "one\n\nthree".into());
    assert_eq!(edited.unwrap(), "d: |- # why\n    one\n\n    three\ne: 1\n");
    let single = changed(text, |it| it["d"] = "one".into());
    assert_eq!(single.unwrap(), "d: |- # why\n    one\ne: 1\n");
}

#[test]
fn only_the_document_that_is_meant_changes() {
    let text = "# head\n---\na: 1\n---\n# two\na: 1\n";
    let edited = edit(text, 1, &serde_json::json!({"a": 2, "b": ["x"]}));
    assert_eq!(edited.unwrap(), "# head\n---\na: 1\n---\n# two\na: 2\nb: [x]\n");
}
