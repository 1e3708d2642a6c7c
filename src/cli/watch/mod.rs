//! `segctl watch`: applies when files change, until Ctrl-C.
//!
//! Each turn reads all files again, behind a sentinel that is set up before: a change that comes
//! too late for the reading is a nudge for the next turn. Documents with a mistake are reported,
//! and what they said when all of them were right stays the desired state.

mod early;
mod pass;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use clap::builder::FalseyValueParser;
use tokio::time::{Instant, sleep_until};

use super::args::{Global, Look, Output, Source};
use super::context::Context;
use super::exit::Exit;
use super::interrupt::Interrupt;
use super::output;
use super::place::Place;
use super::progress::{Shown, Status};
use crate::document::{self, Interval};
use crate::provider::Failure;
use crate::report::{Reason, text};
use crate::source::{Files, SourceFile};
use crate::watch::{Backoff, Seen, Sentinel, settle};
use crate::workspace::Selector;
use pass::{Ended, Passes};

/// How often files are read again because they moved while they were read.
const READ_AT_MOST: usize = 5;

/// Options of `watch`.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  \
                        segctl watch -t local                    apply whenever a file is saved\n  \
                        segctl watch -t staging --interval 5m    and take back what people change\n  \
                        segctl watch -t production --dry-run     only show what would be done\n\n\
                        watch creates, updates and attaches. It never prunes and never adopts, and a plan that\n\
                        trips the guard waits for `segctl apply --force-guard`.")]
pub(super) struct WatchArgs {
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    look: Look,
    /// Also look every so often, and take back what people changed: `30s`, `5m`, `1h`
    #[arg(long, value_name = "TIME", env = "SEGCTL_INTERVAL")]
    interval: Option<Interval>,
    /// Look at the files by the clock too, where the file system tells nothing (NFS, SMB)
    #[arg(long, value_name = "TIME", env = "SEGCTL_POLL")]
    poll: Option<Interval>,
    /// Show what would be done, and do nothing
    #[arg(long, env = "SEGCTL_DRY_RUN", value_parser = FalseyValueParser::new())]
    dry_run: bool,
    /// Do what can be done although some steps are refused
    #[arg(long, env = "SEGCTL_KEEP_GOING", value_parser = FalseyValueParser::new())]
    keep_going: bool,
}

pub(super) async fn run(global: &Global, args: &WatchArgs) -> Exit {
    let interrupt = Interrupt::listen();
    let first = Place::find(&args.source).and_then(|place| {
        // Without a workspace there is nothing to wait for.
        let Some(place) = place else { return Ok(None) };
        let context = load(&place, args, &|_| ())?;
        Ok(Some((place, context)))
    });
    let (place, first) = match first {
        Ok(Some(first)) => first,
        Ok(None) => {
            let missing = Context::missing();
            let mut report = missing.report("watch");
            output::diagnostics(global, &report);
            output::finish(global, &mut report);
            return Exit::Invalid;
        }
        Err(message) => return output::usage(global, "watch", &message),
    };
    if global.output == Output::Text && !global.quiet {
        let targets: Vec<&str> =
            first.selected(&args.source.target).map(|(it, _)| it.name.as_str()).collect();
        output::log(&text::watching(first.name().as_deref(), first.documents, &targets));
    }
    let watch = Watch {
        global,
        args,
        place,
        root: first.root,
        folders: first.folders,
        passes: Passes::new(global, args, &interrupt),
        interrupt: &interrupt,
        good: None,
        seen: None,
        problem: None,
        backoff: Backoff::default(),
        due: None,
        failing: false,
        waiting: false,
        is_broken: false,
    };
    let exit = watch.run().await;
    if exit == Exit::Interrupted && global.output == Output::Text && !global.quiet {
        output::log("Stopped.\n");
    }
    exit
}

/// Loads the workspace at `place`. It is always the same one: where its file is missing, one in a
/// folder above is not meant.
fn load(place: &Place, args: &WatchArgs, on_read: &dyn Fn(&Files)) -> Result<Context, String> {
    let context = Context::load_again(&args.source, place, on_read)?;
    context.check_one_target(&args.source.target)?;
    args.look
        .selector
        .as_deref()
        .map(Selector::parse)
        .transpose()
        .map_err(|error| format!("-l: {error}"))?;
    Ok(context)
}

/// A watch, from one turn to the next.
struct Watch<'a> {
    global: &'a Global,
    args: &'a WatchArgs,
    place: Place,
    root: PathBuf,
    folders: BTreeSet<String>,
    passes: Passes<'a>,
    interrupt: &'a Interrupt,
    /// The documents when all of them were right.
    good: Option<Context>,
    /// What the files said at the last turn; none before the first.
    seen: Option<Seen>,
    /// Why the workspace could not even be loaded, as it was said.
    problem: Option<String>,
    backoff: Backoff,
    /// When the next pass is due although no file changes.
    due: Option<Instant>,
    /// Whether the last pass failed.
    failing: bool,
    /// Whether the last pass ended with something that waits for the user.
    waiting: bool,
    /// Whether the documents are invalid.
    is_broken: bool,
}

impl Watch<'_> {
    async fn run(mut self) -> Exit {
        let mut reason = Reason::Start;
        loop {
            let interrupt = self.interrupt;
            let read = tokio::select! {
                () = interrupt.wait() => return Exit::Interrupted,
                read = self.read() => read,
            };
            let sentinel = match read {
                Ok((sentinel, context)) => {
                    self.turn(reason, context).await;
                    Some(sentinel)
                }
                Err(failure) => {
                    output::failure(self.global, "watch", &failure);
                    if reason == Reason::Start {
                        return Exit::of_failure(&failure);
                    }
                    self.try_again();
                    None
                }
            };
            if self.interrupt.asked() {
                return Exit::Interrupted;
            }
            let status = self.status();
            reason = tokio::select! {
                () = self.interrupt.wait() => return Exit::Interrupted,
                () = self.moved(sentinel.as_ref()) => Reason::Files,
                () = until(self.due) => if self.failing { Reason::Retry } else { Reason::Interval },
            };
            drop(status);
        }
    }

    /// Reads all files, behind a sentinel that notes whatever moves from then on.
    async fn read(&mut self) -> Result<(Sentinel, Result<Context, String>), Failure> {
        let mut left = READ_AT_MOST;
        loop {
            let sentinel = Sentinel::over(&self.root, &self.folders)?;
            let written = sentinel.git().written();
            let on_read = |files: &Files| self.look_early(files);
            let context = tokio::task::block_in_place(|| load(&self.place, self.args, &on_read));
            left -= 1;
            if let Ok(context) = &context
                && context.folders != self.folders
            {
                self.folders.clone_from(&context.folders);
                left = left.max(1);
                continue;
            }
            let git_writes = sentinel.git().wrote_since(&written);
            if git_writes || (left > 0 && sentinel.was_nudged()) {
                left += usize::from(git_writes);
                settle(&sentinel).await;
                continue;
            }
            return Ok((sentinel, context));
        }
    }

    /// Begins to look at the live systems where `files`, which are not understood yet, say something
    /// new that is YAML: then there will most likely be a pass.
    fn look_early(&self, files: &Files) {
        let (Some(seen), Some(good), false) = (&self.seen, &self.good, self.is_broken) else {
            return;
        };
        let mut news = seen.news(files).peekable();
        let is_yaml = |file: &SourceFile| {
            let mut wrong = vec![];
            let id = Files::default().add("", "");
            document::parse(id, &file.text, &mut wrong);
            wrong.is_empty()
        };
        if news.peek().is_some() && news.all(is_yaml) {
            self.passes.look_early(good);
        }
    }

    /// Waits until files moved and are at rest again.
    async fn moved(&self, sentinel: Option<&Sentinel>) {
        match sentinel {
            Some(sentinel) => {
                tokio::select! {
                    () = sentinel.nudged() => {}
                    () = until(self.args.poll.map(|every| Instant::now() + every.duration())) => {}
                }
                settle(sentinel).await;
            }
            None => std::future::pending().await,
        }
    }

    /// Does what `reason` calls for.
    async fn turn(&mut self, reason: Reason, context: Result<Context, String>) {
        if reason != Reason::Files {
            self.due = None;
        }
        let is_new = self.take_in(reason, context);
        // A broken edit changes nothing, and nor does a nudge about nothing. The clock brings the
        // last good state back, and tries again what failed.
        if reason == Reason::Files && (self.is_broken || !is_new) {
            self.passes.forget_early();
            return;
        }
        if let Some(good) = &self.good {
            let ended = self.passes.over(good).await;
            self.after_pass(ended);
        }
        self.passes.forget_early();
    }

    /// Takes in what was read, reports what is wrong with it, and says whether it is anything new.
    fn take_in(&mut self, reason: Reason, context: Result<Context, String>) -> bool {
        let context = match context {
            Ok(context) => context,
            Err(message) => {
                let is_new = self.problem.as_ref() != Some(&message);
                self.is_broken = true;
                self.seen = None;
                self.passes.begin(reason, vec![]);
                if is_new {
                    self.passes.report_unusable(&message, self.good.is_some());
                    self.problem = Some(message);
                }
                return is_new;
            }
        };
        self.problem = None;
        let seen = Seen::of(&context.files);
        let files = self.seen.as_ref().map_or_else(Vec::new, |earlier| seen.differences(earlier));
        let is_new = self.seen.is_none() || !files.is_empty();
        self.seen = Some(seen);
        self.passes.begin(reason, files);
        self.is_broken = context.has_errors();
        if !self.is_broken {
            self.good = Some(context);
        } else if is_new {
            self.passes.report_invalid(&context, self.good.is_some());
        }
        is_new
    }

    /// Settles when the next pass is due, whatever the files do until then.
    fn after_pass(&mut self, ended: Ended) {
        self.waiting = ended.waits;
        if ended.failed {
            let wait = self.try_again();
            if self.global.output == Output::Text && !self.global.quiet {
                output::log(&text::next_try(wait));
            }
        } else {
            self.failing = false;
            self.backoff.reset();
            self.due = self.interval().map(|interval| Instant::now() + interval);
        }
    }

    /// Notes a failure, and gives the wait before the next try.
    fn try_again(&mut self) -> Duration {
        let wait = self.backoff.failed();
        self.failing = true;
        self.due = Some(Instant::now() + wait);
        wait
    }

    /// The line at the bottom of a terminal while nothing happens.
    fn status(&self) -> Status {
        let state = if self.is_broken {
            "the documents are invalid"
        } else if self.failing {
            "the last pass failed"
        } else if self.waiting {
            "waiting for you"
        } else {
            "up to date"
        };
        let targets = self.good.iter().flat_map(|it| it.selected(&self.args.source.target));
        let targets: Vec<&str> = targets.map(|(target, _)| target.name.as_str()).collect();
        let line = text::status(&now(), state, &targets);
        Status::show(Shown::of(self.global), line)
    }

    /// How often drift is looked for, if it is.
    fn interval(&self) -> Option<Duration> {
        let of_targets = || {
            let targets = self.good.iter().flat_map(|it| it.selected(&self.args.source.target));
            targets.filter_map(|(target, _)| target.interval).min_by_key(|it| it.duration())
        };
        self.args.interval.or_else(of_targets).map(Interval::duration)
    }
}

/// Waits until then; for ever where there is no such time.
async fn until(due: Option<Instant>) {
    match due {
        Some(due) => sleep_until(due).await,
        None => std::future::pending().await,
    }
}

/// The time of day, as people read it.
fn now() -> String {
    chrono::Local::now().format("%H:%M:%S").to_string()
}
