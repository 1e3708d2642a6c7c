//! What import makes of states that no server should have, and that some have.

use serde_json::json;

use super::*;
use crate::desired::{Allocation, Canonical, DesiredSegment, Origin};
use crate::document::Provider;
use crate::live::{LiveSegment, Ready};
use crate::provider;

fn canonical(name: &str, values: &[String]) -> Canonical {
    let constraint = json!({"contextName": "userId", "operator": "IN", "values": values});
    let document = json!({"name": name, "constraints": [constraint]});
    let provider = Provider::ALL[0];
    Canonical::new(provider::segment_fields(provider), document.as_object().unwrap().clone())
}

fn live(key: &str, document: Canonical) -> Live {
    let segment = LiveSegment {
        id: "1".to_owned(),
        key: key.to_owned(),
        document,
        mark: None,
        used: false,
        ready: Ready::Yes,
        belongs_to: None,
        by_hand: false,
        written: None,
    };
    Live { segments: vec![segment], ..Live::default() }
}

fn desired(segments: &[&str]) -> Desired {
    let origin = Origin { file: "a.yaml".to_owned(), line: 1, column: 1 };
    let segment = |name: &&str| DesiredSegment {
        key: (*name).to_owned(),
        external: false,
        document: canonical(name, &["ada".to_owned()]),
        allocation: Allocation::No,
        allow: BTreeSet::new(),
        labels: BTreeMap::new(),
        origin: origin.clone(),
    };
    Desired {
        workspace: "acme".to_owned(),
        provider: Provider::ALL[0],
        segments: segments.iter().map(|it| (format!("{it}-there"), segment(it))).collect(),
        attachments: BTreeMap::new(),
    }
}

/// The import of `live` beside what another target says.
fn imported(live: &Live, other: &Desired) -> Import {
    let workspace: Workspace = serde_json::from_value(json!({
        "apiVersion": "segctl.dev/v1", "kind": "Workspace", "metadata": {"name": "acme"},
        "spec": {"targets": [{"name": "t", "provider": Provider::ALL[0].block(), "url": "https://t"}]},
    }))
    .unwrap();
    let scene = Scene {
        workspace: &workspace,
        target: &workspace.spec.targets[0],
        desired: &desired(&[]),
        others: &[other],
        taken: &BTreeSet::new(),
        live,
        schema: "s.json",
        is_document: &|_| false,
    };
    let survey = survey(&scene);
    let wanted = survey.choose(&[]).unwrap();
    import(&scene, &survey, &wanted, &[])
}

fn left_out(import: &Import) -> Vec<Code> {
    assert!(import.documents.is_empty(), "{import:?}");
    import.left_out.iter().map(|it| it.code).collect()
}

#[test]
fn a_document_that_does_not_say_what_is_live_is_given_up() {
    let values = ["ada".to_owned()];
    assert_eq!(imported(&live("a", canonical("a", &values)), &desired(&[])).documents.len(), 1);
    // No server says two names of one segment, so only a defect can.
    let import = imported(&live("a", canonical("b", &values)), &desired(&[]));
    assert_eq!(left_out(&import), [Code::ImportDefect]);
}

#[test]
fn a_key_that_another_target_has_is_left_to_it() {
    let import = imported(&live("a", canonical("a", &["bob".to_owned()])), &desired(&["a"]));
    assert_eq!(left_out(&import), [Code::DuplicateSegmentKey]);
    let import = imported(&live("A", canonical("A", &["bob".to_owned()])), &desired(&["a"]));
    assert_eq!(import.documents[0].allow, [Code::SimilarNames]);
}

#[test]
fn a_file_that_would_not_be_read_is_not_written() {
    let values: Vec<String> = (0..60_000).map(|it| format!("{it:090}")).collect();
    let import = imported(&live("a", canonical("a", &values)), &desired(&[]));
    // It could not be sent either, so it is named only.
    let document = &import.documents[0];
    assert!(document.external.is_some() && document.files.len() == 1, "{:?}", document.external);
    // What only its list would have to allow went with the list.
    assert_eq!(document.allow, []);
}

#[test]
fn a_list_that_a_file_cannot_hold_stays_in_the_document() {
    let list = |odd: &str| {
        let mut values: Vec<String> = (0..60).map(|it| format!("u{it}")).collect();
        values.insert(0, odd.to_owned());
        imported(&live("a", canonical("a", &values)), &desired(&[])).documents[0].files.len()
    };
    assert_eq!(list("u"), 2);
    for odd in [" u", "u\n", "u\nv", "\u{a0}u", "\u{feff}u"] {
        assert_eq!(list(odd), 1, "{odd:?}");
    }
}
