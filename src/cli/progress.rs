//! Progress of what takes longer than a second: a bar on a terminal, plain lines elsewhere.

use std::io::IsTerminal as _;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{LazyLock, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::args::{Global, Output};
use super::output;
use crate::apply::Outcome;
use crate::plan::Step;
use crate::provider::Answered;
use crate::report::{safe, text};

/// How long a thing takes before it is worth a bar.
const AFTER: Duration = Duration::from_secs(1);
/// How often a bar is drawn.
const EVERY: Duration = Duration::from_millis(100);

/// How much is shown of what is being done, in characters, so that the bar fits a narrow terminal.
const WIDTH: usize = 40;

/// How progress is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// As a bar that moves.
    Bar,
    /// As a line for each step.
    Lines,
    /// Not at all. What fails is said all the same.
    Nothing,
}

/// Where progress would go.
#[derive(Clone, Copy, Debug)]
struct Place {
    is_terminal: bool,
    /// Whether somebody keeps what is printed, as CI does, or the terminal cannot move its cursor.
    is_log: bool,
}

impl Shown {
    /// How progress is shown by a command with these options.
    pub(super) fn of(global: &Global) -> Self {
        let set = |name| std::env::var(name).is_ok_and(|it| !it.is_empty() && it != "false");
        let is_dumb = std::env::var("TERM").is_ok_and(|it| it == "dumb");
        let is_terminal = std::io::stderr().is_terminal();
        Self::at(global, Place { is_terminal, is_log: is_dumb || set("CI") })
    }

    fn at(global: &Global, place: Place) -> Self {
        if global.quiet || global.output != Output::Text {
            Self::Nothing
        } else if place.is_terminal && !place.is_log {
            Self::Bar
        } else {
            Self::Lines
        }
    }
}

/// All bars of this process; they share the terminal.
static BARS: LazyLock<MultiProgress> =
    LazyLock::new(|| MultiProgress::with_draw_target(ProgressDrawTarget::stderr()));
/// Whether there was ever a bar.
static ANY: AtomicBool = AtomicBool::new(false);

/// Prints while no bar is on the terminal.
pub(super) fn aside<T>(print: impl FnOnce() -> T) -> T {
    if ANY.load(Ordering::SeqCst) { BARS.suspend(print) } else { print() }
}

/// A bar that leaves the terminal when it is dropped, by Ctrl-C too.
struct Bar(ProgressBar);

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
        BARS.remove(&self.0);
    }
}

fn bar(template: &str, length: Option<u64>) -> Bar {
    ANY.store(true, Ordering::SeqCst);
    let style = ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_spinner())
        .progress_chars("=> ")
        .tick_chars("|/-\\ ");
    let bar = ProgressBar::with_draw_target(length, ProgressDrawTarget::hidden());
    Bar(BARS.add(bar.with_style(style)))
}

/// A status line that stands at the bottom of a terminal for as long as it lives.
#[must_use = "it is taken off when it is dropped"]
pub(super) struct Status {
    _line: Option<Bar>,
}

impl Status {
    /// Shows `message`, which is safe on a terminal; nothing where nobody watches.
    pub(super) fn show(shown: Shown, message: String) -> Self {
        let line = (shown == Shown::Bar).then(|| bar("{wide_msg}", None));
        if let Some(Bar(bar)) = &line {
            bar.set_message(message);
            bar.tick();
        }
        Self { _line: line }
    }
}

/// Does `work`, and calls `tick` now and then once it takes long.
async fn watched<T>(work: impl Future<Output = T>, tick: impl Fn()) -> T {
    let mut work = pin!(work);
    let started = Instant::now();
    let mut ticks = tokio::time::interval(EVERY);
    loop {
        tokio::select! {
            biased;
            result = &mut work => return result,
            _ = ticks.tick() => if started.elapsed() >= AFTER { tick() },
        }
    }
}

/// Does `work`, which reads the target `name`, and shows how far it is.
pub(super) async fn reading<T>(
    shown: Shown,
    name: &str,
    answered: impl Fn() -> Answered,
    work: impl Future<Output = T>,
) -> T {
    if shown != Shown::Bar {
        return work.await;
    }
    let spinner = OnceLock::new();
    let tick = || {
        let spinner = spinner.get_or_init(|| bar("{spinner} {wide_msg}", None));
        spinner.0.set_message(read_so_far(name, answered()));
        spinner.0.tick();
    };
    watched(work, tick).await
}

fn read_so_far(name: &str, answered: Answered) -> String {
    let Answered { done, asked } = answered;
    format!("reading {}: {done} of {asked} requests", safe(name))
}

/// The progress of an apply.
pub(super) struct Steps {
    shown: Shown,
    /// What stands before each line.
    label: String,
    total: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    done: usize,
    /// What has begun and not ended, the latest last.
    running: Vec<String>,
    /// What is to be said when no bar comes up: whether it is a failure, and the line.
    held: Vec<(bool, String)>,
    bar: Option<Bar>,
}

impl Steps {
    /// The progress of so many steps. Of a target that is one of several, the name stands before
    /// each line, and no bar is drawn: it would be one of several too.
    pub(super) fn new(shown: Shown, total: usize, one_of_several: Option<&str>) -> Self {
        let label = one_of_several.map(|name| format!("{}: ", safe(name))).unwrap_or_default();
        let shown = match shown {
            Shown::Bar if one_of_several.is_some() => Shown::Lines,
            shown => shown,
        };
        Self { shown, label, total, state: Mutex::default() }
    }

    /// Does `work`, which is an apply that reports to this value.
    pub(super) async fn during<T>(&self, work: impl Future<Output = T>) -> T {
        if self.shown != Shown::Bar {
            return work.await;
        }
        let result = watched(work, || self.draw()).await;
        let mut state = self.state();
        drop(state.bar.take());
        // It was quick, so what was done is told as elsewhere.
        for (_, line) in state.held.drain(..) {
            output::log(&line);
        }
        result
    }

    /// A step is sent.
    pub(super) fn began(&self, step: &Step) {
        self.state().running.push(text::doing(step));
    }

    /// A step has an outcome.
    pub(super) fn ended(&self, step: &Step, outcome: &Outcome) {
        let failed = matches!(outcome, Outcome::Failed(_));
        let line = format!("{}{}", self.label, text::progress(step, outcome));
        let mut state = self.state();
        state.running.retain(|it| *it != text::doing(step));
        state.done += usize::from(step.refusal.is_none());
        match self.shown {
            Shown::Bar if state.bar.is_none() => state.held.push((failed, line)),
            Shown::Lines => output::log(&line),
            Shown::Bar | Shown::Nothing if failed => output::log(&line),
            Shown::Bar | Shown::Nothing => {}
        }
    }

    fn draw(&self) {
        let mut state = self.state();
        if state.bar.is_none() {
            // The bar tells what is done from here on, and what failed stays above it.
            let held = std::mem::take(&mut state.held);
            for (_, line) in held.into_iter().filter(|(failed, _)| *failed) {
                output::log(&line);
            }
            let total = u64::try_from(self.total).unwrap_or(u64::MAX);
            state.bar = Some(bar("[{bar:24}] {pos}/{len} {msg}", Some(total)));
        }
        if let Some(Bar(bar)) = &state.bar {
            bar.set_position(u64::try_from(state.done).unwrap_or(u64::MAX));
            let message = current(&state.running, state.done >= self.total);
            bar.set_message(output::veil(&[]).text(&message));
            bar.tick();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is being done.
fn current(running: &[String], is_last: bool) -> String {
    match running.last() {
        Some(step) => step.chars().take(WIDTH).collect(),
        None if is_last => "reading again".to_owned(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::Color;

    fn global(output: Output, quiet: bool) -> Global {
        Global {
            output,
            color: Color::Always,
            quiet,
            verbose: true,
            show_values: false,
            report: vec![],
            artifact_url: None,
            timeout: 60,
        }
    }

    #[test]
    fn a_bar_is_for_people_who_watch() {
        let terminal = Place { is_terminal: true, is_log: false };
        let ci = Place { is_terminal: true, is_log: true };
        let file = Place { is_terminal: false, is_log: false };
        let text = global(Output::Text, false);
        let shown = [terminal, ci, file].map(|place| Shown::at(&text, place));
        assert_eq!(shown, [Shown::Bar, Shown::Lines, Shown::Lines]);
        for silent in [global(Output::Json, false), global(Output::Text, true)] {
            let shown = [terminal, ci, file].map(|place| Shown::at(&silent, place));
            assert_eq!(shown, [Shown::Nothing; 3]);
        }
    }

    #[test]
    fn what_comes_from_a_file_is_safe_on_a_terminal() {
        let answered = Answered { done: 1, asked: 2 };
        assert_eq!(read_so_far("a\u{1b}b", answered), "reading a\\u{1b}b: 1 of 2 requests");
    }
}
