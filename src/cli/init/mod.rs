//! `segctl init`: a new workspace that works as it is.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::Args;

use super::args::{Global, Output};
use super::exit::Exit;
use super::new_files::{NewFile, not_written, refuse_taken, settled, undo, write_new};
use super::output;
use super::schema;
use super::whole::create;
use crate::import::slug;
use crate::provider::Failure;
use crate::report::{FileAction, FileReport, Report, json, safe, text};
use crate::source::Files;

/// The file that editors find the schema of every document in.
const SCHEMA: &str = "segctl.schema.json";

/// What Git must not take: the data of embedded servers.
const IGNORED: &str = ".segctl/";

/// The most characters of the name of a workspace.
const NAME_LENGTH: usize = 63;

/// Options of `init`.
#[derive(Args, Debug)]
#[command(after_help = "\
It writes a workspace file, one segment, one attachment, the flags of an embedded server that both \
fit, the schema for editors, and a line of .gitignore. No file is overwritten: where one is there \
already, nothing is written at all (exit code 1).

Examples:
  segctl init                      in this folder, under its name
  segctl init flags                in the folder `flags`, which is made
  segctl init --name acme-web      with another name in marks")]
pub(super) struct InitArgs {
    /// The folder of the workspace
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
    /// The name of the workspace, which marks carry; without it, that of the folder
    #[arg(long, value_name = "NAME", env = "SEGCTL_NAME", value_parser = name)]
    name: Option<String>,
}

fn name(given: &str) -> Result<String, String> {
    let fits = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-';
    if (1..=NAME_LENGTH).contains(&given.len()) && given.chars().all(fits) {
        return Ok(given.to_owned());
    }
    Err(format!("a name has at most {NAME_LENGTH} lower-case letters, digits and `-`"))
}

pub(super) fn run(global: &Global, args: &InitArgs) -> Exit {
    let name = args.name.clone().unwrap_or_else(|| name_of(&args.folder));
    let files = files(&name);
    let written = write(&args.folder, &files);
    let (reports, failure) = match written {
        Ok(reports) => (reports, None),
        Err(failure) => (vec![], Some(failure)),
    };
    match global.output {
        Output::Json => output::json(&envelope(&name, &reports, failure.as_ref())),
        _ => match &failure {
            Some(failure) => output::log(&text::failure(failure)),
            None => output::result(&said(&args.folder, &reports, global.quiet)),
        },
    }
    if failure.is_some() { Exit::Failure } else { Exit::Ok }
}

/// The name of a folder as the name of a workspace.
fn name_of(folder: &Path) -> String {
    let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    // `.` and `..` are no names; where the folder is there, the file system has one.
    let folder = folder.canonicalize().unwrap_or(folder);
    let mut name = slug(&folder.file_name().unwrap_or_default().to_string_lossy())
        .unwrap_or_else(|| "workspace".to_owned());
    name.truncate(NAME_LENGTH);
    name.trim_end_matches('-').to_owned()
}

/// The files, by their paths in the workspace.
fn files(name: &str) -> Vec<(&'static str, String)> {
    let schemas = schema::files().into_iter();
    let schema = schemas.filter(|(file, _)| *file == SCHEMA).map(|(_, text)| text).collect();
    vec![
        ("segctl.yaml", include_str!("template/segctl.yaml").replace("NAME", name)),
        ("segments/beta-users.yaml", include_str!("template/segment.yaml").to_owned()),
        (
            "attachments/new-checkout-production.yaml",
            include_str!("template/attachment.yaml").to_owned(),
        ),
        ("fixtures/flags.yaml", include_str!("template/flags.yaml").to_owned()),
        ("schemas/segctl.schema.json", schema),
    ]
}

/// Writes all files or, where one cannot be written, none.
fn write(folder: &Path, files: &[(&'static str, String)]) -> Result<Vec<FileReport>, Failure> {
    let root = settled(folder).map_err(|error| not_written(folder, &error))?;
    let here = folder == Path::new(".");
    let place = |name: &str| if here { PathBuf::from(name) } else { folder.join(name) };
    let paths: Vec<PathBuf> = files.iter().map(|(name, _)| place(name)).collect();
    let other_name = place("segctl.yml");
    refuse_taken(paths.iter().chain([&other_name]).map(PathBuf::as_path))?;
    let new = files.iter().zip(&paths);
    let new = new.map(|((_, text), path)| NewFile { root: &root, path: path.clone(), text });
    write_new(&new.collect::<Vec<_>>(), || false)?;
    let ignored = place(".gitignore");
    let action = ignore(&ignored).map_err(|error| undo(not_written(&ignored, &error), &paths))?;
    let report = |path: &str, action| FileReport { path: path.to_owned(), action };
    let written = files.iter().map(|(name, _)| report(name, FileAction::Written));
    Ok(written.chain([report(".gitignore", action)]).collect())
}

/// Makes Git leave out what embedded servers keep; what is there already stays.
fn ignore(path: &Path) -> io::Result<FileAction> {
    let there = match fs::read(path) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            create(path, &format!("{IGNORED}\n"))?;
            return Ok(FileAction::Written);
        }
        Err(error) => return Err(error),
    };
    let is_ignored = |line: &str| line.trim().trim_matches('/') == IGNORED.trim_matches('/');
    if there.lines().any(is_ignored) {
        return Ok(FileAction::Unchanged);
    }
    let line_break = if there.contains("\r\n") { "\r\n" } else { "\n" };
    let before = if there.is_empty() || there.ends_with('\n') { "" } else { line_break };
    let mut file = fs::OpenOptions::new().append(true).open(path)?;
    io::Write::write_all(&mut file, format!("{before}{IGNORED}{line_break}").as_bytes())?;
    Ok(FileAction::Extended)
}

/// What was written, and what to do next.
fn said(folder: &Path, reports: &[FileReport], quiet: bool) -> String {
    let mut out = text::touched(reports);
    if quiet {
        return out;
    }
    out.push_str("\nNext:\n");
    if folder != Path::new(".") {
        let _ = writeln!(out, "  cd {}", quoted(&safe(&folder.to_string_lossy())));
    }
    out.push_str(
        "  segctl plan     what would change on the embedded server, `local`\n  \
         segctl apply    do it\n\n\
         Then edit the documents, and add your own server under `targets` in segctl.yaml.\n",
    );
    out
}

/// A word for a shell.
fn quoted(word: &str) -> String {
    let is_plain = |it: char| it.is_alphanumeric() || "/._-+=@:".contains(it);
    if word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

fn envelope(name: &str, reports: &[FileReport], failure: Option<&Failure>) -> json::Envelope {
    let nothing = Files::new();
    let report = Report {
        ok: failure.is_none(),
        workspace: Some(name.to_owned()),
        failure: failure.cloned(),
        ..Report::new("init", &nothing)
    };
    json::files(&report, reports)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_made_from_that_of_the_folder() {
        let of = |path: &str| name_of(Path::new(path));
        assert_eq!(of("/x/Acme Web_2"), "acme-web-2");
        assert_eq!(of("/x/--Ünïcode--"), "n-code");
        assert_eq!(of("/"), "workspace");
        assert_eq!(of(&format!("/x/{}", "a-".repeat(99))).len(), 63);
        assert!(name(&of(&format!("/x/{}-b", "a".repeat(62)))).is_ok());
        for wrong in ["", "Acme", "a/b", &"a".repeat(64)] {
            assert!(name(wrong).is_err(), "{wrong}");
        }
    }
}
