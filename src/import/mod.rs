//! Live -> documents, as the texts of files. Nothing here reads or writes anything.
//!
//! [`survey()`] gives every live segment that Git does not have a name, [`import()`] writes the
//! documents of those that are wanted and of the rules that use them. Each document is read back
//! by the same code that reads documents of people, and is given up unless it says what is live.

mod attachments;
mod check;
mod segments;
mod slug;
mod survey;
#[cfg(test)]
mod tests;
pub mod update;

pub(crate) use slug::slug;
pub use survey::{Survey, survey};

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use crate::desired::Desired;
use crate::diagnostic::Code;
use crate::document::{Kind, Target, Workspace};
use crate::edit::yaml;
use crate::format::{Formatted, format};
use crate::live::{FoundRule, Live};
use crate::plan::ObjectKind;
use crate::source::Files;

/// What an import is made from.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// The workspace.
    pub workspace: &'a Workspace,
    /// The target.
    pub target: &'a Target,
    /// What Git says of the target.
    pub desired: &'a Desired,
    /// What other targets hold that will take the new documents too.
    pub others: &'a [&'a Desired],
    /// The names of documents beside which the new ones will stand.
    pub taken: &'a BTreeSet<(Kind, String)>,
    /// What the target holds.
    pub live: &'a Live,
    /// The path of the schema from the folders of documents.
    pub schema: &'a str,
    /// Whether a file of this path, relative to the folder of the import, is read as a document.
    pub is_document: &'a dyn Fn(&str) -> bool,
}

/// What an import comes to.
#[derive(Clone, Debug, Default)]
pub struct Import {
    /// The documents.
    pub documents: Vec<Document>,
    /// How many live objects have a document already.
    pub in_git: usize,
    /// What could not be written as documents.
    pub left_out: Vec<LeftOut>,
}

/// A document in a file of its own.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its kind.
    pub kind: ObjectKind,
    /// Its name.
    pub name: String,
    /// The vendor's identity of the object.
    pub key: String,
    /// Why it only names a segment that segctl could not write.
    pub external: Option<Code>,
    /// The lints that it allows.
    pub allow: Vec<Code>,
    /// Its file, then the files of values that it names.
    pub files: Vec<File>,
}

/// A file to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// The path relative to the folder of the import.
    pub path: String,
    /// The text.
    pub text: String,
}

/// A live object that no document was written for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Its kind.
    pub kind: ObjectKind,
    /// The `metadata.name` of its document, where it has one already.
    pub name: Option<String>,
    /// The vendor's identity of it.
    pub key: String,
    /// The reason.
    pub code: Code,
    /// What stands in the way.
    pub message: String,
}

/// Makes documents of the segments at the places `wanted`, and of `rules` with all that stands on
/// them.
pub fn import(
    scene: &Scene<'_>,
    survey: &Survey,
    wanted: &BTreeSet<usize>,
    rules: &[FoundRule],
) -> Import {
    let live = &scene.live;
    let on_rules = rules.iter().flat_map(|it| it.rule.segments.iter().chain(&it.rule.not_in));
    let beside = on_rules.filter_map(|id| live.place(id));
    let wanted: BTreeSet<usize> = wanted.iter().copied().chain(beside).collect();
    let mut import = Import::default();
    let names = segments::write(scene, survey, &wanted, &mut import);
    attachments::write(scene, &names, rules, &mut import);
    // Twins look alike, and nothing else says the same twice.
    import.left_out.dedup();
    import
}

impl Import {
    /// The keys of the segments that get a document.
    pub fn segments(&self) -> BTreeSet<&str> {
        let segments = self.documents.iter().filter(|it| it.kind == ObjectKind::Segment);
        segments.map(|it| it.key.as_str()).collect()
    }

    /// Says which archived flags use a segment that gets a document: an attachment cannot name one.
    pub fn leave_out_archived(&mut self, archived: &BTreeMap<String, BTreeSet<String>>) {
        let keys = self.segments();
        let uses = archived.iter().filter(|(key, _)| keys.contains(key.as_str()));
        let flags: BTreeSet<&String> = uses.flat_map(|(_, flags)| flags).collect();
        self.left_out.extend(flags.into_iter().map(|flag| LeftOut {
            kind: ObjectKind::Attachment,
            name: None,
            key: flag.clone(),
            code: Code::FlagArchived,
            message: "the flag is archived".to_owned(),
        }));
    }
}

/// A document in the making.
struct Draft {
    kind: Kind,
    name: String,
    remarks: Vec<String>,
    spec: Map<String, Json>,
    values: Vec<File>,
}

impl Draft {
    /// The folder of documents of a kind.
    fn folder(kind: Kind) -> &'static str {
        match kind {
            Kind::Attachment => "attachments",
            Kind::Segment | Kind::Workspace => "segments",
        }
    }

    /// Its files.
    fn files(&self, scene: &Scene<'_>) -> Vec<File> {
        let schema = format!("yaml-language-server: $schema={}", scene.schema);
        let comments: Vec<String> =
            std::iter::once(schema).chain(self.remarks.iter().cloned()).collect();
        let document = json!({
            "apiVersion": "segctl.dev/v1",
            "kind": self.kind.name(),
            "metadata": {"name": self.name},
            "spec": self.spec,
        });
        let fields = document.as_object().cloned().unwrap_or_default();
        let stem = slug::file_stem(&self.name);
        let path = format!("{}/{stem}.yaml", Self::folder(self.kind));
        let document = File { path, text: formatted(yaml::document(&comments, &fields)) };
        std::iter::once(document).chain(self.values.iter().cloned()).collect()
    }
}

/// `text` as `segctl fmt` would leave it.
fn formatted(text: String) -> String {
    let file = Files::default().add("", "");
    match format(file, &text, &mut vec![]) {
        Some(Formatted::Changed(text)) => text,
        _ => text,
    }
}

/// The codes as documents write them under `allow`.
fn allowance(codes: &BTreeSet<Code>) -> Option<(String, Json)> {
    let names: BTreeSet<&str> = codes.iter().map(|code| code.name()).collect();
    (!names.is_empty()).then(|| ("allow".to_owned(), names.into_iter().collect()))
}
