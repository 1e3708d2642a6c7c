//! `segctl import --update`: what drifted is edited into the documents. Sends nothing but reads.

use std::collections::btree_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::io;

use super::args::{Decisions, Global, Look, Output};
use super::context::Context;
use super::exit::Exit;
use super::import::ImportArgs;
use super::interrupt::Interrupt;
use super::look::{Looked, look_at};
use super::output;
use super::progress::Shown;
use super::sources::Text;
use super::whole::{Readers, replace};
use crate::desired::Desired;
use crate::diagnostic::Code;
use crate::document::{self, Target, values_from_paths};
use crate::import::update::{Scene, Texts, Update, UpdatedFile, update};
use crate::plan::Drift;
use crate::provider::Failure;
use crate::report::{Planned, Report, Updated, json, text};
use crate::source::{Files, Texts as _, Tree, identity};
use crate::workspace::beside;

/// Brings the drift of `target` into the documents of `context`.
pub(super) async fn run(
    global: &Global,
    args: &ImportArgs,
    context: &Context,
    target: &Target,
    desired: &Desired,
) -> Exit {
    let look = Look { parallelism: args.parallelism, ..Look::default() };
    // Nothing is adopted or pruned, so all that a person changed still shows.
    let decisions = Decisions { look, ..Decisions::default() };
    let mut made = None;
    let looked = look_at(
        Shown::of(global),
        context,
        &decisions,
        target,
        desired,
        |Looked { live, plan, .. }| {
            let drift = Drift::of(&plan, desired, &live);
            made = Some(make(args, context, target, desired, &live, &drift));
            let plan = crate::plan::Plan::default();
            Planned::new(live.version, plan, target.provider, &context.veil())
        },
    );
    let mut looked = looked.await;
    let mut updated = None;
    match made.map(|it| it.and_then(|update| finish(args, context, update))) {
        Some(Ok(it)) => updated = Some(it),
        Some(Err(failure)) => looked.result = Err(failure),
        None => {}
    }
    let exit = match (&looked.result, &updated) {
        (Err(failure), _) if failure.code == Code::Usage => Exit::Usage,
        (Err(failure), _) => Exit::of_failure(failure),
        (Ok(_), Some(it)) if !it.update.left_out.is_empty() => Exit::Partly,
        (Ok(_), _) => Exit::Ok,
    };
    let mut report = context.report("import");
    report.targets = vec![looked];
    report.ok = exit == Exit::Ok;
    show(global, &report, updated.as_ref());
    output::requests(global, &report);
    exit
}

fn show(global: &Global, report: &Report<'_>, updated: Option<&Updated>) {
    if global.output == Output::Json {
        return output::json(&json::updated(report, updated));
    }
    for target in &report.targets {
        match (&target.result, updated) {
            (Ok(planned), Some(updated)) => {
                output::result(&text::updated(target, planned, updated));
                if !global.quiet {
                    output::log(&text::update_warnings(updated));
                }
            }
            (Err(failure), _) => {
                output::log(&format!("Target {}\n{}", target.name, text::failure(failure)));
            }
            (Ok(_), None) => {}
        }
    }
}

fn make(
    args: &ImportArgs,
    context: &Context,
    target: &Target,
    desired: &Desired,
    live: &crate::live::Live,
    drift: &Drift,
) -> Result<Update, Failure> {
    let missing = || Failure::new(Code::NoWorkspace, "there is no workspace");
    let workspace = context.workspace.as_ref().ok_or_else(missing)?;
    let texts = texts(context)?;
    let names = &args.names;
    let scene = Scene { workspace, target, desired, live, drift, names, texts: &texts };
    let mut update = update(&scene).map_err(|unknown| {
        let failure = Failure::new(Code::Usage, unknown.join("; "));
        failure.help("leave the names out to bring back all that a person changed")
    })?;
    let left_out = update.left_out.iter_mut().map(|it| &mut it.message);
    let messages = left_out.chain(&mut update.notes);
    context.veil().imported(messages, live, target.provider);
    Ok(update)
}

/// The files of documents and of values, as they were when the documents were read. They are read
/// again, because what is hidden in a document was masked by then.
fn texts(context: &Context) -> Result<Texts, Failure> {
    let tree = Tree::open(&context.root).map_err(|error| {
        Failure::new(Code::NotSaved, format!("the workspace cannot be read: {error}"))
    })?;
    let loaded: HashMap<&str, u64> =
        context.files.iter().map(|it| (it.path.as_str(), it.identity)).collect();
    let read = |path: &str| {
        let text = tree.text(path);
        text.ok().filter(|text| loaded.get(path) == Some(&identity(text))).ok_or_else(|| {
            let message = format!("{path} was changed while segctl looked at the live system");
            Failure::new(Code::NotSaved, message).help("run the command again")
        })
    };
    let mut texts = Texts::default();
    let file = Files::default().add("", "");
    let paths: BTreeSet<&str> = context.names.iter().map(|it| it.path.as_str()).collect();
    for path in paths {
        let text = read(path)?;
        for node in document::parse(file, &text, &mut vec![]) {
            for (named, _) in values_from_paths(&node) {
                let values = beside(path, &named);
                if let Entry::Vacant(vacant) = texts.values.entry(values) {
                    let text = read(vacant.key())?;
                    vacant.insert(text);
                }
            }
        }
        texts.documents.insert(path.to_owned(), text);
    }
    Ok(texts)
}

/// Writes the files of an update, unless it is only to be shown.
fn finish(args: &ImportArgs, context: &Context, mut update: Update) -> Result<Updated, Failure> {
    if !args.diff {
        write(context, &update.files, &Interrupt::listen())?;
    }
    let veil = context.veil();
    let cover = veil.over(&context.files);
    for file in &mut update.files {
        let (before, after) = &file.shown;
        let covered = |text: &str| cover.file(&file.path, text);
        file.shown = (covered(before), covered(after));
    }
    let is_written = !args.diff && !update.files.is_empty();
    Ok(Updated { update, is_written })
}

/// Writes all files or none. Each is replaced whole, and only where it is as it was read.
fn write(context: &Context, files: &[UpdatedFile], interrupt: &Interrupt) -> Result<(), Failure> {
    let mut written: Vec<&UpdatedFile> = vec![];
    for file in files {
        let result = if interrupt.asked() {
            Err(Failure::new(Code::Interrupted, "interrupted while files were written"))
        } else {
            exchange(context, &file.path, &file.before, &file.after)
        };
        if let Err(failure) = result {
            let kept = written.iter();
            let kept =
                kept.filter(|it| exchange(context, &it.path, &it.after, &it.before).is_err());
            let kept: Vec<&str> = kept.map(|it| it.path.as_str()).collect();
            let what = if kept.is_empty() {
                "every file is as it was".to_owned()
            } else {
                format!("these are changed: {}", kept.join(", "))
            };
            return Err(Failure { message: format!("{}; {what}", failure.message), ..failure });
        }
        written.push(file);
    }
    Ok(())
}

/// Puts `after` into the place of `before`, behind the byte order mark that stands there.
fn exchange(context: &Context, path: &str, before: &str, after: &str) -> Result<(), Failure> {
    let real = context.root.join(path);
    let as_read = |mark: Option<&str>| match Text::read(&real, path) {
        Ok(now) if now.text == before && mark.is_none_or(|it| it == now.mark) => Ok(now.mark),
        _ => Err(io::Error::other("it was changed meanwhile")),
    };
    let done = as_read(None).and_then(|mark| {
        let content = format!("{mark}{after}");
        replace(&real, &content, Readers::AsUsual, || as_read(Some(mark)).map(drop))
    });
    done.map_err(|error| Failure::new(Code::NotSaved, format!("{path} is left as it is: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn file(path: &str) -> UpdatedFile {
        let [before, after] = ["a: 1\r\n", "a: 2\r\n"].map(str::to_owned);
        let shown = (before.clone(), after.clone());
        UpdatedFile { path: path.to_owned(), before, after, shown, documents: vec![] }
    }

    /// Writes two files whose contents on disk are these, and gives what stands there then.
    fn written(name: &str, contents: [&str; 2]) -> (Result<(), Failure>, [String; 2]) {
        let root = std::env::temp_dir().join(format!("segctl-{name}-{}", std::process::id()));
        fs::create_dir_all(&root).expect("a folder");
        let paths = ["a.yaml", "b.yaml"];
        for (path, content) in paths.iter().zip(contents) {
            fs::write(root.join(path), content).expect("a file");
        }
        let context = Context { root: root.clone(), ..Context::missing() };
        let done = write(&context, &paths.map(file), &Interrupt::listen());
        let now = paths.map(|it| fs::read_to_string(root.join(it)).expect("it is there"));
        let left = fs::read_dir(&root).expect("a folder").count();
        fs::remove_dir_all(&root).expect("it is ours");
        assert_eq!(left, 2, "nothing else is left there");
        (done, now)
    }

    #[tokio::test]
    async fn files_are_replaced_behind_their_byte_order_mark() {
        let (done, now) = written("update-mark", ["\u{feff}a: 1\r\n", "a: 1\r\n"]);
        assert!(done.is_ok(), "{done:?}");
        assert_eq!(now, ["\u{feff}a: 2\r\n", "a: 2\r\n"]);
    }

    #[tokio::test]
    async fn an_edit_made_meanwhile_is_kept_and_then_no_file_changes() {
        let (done, now) = written("update-meanwhile", ["a: 1\r\n", "a: 1\r\n# Mine.\r\n"]);
        assert_eq!(now, ["a: 1\r\n", "a: 1\r\n# Mine.\r\n"]);
        let said = "b.yaml is left as it is: it was changed meanwhile; every file is as it was";
        assert_eq!(done.expect_err("it cannot be").message, said);
    }
}
