//! Many documents and many live segments: what drifted is said, and nothing else is.

use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};

use super::*;
use crate::desired::{Canonical, Mark};
use crate::document::Provider;
use crate::live::{LiveSegment, Ready};
use crate::plan::{Policy, plan};
use crate::provider;

/// The values that a segment can have.
const POOL: [&str; 5] = ["ada", "bob", "cyd", "yes", "e: f"];
/// How many documents there are.
const DOCUMENTS: usize = 6;

fn workspace() -> Workspace {
    serde_json::from_value(json!({
        "apiVersion": "segctl.dev/v1", "kind": "Workspace", "metadata": {"name": "acme"},
        "spec": {"targets": [
            {"name": "one", "provider": Provider::ALL[0].block(), "url": "https://one"},
            {"name": "two", "provider": Provider::ALL[0].block(), "url": "https://two", "documents": ["two/**"]},
        ]},
    }))
    .expect("a workspace")
}

/// The list of a document, in one of several styles, and more documents' fields after it.
fn document(at: usize, style: u8) -> String {
    let block = Provider::ALL[0].block();
    let constraint = "contextName: userId, operator: IN";
    let rule = match style % 6 {
        0 => format!("      - {{{constraint}, values: [ 'ada',  bob ]}} # <{at}>\n"),
        1 => format!(
            "      - contextName: userId\n        # <{at}>\n        operator: IN\n        values:\n        - \"ada\" # x\n        # y\n        - bob\n"
        ),
        2 => format!("      - {{{constraint}, valuesFrom: shared.txt}}\n"),
        3 => format!("      - {{{constraint}, valuesFrom: own{at}.txt}} # <{at}>\n"),
        4 => format!(
            "      - {{{constraint}, values: &v [ada, bob]}}\n      - {{contextName: email, operator: NOT_IN, values: *v}}\n"
        ),
        _ => format!("      # <{at}>\n      - &c {{{constraint}, values: [ada, bob]}}\n"),
    };
    format!(
        "# head {at}\nkind: Segment\napiVersion: segctl.dev/v1\nmetadata: {{name: s{at}}}\nspec:\n  {block}:\n    constraints:\n{rule}"
    )
}

/// Three files of documents, each with some, and their files of values.
fn texts(styles: &[u8]) -> Texts {
    let mut texts = Texts::default();
    for (at, style) in styles.iter().enumerate() {
        let text = texts.documents.entry(format!("segments/{}.yaml", at % 3)).or_default();
        if !text.is_empty() {
            text.push_str("---\n");
        }
        text.push_str(&document(at, *style));
        texts.values.insert(format!("segments/own{at}.txt"), "ada\n\n  bob\n".to_owned());
    }
    texts.values.insert("segments/shared.txt".to_owned(), "bob\nada\n".to_owned());
    texts
}

/// What is live: each document with the values of a bit set, under a mark of what Git says.
fn live(desired: &Desired, drifts: &[Option<u8>]) -> Live {
    let provider = Provider::ALL[0];
    let mut live = Live::default();
    for (number, (name, segment)) in desired.segments.iter().enumerate() {
        let mut document: Map<String, Json> = segment.document.document().clone();
        if let Some(bits) = drifts[number] {
            let values = POOL.iter().enumerate().filter(|(at, _)| bits & (1 << at) != 0);
            let values: Vec<&str> = values.map(|it| *it.1).collect();
            document["constraints"][0]["values"] = json!(values);
            document["description"] = json!(if bits % 7 == 0 { "By hand." } else { "" });
        }
        live.segments.push(LiveSegment {
            id: format!("{number}"),
            key: segment.key.clone(),
            document: Canonical::new(provider::segment_fields(provider), document),
            mark: Some(Mark::new("acme", name, &segment.document)),
            used: false,
            ready: Ready::Yes,
            belongs_to: None,
            by_hand: false,
            written: None,
        });
    }
    live
}

/// The part of a text that is the document of that number, up to the next one.
fn part(texts: &Texts, at: usize) -> &str {
    let text = &texts.documents[&format!("segments/{}.yaml", at % 3)];
    text.split("---\n").nth(at / 3).expect("it is there")
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 200,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// A document whose segment drifted says what is live, or is left out with a code and is as it
    /// was; every other one is as it was, byte for byte.
    #[test]
    fn what_drifted_is_said_and_nothing_else(
        styles in proptest::collection::vec(0_u8..6, DOCUMENTS),
        drifts in proptest::collection::vec(proptest::option::of(1_u8..32), DOCUMENTS),
    ) {
        let (workspace, texts) = (workspace(), texts(&styles));
        let before = read(&workspace, &texts);
        prop_assert!(before.found.iter().all(|it| !it.diagnostic.is_error()));
        let desired = &before.targets["one"];
        let live = live(desired, &drifts);
        let drift = Drift::of(&plan(desired, &live, &Policy::default()), desired, &live);
        let target = &workspace.spec.targets[0];
        let scene = Scene { workspace: &workspace, target, desired, live: &live, drift: &drift, names: &[], texts: &texts };
        let update = update(&scene).expect("no names");
        let mut after = texts.clone();
        for file in &update.files {
            prop_assert_eq!(after.get(&file.path), Some(&file.before));
            after.put(&file.path, file.after.clone());
        }
        let reading = read(&workspace, &after);
        let wrong = reading.found.iter().filter(|it| it.diagnostic.is_error());
        let wrong: Vec<_> = wrong.map(|it| &it.diagnostic.message).collect();
        prop_assert!(wrong.is_empty(), "{:?}\n{:#?}", wrong, after);
        for (at, segment) in live.segments.iter().enumerate() {
            let name = format!("s{at}");
            let now = &reading.targets["one"].segments[&name].document;
            let was = &desired.segments[&name].document;
            let left_out = update.left_out.iter().any(|it| it.key == segment.key);
            if segment.document != *was && !left_out {
                prop_assert_eq!(now.identity(), segment.document.identity());
                continue;
            }
            prop_assert!(now == was, "{} means something else", name);
            let own = format!("segments/own{at}.txt");
            prop_assert_eq!(part(&after, at), part(&texts, at));
            prop_assert_eq!(after.get(&own), texts.get(&own));
            // Nothing but an anchor or a file of several readers can stand in the way.
            let is_shared = matches!(styles[at] % 6, 2 | 4);
            prop_assert!(!left_out || is_shared, "{:?}", update.left_out);
        }
        for (at, style) in styles.iter().enumerate() {
            let kept = part(&texts, at).matches('#').count();
            prop_assert!(part(&after, at).matches('#').count() >= kept - usize::from(style % 6 == 1));
        }
    }
}

#[test]
fn a_file_of_values_is_edited_line_by_line() {
    let texts = texts(&[3]);
    let workspace = workspace();
    let before = read(&workspace, &texts);
    let desired = &before.targets["one"];
    let live = live(desired, &[Some(0b0_0101)]);
    let drift = Drift::of(&plan(desired, &live, &Policy::default()), desired, &live);
    let target = &workspace.spec.targets[0];
    let scene = Scene {
        workspace: &workspace,
        target,
        desired,
        live: &live,
        drift: &drift,
        names: &[],
        texts: &texts,
    };
    let update = update(&scene).expect("no names");
    let [file] = &update.files[..] else { panic!("{update:?}") };
    assert_eq!(file.path, "segments/own0.txt");
    assert_eq!(file.after, "ada\n\ncyd\n");
    assert_eq!(file.documents, [(ObjectKind::Segment, "s0".to_owned())]);
}
