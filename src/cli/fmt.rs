//! `segctl fmt`: documents in canonical form.

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use clap::Args;

use super::args::{Global, Output};
use super::exit::Exit;
use super::output;
use super::sources::{Sources, Text, veil_around};
use super::whole::{Readers, replace};
use crate::diagnostic::{Code, Diagnostic};
use crate::document::parse;
use crate::format::{Formatted, format};
use crate::load::read_error;
use crate::provider::Failure;
use crate::report::{FileAction, FileReport, Report, Veil, diagnostics, json, text};
use crate::source::{FileId, Files};
use crate::workspace::secret_places;

/// Options of `fmt`.
#[derive(Args, Debug)]
#[command(after_help = "\
Fields take the order of the schema, and the lists `values`, `segments` and `allow` are sorted. \
Comments go with what they are about; quotes, styles, blank lines, anchors and line breaks stay. \
What a document means never changes. Files that `valuesFrom` names are left alone: they are often \
written by a program, in its own order.

Exit codes: 0 done or nothing to do, 1 with --check or --diff when a file would change, \
3 a file is not YAML.

Examples:
  segctl fmt                           format segctl.yaml and every document
  segctl fmt segments/beta-users.yaml  format one file
  segctl fmt attachments               format the documents in a folder
  segctl fmt --check                   for CI: list what is not formatted
  segctl fmt --diff                    show what would change
  segctl fmt -                         from stdin to stdout, for editors")]
pub(super) struct FmtArgs {
    /// Files, or folders of a workspace; `-` formats stdin to stdout; without any, the workspace
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Write nothing, and list the files that would change
    #[arg(long, env = "SEGCTL_CHECK")]
    check: bool,
    /// Write nothing, and show what would change
    #[arg(long, env = "SEGCTL_DIFF")]
    diff: bool,
}

impl FmtArgs {
    fn writes(&self) -> bool {
        !self.check && !self.diff
    }
}

pub(super) fn run(global: &Global, args: &FmtArgs) -> Exit {
    if args.paths.iter().any(|it| it == Path::new("-")) {
        return match args.paths.len() {
            1 if global.output == Output::Text => stdin(global, args),
            1 => output::usage(global, "fmt", "`-` prints a document, and -o json an envelope"),
            _ => output::usage(global, "fmt", "`-` stands alone"),
        };
    }
    match Sources::find(&args.paths) {
        Ok(sources) => Run::of(sources).end(global, args),
        Err(message) => output::usage(global, "fmt", &message),
    }
}

/// What came of one text: what to say of it, and its new content.
fn outcome(file: FileId, text: &str, found: &mut Vec<Diagnostic>) -> (FileAction, Option<String>) {
    match format(file, text, found) {
        Some(Formatted::Unchanged) => (FileAction::Unchanged, None),
        Some(Formatted::Changed(changed)) => (FileAction::Formatted, Some(changed)),
        Some(Formatted::Kept) => (FileAction::Kept, None),
        None => (FileAction::Invalid, None),
    }
}

/// Formats what comes from stdin.
fn stdin(global: &Global, args: &FmtArgs) -> Exit {
    let mut bytes = vec![];
    if let Err(error) = io::stdin().lock().read_to_end(&mut bytes) {
        output::error(&format!("stdin: {error}"));
        return Exit::Failure;
    }
    let veil = veil_around(&[Path::new(".")]);
    let mut run = Run::of(Sources { veil, ..Sources::default() });
    match Text::of("-", bytes) {
        Ok(text) => run.text(PathBuf::new(), "-".to_owned(), text),
        Err(error) => run.found.push(read_error(&error)),
    }
    let Some(job) = run.jobs.first() else {
        return run.end(global, args);
    };
    let source = &run.files.get(job.file).text;
    if args.diff {
        output::result(&run.diffs());
    } else if !args.check && job.action != FileAction::Invalid {
        let content = job.content.as_ref().unwrap_or(source);
        output::verbatim(&format!("{}{content}", job.mark));
    }
    let exit = run.exit(args);
    run.complain(global);
    exit
}

/// One file to be formatted.
#[derive(Debug)]
struct Job {
    path: PathBuf,
    name: String,
    file: FileId,
    /// The byte order mark that it begins with.
    mark: &'static str,
    action: FileAction,
    content: Option<String>,
}

/// All files of one command.
#[derive(Debug, Default)]
struct Run {
    files: Files,
    jobs: Vec<Job>,
    found: Vec<Diagnostic>,
    failure: Option<Failure>,
    workspace: Option<String>,
    veil: Veil,
}

impl Run {
    fn of(sources: Sources) -> Self {
        let Sources { files, paths, diagnostics, workspace, veil } = sources;
        let mut run = Self { files, found: diagnostics, workspace, veil, ..Self::default() };
        for (path, name) in paths {
            match Text::read(&path, &name) {
                Ok(text) => run.text(path, name, text),
                Err(error) => run.found.push(read_error(&error)),
            }
        }
        run
    }

    fn text(&mut self, path: PathBuf, name: String, text: Text) {
        let file = self.files.add(name.clone(), text.text);
        let (action, content) = outcome(file, &self.files.get(file).text, &mut self.found);
        self.jobs.push(Job { path, name, file, mark: text.mark, action, content });
    }

    /// Writes or shows what changed.
    fn end(mut self, global: &Global, args: &FmtArgs) -> Exit {
        if args.writes() {
            self.write();
        }
        self.complain(global);
        let exit = self.exit(args);
        match global.output {
            Output::Json => output::json(&self.envelope(args, exit)),
            _ => {
                let reports = self.reports(args);
                let lines = if args.diff { self.diffs() } else { text::touched(&reports) };
                output::result(&lines);
                if !global.quiet {
                    output::log(&text::formatted(&reports));
                }
            }
        }
        exit
    }

    fn write(&mut self) {
        for job in &mut self.jobs {
            let Some(content) = &job.content else {
                continue;
            };
            let content = format!("{}{content}", job.mark);
            let read = &self.files.get(job.file).text;
            // People go on editing while a whole workspace is formatted.
            let is_as_read = || match Text::read(&job.path, &job.name) {
                Ok(now) if now.mark == job.mark && now.text == *read => Ok(()),
                _ => Err(io::Error::other("it was changed while it was formatted")),
            };
            if let Err(error) = replace(&job.path, &content, Readers::AsUsual, is_as_read) {
                let message = format!("{} is left as it is: {error}", job.name);
                self.failure.get_or_insert(Failure::new(Code::NotSaved, message));
                job.action = FileAction::Unchanged;
            }
        }
    }

    /// Says what is wrong in text mode.
    fn complain(&self, global: &Global) {
        if global.output == Output::Json {
            return;
        }
        if !self.found.is_empty() {
            let masked = self.masked();
            let cover = self.veil.over(&masked);
            let (found, files) = cover.sources(&self.found);
            output::log(&diagnostics::text(&found, &files));
        }
        for job in self.jobs.iter().filter(|it| it.action == FileAction::Kept) {
            output::error(&format!(
                "{} is left as it is: in canonical form it would mean something else",
                job.name
            ));
        }
        if let Some(failure) = &self.failure {
            output::log(&text::failure(failure));
        }
    }

    fn exit(&self, args: &FmtArgs) -> Exit {
        let has = |action| self.jobs.iter().any(|it| it.action == action);
        if self.found.iter().any(Diagnostic::is_error) {
            Exit::Invalid
        } else if self.failure.is_some()
            || has(FileAction::Kept)
            || (!args.writes() && has(FileAction::Formatted))
        {
            Exit::Failure
        } else {
            Exit::Ok
        }
    }

    fn reports(&self, args: &FmtArgs) -> Vec<FileReport> {
        let action = |job: &Job| match job.action {
            FileAction::Formatted if !args.writes() => FileAction::WouldFormat,
            action => action,
        };
        let report = |job: &Job| FileReport { path: job.name.clone(), action: action(job) };
        self.jobs.iter().map(report).collect()
    }

    fn envelope(&self, args: &FmtArgs, exit: Exit) -> json::Envelope {
        let cover = self.veil.over(&self.files);
        let (diagnostics, files) = cover.sources(&self.found);
        let report = Report {
            ok: exit == Exit::Ok,
            workspace: self.workspace.clone(),
            diagnostics,
            failure: self.failure.clone(),
            ..Report::new("fmt", &files)
        };
        json::files(&report, &self.reports(args))
    }

    /// The texts, without the secrets that somebody wrote into them.
    fn masked(&self) -> Files {
        let mut files = self.files.clone();
        for job in &self.jobs {
            for node in parse(job.file, &self.files.get(job.file).text, &mut vec![]) {
                for place in secret_places(&node) {
                    files.mask(place);
                }
            }
        }
        files
    }

    fn diffs(&self) -> String {
        let cover = self.veil.over(&self.files);
        let diff = |job: &Job| {
            let before = &self.files.get(job.file).text;
            let after = job.content.as_ref()?;
            let secrets = secrets(job.file, before);
            let shown = |text: &str| cover.file(&job.name, &hidden(text, &secrets));
            Some(text::unified(&job.name, &shown(before), &shown(after)))
        };
        self.jobs.iter().filter_map(diff).collect()
    }
}

/// What stands where a secret must not stand.
fn secrets(file: FileId, text: &str) -> Vec<String> {
    let nodes = parse(file, text, &mut vec![]);
    let places = nodes.iter().flat_map(secret_places);
    places.filter_map(|place| text.get(place.range())).map(str::to_owned).collect()
}

fn hidden(text: &str, secrets: &[String]) -> String {
    let seen = secrets.iter().filter(|it| !it.is_empty());
    seen.fold(text.to_owned(), |text, secret| text.replace(secret, "***"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn an_edit_made_meanwhile_is_kept() {
        let folder = std::env::temp_dir().join(format!("segctl-fmt-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let paths = ["a.yaml", "b.yaml"].map(|name| folder.join(name));
        let document = "kind: Segment\napiVersion: segctl.dev/v1\n";
        let mut sources = Sources::default();
        for path in &paths {
            fs::write(path, document).expect("a file");
            sources.paths.push((path.clone(), path.display().to_string()));
        }
        let mut run = Run::of(sources);
        let edited = format!("{document}# Mine.\n");
        fs::write(&paths[0], &edited).expect("an edit");
        run.write();
        let [a, b] = paths.map(|path| fs::read_to_string(path).expect("it is there"));
        let left = fs::read_dir(&folder).expect("a folder").count();
        fs::remove_dir_all(&folder).expect("it is ours");
        assert_eq!((a, left), (edited, 2));
        assert!(b.starts_with("apiVersion"), "the others are formatted: {b}");
        let actions: Vec<_> = run.jobs.iter().map(|it| it.action).collect();
        assert_eq!(actions, [FileAction::Unchanged, FileAction::Formatted]);
        let message = run.failure.expect("a failure").message;
        let said = "a.yaml is left as it is: it was changed while it was formatted";
        assert!(message.ends_with(said), "{message}");
    }
}
