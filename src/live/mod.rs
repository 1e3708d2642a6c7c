//! What a target holds, read through a provider and reduced to the form of [`crate::desired`].

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::desired::{Canonical, Desired, Mark};
use crate::plan::Refusal;
use crate::provider::{Failure, Reader, RuleSelector};

/// What is to be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// The rules that attachments name, by the attachment.
    pub rules: BTreeMap<String, RuleSelector>,
}

impl Scope {
    /// What must be read to plan for `desired`.
    pub fn of(desired: &Desired) -> Self {
        let rules = desired.attachments.iter();
        Self { rules: rules.map(|(name, it)| (name.clone(), it.rule.clone())).collect() }
    }
}

/// What a target holds.
#[derive(Clone, Debug, Default)]
pub struct Live {
    /// The version that the server says it has.
    pub version: Option<String>,
    /// The limits that the server says it has.
    pub limits: Limits,
    /// Every segment, foreign ones too, ordered by id.
    pub segments: Vec<LiveSegment>,
    /// The rule of each attachment, or why there is none.
    pub rules: BTreeMap<String, Result<LiveRule, Refusal>>,
    /// Keys that no segment has and none can have any more, such as those of archived ones.
    pub burnt: BTreeSet<String>,
    /// The environments whose servers notice a changed segment only when they are told.
    pub environments: Vec<LiveEnvironment>,
    /// Whether it is wanted that they are told.
    pub refresh: bool,
    /// Fields of segments that the system takes and does not keep.
    pub unkept: BTreeSet<&'static str>,
    /// What is to be known of the system as a whole, each in one sentence.
    pub notes: Vec<String>,
    /// What was asked after a first look, or was seen in it.
    pub answers: Answers,
}

/// The limits of a server, in numbers of things.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limits {
    /// Segments in the whole system.
    pub segments: Option<usize>,
    /// Values in one segment.
    pub segment_values: Option<usize>,
    /// Segments on one rule.
    pub rule_segments: Option<usize>,
}

/// A segment as the vendor has it.
#[derive(Clone, Debug)]
pub struct LiveSegment {
    /// The vendor's own id.
    pub id: String,
    /// The vendor's identity of it that people see.
    pub key: String,
    /// The document, without the mark.
    pub document: Canonical,
    /// Who manages it.
    pub mark: Option<Mark>,
    /// Whether any flag that is not archived uses it.
    pub used: bool,
    /// Whether it can be used as it is, where that is a step of its own.
    pub ready: Ready,
    /// Who else it belongs to: what the system itself made or took over, which is left to it.
    pub belongs_to: Option<String>,
    /// Whether the system says that people made it in its UI: it is adopted by its name alone.
    pub by_hand: bool,
    /// When it was last written, as far as that can be compared with
    /// [`LiveEnvironment::written`].
    pub written: Option<String>,
}

/// Whether a segment can be used as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ready {
    /// It can.
    #[default]
    Yes,
    /// Only once it is allocated.
    Unallocated,
}

/// An environment whose servers notice a changed segment only when they are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveEnvironment {
    /// The vendor's own id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// When it was last told of anything, in a form whose order is that of time; none when it never
    /// was.
    pub written: Option<String>,
    /// The ids of the segments that its rules use.
    pub segments: BTreeSet<String>,
    /// What it is told by, in the vendor's words; none where there is nothing to tell it by.
    pub by: Option<String>,
}

impl LiveSegment {
    /// Whether the content is what the mark says was last written.
    pub fn fits_its_mark(&self) -> bool {
        let hash = self.mark.as_ref().and_then(|mark| mark.hash.as_deref());
        hash == Some(self.document.hash8())
    }
}

/// One rule of a flag, as the vendor has it.
#[derive(Clone, Debug)]
pub struct LiveRule {
    /// The vendor's own id of the rule.
    pub id: String,
    /// Where the rule stands.
    pub place: RulePlace,
    /// What is changed in one piece with it: rules of one unit are changed by one request.
    pub unit: String,
    /// The ids of the segments that a user must be in.
    pub segments: BTreeSet<String>,
    /// The ids of the segments that a user must not be in, where rules have such.
    pub not_in: BTreeSet<String>,
    /// The conditions that the rule has beside its segments, in the vendor's words.
    pub conditions: Vec<Json>,
    /// Why nothing of the rule can be changed, where that is so.
    pub closed: Option<Refusal>,
}

/// A rule that has segments, found without being named.
#[derive(Clone, Debug)]
pub struct FoundRule {
    /// The rule.
    pub rule: LiveRule,
    /// What people call it among the rules beside it.
    pub title: String,
    /// What an attachment writes to name it, or why none can.
    pub selector: Result<FoundSelector, Refusal>,
}

/// What an attachment writes to name a rule.
#[derive(Clone, Debug)]
pub struct FoundSelector {
    /// The selector, which fits this rule alone.
    pub rule: RuleSelector,
    /// What a reader of the attachment should know of it.
    pub remark: Option<&'static str>,
}

/// Where a rule stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RulePlace {
    /// The project.
    pub project: String,
    /// The flag.
    pub flag: String,
    /// The environment.
    pub environment: String,
}

/// One use of a segment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Use {
    /// Where.
    pub place: RulePlace,
    /// The vendor's own id of the rule, where it exists already.
    pub rule: Option<String>,
    /// Whether the rule has the segment only once a pending change request is applied.
    pub pending: bool,
}

/// An environment of a project, whose new rules begin as its default strategy says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EnvironmentPlace {
    /// The project.
    pub project: String,
    /// The environment.
    pub environment: String,
}

/// What only some plans need to know.
#[allow(clippy::struct_excessive_bools, reason = "each is a question of its own")]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Questions {
    /// Which projects exist.
    pub projects: bool,
    /// Which values context fields may have.
    pub legal_values: bool,
    /// Which rules use these segments, by id.
    pub uses: BTreeSet<String>,
    /// Which archived flags use segments; they are not counted as use.
    pub archived: bool,
    /// Which default strategies use segments; they are not counted either.
    pub defaults: bool,
    /// How much room there is for these segments, by the name of the document.
    pub space: BTreeMap<String, SpaceQuestion>,
}

/// How much room there is for a segment that shares users with others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpaceQuestion {
    /// The key that it has or will have.
    pub key: String,
    /// What it will be.
    pub document: Canonical,
}

impl Questions {
    /// Asks all of `other` too.
    pub fn extend(&mut self, other: Self) {
        self.projects |= other.projects;
        self.legal_values |= other.legal_values;
        self.uses.extend(other.uses);
        self.archived |= other.archived;
        self.defaults |= other.defaults;
        self.space.extend(other.space);
    }

    /// Whether nothing is asked.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The answers to [`Questions`]; what was not asked is absent.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    /// Every project.
    pub projects: Option<BTreeSet<String>>,
    /// The legal values of the context fields that have such a list.
    pub legal_values: Option<BTreeMap<String, BTreeSet<String>>>,
    /// The uses of each segment that was asked for, by its id.
    pub uses: BTreeMap<String, Vec<Use>>,
    /// The archived flags that use a segment, by the key of the segment.
    pub archived: BTreeMap<String, BTreeSet<String>>,
    /// The environments whose default strategy has a segment, by the id of the segment.
    pub defaults: BTreeMap<String, BTreeSet<EnvironmentPlace>>,
    /// The share of users that is free for each segment that was asked for, by the name of its
    /// document, as a decimal number.
    pub space: BTreeMap<String, String>,
    /// What was asked about uses that are not counted and could not be read, and why.
    pub unread: Vec<String>,
}

impl Answers {
    /// These answers and the others.
    fn and(mut self, other: Self) -> Self {
        self.projects = other.projects.or(self.projects);
        self.legal_values = other.legal_values.or(self.legal_values);
        self.uses.extend(other.uses);
        self.archived.extend(other.archived);
        self.defaults.extend(other.defaults);
        self.space.extend(other.space);
        self.unread.extend(other.unread);
        self
    }
}

impl Live {
    /// Reads what `scope` needs. A part that cannot be read fails the whole.
    pub async fn read<R: Reader>(reader: &R, scope: &Scope) -> Result<Self, Failure> {
        let mut live = reader.read(scope).await?;
        live.segments.sort_by(|a, b| order_of_id(&a.id).cmp(&order_of_id(&b.id)));
        Ok(live)
    }

    /// Asks what a first look left open, and keeps the answers.
    pub async fn ask<R: Reader>(
        &mut self,
        reader: &R,
        questions: &Questions,
    ) -> Result<(), Failure> {
        if !questions.is_empty() {
            let answers = reader.answer(questions).await?;
            self.answers = std::mem::take(&mut self.answers).and(answers);
        }
        Ok(())
    }

    /// The segment of that id.
    pub fn segment(&self, id: &str) -> Option<&LiveSegment> {
        self.place(id).map(|at| &self.segments[at])
    }

    /// The place of the segment of that id in the list.
    pub fn place(&self, id: &str) -> Option<usize> {
        let order = |segment: &LiveSegment| order_of_id(&segment.id).cmp(&order_of_id(id));
        self.segments.binary_search_by(order).ok()
    }
}

/// Numbers by their value, so that the lowest id is the oldest object.
fn order_of_id(id: &str) -> (u64, &str) {
    (id.parse().unwrap_or(u64::MAX), id)
}
