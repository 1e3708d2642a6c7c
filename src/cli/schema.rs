//! `segctl schema`: the JSON schemas, as committed in `schemas/`.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde_json::Value as Json;

use super::exit::Exit;
use super::output;
use crate::document::{Kind, SCHEMA_FILES, schema_of};
use crate::report::json;

/// Every schema with the name of its file in `schemas/`.
pub fn files() -> Vec<(&'static str, String)> {
    let documents = SCHEMA_FILES.iter().map(|(name, kind)| (*name, print(&schema_of(*kind))));
    documents.chain([("output.schema.json", print(&json::schema()))]).collect()
}

/// The schema of every kind of document, as a file.
pub(super) fn of_documents() -> String {
    print(&schema_of(None))
}

fn print(schema: &Json) -> String {
    format!("{}\n", serde_json::to_string_pretty(schema).unwrap_or_default())
}

/// Options of `schema`.
#[derive(Args, Debug)]
#[command(after_help = "\
Editors complete and check a document whose first line names the schema:
  # yaml-language-server: $schema=../schemas/segctl.schema.json

Examples:
  segctl schema                        every kind of document
  segctl schema segment                one kind
  segctl schema output                 what -o json prints
  segctl schema --write schemas        all of them, as files")]
pub(super) struct SchemaArgs {
    /// What to describe; without it, every kind of document at once
    #[arg(value_enum)]
    kind: Option<SchemaKind>,
    /// Write all schemas into this folder instead of printing one
    #[arg(long, value_name = "DIR", conflicts_with = "kind")]
    write: Option<PathBuf>,
}

/// What a schema describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum SchemaKind {
    /// segctl.yaml
    Workspace,
    /// kind: Segment
    Segment,
    /// kind: Attachment
    Attachment,
    /// What -o json prints
    Output,
}

pub(super) fn run(args: &SchemaArgs) -> Exit {
    if let Some(folder) = &args.write {
        return write(folder);
    }
    let schema = match args.kind {
        None => schema_of(None),
        Some(SchemaKind::Workspace) => schema_of(Some(Kind::Workspace)),
        Some(SchemaKind::Segment) => schema_of(Some(Kind::Segment)),
        Some(SchemaKind::Attachment) => schema_of(Some(Kind::Attachment)),
        Some(SchemaKind::Output) => json::schema(),
    };
    output::verbatim(&print(&schema));
    Exit::Ok
}

fn write(folder: &Path) -> Exit {
    let written = std::fs::create_dir_all(folder).and_then(|()| {
        files().into_iter().try_for_each(|(name, text)| std::fs::write(folder.join(name), text))
    });
    match written {
        Ok(()) => Exit::Ok,
        Err(error) => {
            output::error(&format!("{}: {error}", folder.display()));
            Exit::Failure
        }
    }
}
