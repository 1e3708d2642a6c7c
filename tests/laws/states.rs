//! Random states: what Git says, and what a server holds. Pure.
//!
//! The states are without obstacles: whatever the documents want, and whatever is live, a plan
//! with every permission can reach it. Names on the server are therefore taken at most once, and
//! segments in use are used by rules that a document names.

use proptest::collection::{btree_map, btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The flag's strategies, by title. No document ever names the last one.
pub(super) const RULES: [&str; 3] = ["first", "second", "nobody's"];

/// A segment as people write it, whoever they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Content {
    pub(super) description: Option<String>,
    pub(super) scoped: bool,
    /// Constraints by the field that they look at.
    pub(super) constraints: BTreeMap<&'static str, Constraint>,
}

/// A constraint without its field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Constraint {
    List(&'static str, BTreeSet<&'static str>),
    Number(&'static str, u16),
}

/// What stands on the server for the document of some name.
#[derive(Clone, Debug)]
pub(super) enum Standing {
    /// Nothing.
    Absent,
    /// The document, or an earlier state of it, as segctl wrote it.
    Written(Content),
    /// What segctl wrote first, and what a person made of it.
    Edited(Content, Content),
    /// What segctl wrote, under a name that a person gave it.
    Moved(Content),
    /// What segctl wrote, and a copy of it under another name.
    Copied(Content),
    /// What segctl wrote at another name in Git.
    OfOldName(Content),
    /// A segment of the same name that nobody manages.
    Foreign(Content),
    /// One that another workspace manages.
    Theirs(Content),
}

/// What Git says and what is live.
#[derive(Clone, Debug)]
pub(super) struct State {
    /// Documents by number; the content is what Git says.
    pub(super) documents: BTreeMap<u8, Content>,
    /// What stands on the server for them; also for numbers without a document: orphans.
    pub(super) standing: BTreeMap<u8, Standing>,
    /// Foreign segments that no document means.
    pub(super) strangers: Vec<Content>,
    /// The documents that each of the first two rules should have; none where no document says.
    pub(super) wanted: [Option<BTreeSet<u8>>; 2],
    /// What stands on the rules, by the numbers of `standing`.
    pub(super) attached: [BTreeSet<u8>; 2],
}

/// The numbers of documents; orphans have others.
const DOCUMENTS: std::ops::Range<u8> = 0..5;
const ORPHANS: std::ops::Range<u8> = 10..13;

/// Any state.
pub(super) fn states() -> impl Strategy<Value = State> {
    let documents = btree_map(DOCUMENTS, contents(), 0..=4);
    let standing =
        (btree_map(DOCUMENTS, any_standing(), 0..=5), btree_map(ORPHANS, orphan_standing(), 0..=2));
    let rules = (wishes(), wishes(), numbers(), numbers());
    (documents, standing, vec(contents(), 0..=2), rules).prop_map(
        |(documents, (mut standing, orphans), strangers, (one, two, on_one, on_two))| {
            // Without a document, a segment that nobody manages is a stranger, and a copy beside
            // its pruned original cannot be told from the original.
            standing.retain(|number, it| documents.contains_key(number) || is_plainly_ours(it));
            standing.extend(orphans);
            let mut state = State {
                documents,
                standing,
                strangers,
                wanted: [one, two],
                attached: [on_one, on_two],
            };
            state.make_sense();
            state
        },
    )
}

impl State {
    /// Takes out of the rules what is not there, and what no plan could take off.
    fn make_sense(&mut self) {
        for (at, attached) in self.attached.iter_mut().enumerate() {
            attached.retain(|number| self.standing.get(number).is_some_and(is_ours));
            match &mut self.wanted[at] {
                Some(wanted) => wanted.retain(|number| self.documents.contains_key(number)),
                // Nothing frees an orphan from a rule that no document names.
                None => attached.retain(|number| self.documents.contains_key(number)),
            }
        }
    }
}

fn is_plainly_ours(standing: &Standing) -> bool {
    matches!(standing, Standing::Written(_) | Standing::Edited(..))
}

/// Whether the segment of the document is there and ours.
fn is_ours(standing: &Standing) -> bool {
    !matches!(standing, Standing::Absent | Standing::Foreign(_) | Standing::Theirs(_))
}

fn any_standing() -> impl Strategy<Value = Standing> {
    prop_oneof![
        Just(Standing::Absent),
        orphan_standing(),
        orphan_standing(),
        contents().prop_map(Standing::Moved),
        contents().prop_map(Standing::Copied),
        contents().prop_map(Standing::OfOldName),
        contents().prop_map(Standing::Foreign),
        contents().prop_map(Standing::Theirs),
    ]
}

fn orphan_standing() -> impl Strategy<Value = Standing> {
    prop_oneof![
        contents().prop_map(Standing::Written),
        (contents(), contents()).prop_map(|(then, now)| Standing::Edited(then, now)),
    ]
}

fn wishes() -> impl Strategy<Value = Option<BTreeSet<u8>>> {
    option::weighted(0.7, btree_set(DOCUMENTS, 0..=3))
}

fn numbers() -> impl Strategy<Value = BTreeSet<u8>> {
    btree_set(prop_oneof![DOCUMENTS, ORPHANS], 0..=3)
}

/// Few values, so that two contents are often equal or nearly so.
fn contents() -> impl Strategy<Value = Content> {
    let texts = prop_oneof![
        Just(""),
        Just("About."),
        Just("two\n\nlines, \"quoted\": é 👍"),
        Just("blanks behind \n"),
    ];
    let fields = prop_oneof![Just("userId"), Just("appName"), Just("plan")];
    let constraints = btree_map(fields, constraint(), 1..=2);
    (option::of(texts), any::<bool>(), constraints).prop_map(|(text, scoped, constraints)| {
        Content { description: text.map(str::to_owned), scoped, constraints }
    })
}

fn constraint() -> impl Strategy<Value = Constraint> {
    let values = prop_oneof![Just("a"), Just("B"), Just("c,d"), Just(" e"), Just("\"f\"")];
    let lists = prop_oneof![Just("IN"), Just("NOT_IN"), Just("STR_STARTS_WITH")];
    let numbers = prop_oneof![Just("NUM_EQ"), Just("NUM_LT")];
    prop_oneof![
        3 => (lists, btree_set(values, 1..=3)).prop_map(|(operator, it)| Constraint::List(operator, it)),
        1 => (numbers, 0..3_u16).prop_map(|(operator, it)| Constraint::Number(operator, it)),
    ]
}

impl Content {
    /// The constraints as both documents and the API have them.
    pub(super) fn constraints(&self) -> Value {
        let constraints = self.constraints.iter().map(|(field, it)| match it {
            Constraint::List(operator, values) => {
                json!({"contextName": field, "operator": operator, "values": values})
            }
            Constraint::Number(operator, value) => {
                json!({"contextName": field, "operator": operator, "value": value.to_string()})
            }
        });
        constraints.collect()
    }
}
