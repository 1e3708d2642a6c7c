//! Where text goes: the result to stdout, all else to stderr.

use std::io::{ErrorKind, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use anstream::ColorChoice;
use serde_json::Value as Json;

use super::args::{Color, Global, Output, ReportFile};
use super::exit::Exit;
use super::{progress, whole};
use crate::diagnostic::Code;
use crate::provider::Failure;
use crate::report::json::Envelope;
use crate::report::{
    Report, Veil, diagnostics, github, html, json, markdown, safe, safe_json, sarif, text,
    without_commands,
};
use crate::source::Files;

/// Whether `-q` is given.
static QUIET: AtomicBool = AtomicBool::new(false);

/// Applies `-q` to what is said in passing from now on.
pub(super) fn set_quiet(quiet: bool) {
    QUIET.store(quiet, Ordering::SeqCst);
}

/// Whether `--show-values` is given.
static SHOW_VALUES: AtomicBool = AtomicBool::new(false);

/// Applies `--show-values` to all that is printed from now on.
pub(super) fn set_show_values(show: bool) {
    SHOW_VALUES.store(show, Ordering::SeqCst);
}

/// What covers people, and the values of `private` attributes, unless they are to be shown.
pub(super) fn veil(private: &[String]) -> Veil {
    let lifted = SHOW_VALUES.load(Ordering::SeqCst);
    if lifted { Veil::lifted() } else { Veil::new(private.iter().cloned()) }
}

/// What covers people, and the values of every attribute, unless they are to be shown.
pub(super) fn veil_over_all() -> Veil {
    if SHOW_VALUES.load(Ordering::SeqCst) { Veil::lifted() } else { Veil::of_all() }
}

/// Applies `--color` to everything that is printed from now on.
pub(super) fn set_color(color: Color) {
    let choice = match color {
        Color::Auto => return,
        Color::Always => ColorChoice::Always,
        Color::Never => ColorChoice::Never,
    };
    choice.write_global();
}

/// Prints a result.
pub(super) fn result(text: &str) {
    verbatim(&without_commands(&veil(&[]).text(text)));
}

/// Prints a result as it is: what stands in the program itself, and what was covered before.
pub(super) fn verbatim(text: &str) {
    write(&mut anstream::stdout(), text);
}

/// Prints what is no result.
pub(super) fn log(text: &str) {
    write(&mut anstream::stderr(), &without_commands(&veil(&[]).text(text)));
}

/// Prints that the server asked to wait, unless `-q` is given.
pub(super) fn waiting(what: &str) {
    if !QUIET.load(Ordering::SeqCst) {
        log(&format!("{}\n", safe(what)));
    }
}

/// Prints an error that has no code: a wrong command line, or the machine itself.
pub(super) fn error(message: &str) {
    log(&format!("error: {}\n", safe(message)));
}

/// Ends a command whose command line is wrong, with the envelope in JSON mode.
pub(super) fn usage(global: &Global, command: &'static str, message: &str) -> Exit {
    error(message);
    finish(global, &mut nothing(command, Some(Failure::new(Code::Usage, message))));
    Exit::Usage
}

/// Whether a result could not be written, for instance to a full disk.
static LOST: AtomicBool = AtomicBool::new(false);

/// Whether a result was lost on its way out.
pub(super) fn was_lost() -> bool {
    LOST.load(Ordering::SeqCst)
}

/// A reader that went away wants no more; any other trouble must not look like success.
fn write(to: &mut dyn Write, text: &str) {
    let written = progress::aside(|| to.write_all(text.as_bytes()).and_then(|()| to.flush()));
    if let Err(error) = written
        && error.kind() != ErrorKind::BrokenPipe
    {
        LOST.store(true, Ordering::SeqCst);
    }
}

/// Prints diagnostics in text mode; in other forms they stand in the result.
pub(super) fn diagnostics(global: &Global, report: &Report<'_>) {
    if global.output != Output::Text {
        return;
    }
    let all = &report.diagnostics;
    if global.quiet && all.iter().all(|it| !it.is_error()) {
        return;
    }
    log(&diagnostics::text(all, &report.files));
}

/// Says how many findings comments took out, and with `-v` which.
pub(super) fn suppressed(global: &Global, report: &Report<'_>) {
    if global.output == Output::Text && !global.quiet {
        log(&text::suppressed(report, global.verbose));
    }
}

/// Prints the whole result, but in text mode, where it was printed as it came; and writes the
/// reports that `--report` names.
pub(super) fn finish(global: &Global, report: &mut Report<'_>) {
    if let Some(url) = &global.artifact_url {
        report.venue.whole = Some(url.clone());
    }
    let veil = veil(&[]);
    report.failure = report.failure.take().map(|failure| veil.failure(&failure));
    if global.output != Output::Text {
        verbatim(&in_form(global.output, report));
    }
    for ReportFile { output, path } in &global.report {
        if let Err(failure) = whole::write_report(path, &in_form(*output, report)) {
            LOST.store(true, Ordering::SeqCst);
            log(&text::failure(&failure));
        }
    }
}

/// A report in one of its forms.
fn in_form(output: Output, report: &Report<'_>) -> String {
    match output {
        Output::Text => {
            veil(&[]).text(&anstream::adapter::strip_str(&text::report(report)).to_string())
        }
        Output::Json => json_text(&json::envelope(report)),
        Output::Markdown => markdown::report(report),
        Output::Github => github::report(report),
        Output::Sarif => sarif::report(report),
        Output::Html => html::report(report),
    }
}

fn json_text(envelope: &Envelope) -> String {
    let text = serde_json::to_string_pretty(&covered(envelope)).unwrap_or_default();
    format!("{}\n", safe_json(&text))
}

/// An envelope in which no text names people.
fn covered(envelope: &Envelope) -> Json {
    let mut json = serde_json::to_value(envelope).unwrap_or_default();
    veil(&[]).json(&mut json);
    json
}

/// Prints an envelope.
pub(super) fn json(envelope: &Envelope) {
    verbatim(&json_text(envelope));
}

/// Prints an envelope on one line, for commands that print several.
pub(super) fn json_line(envelope: &Envelope) {
    let text = serde_json::to_string(&covered(envelope)).unwrap_or_default();
    verbatim(&format!("{}\n", safe_json(&text)));
}

/// Says what stopped a command that prints several envelopes before it came to any target.
pub(super) fn failure(global: &Global, command: &'static str, failure: &Failure) {
    match global.output {
        Output::Json => json_line(&json::envelope(&nothing(command, Some(failure.clone())))),
        _ => log(&text::failure(failure)),
    }
}

/// Prints the envelope of a command line that could not be read.
pub(super) fn unreadable_command_line(message: &str) {
    json(&json::envelope(&nothing("segctl", Some(Failure::new(Code::Usage, message)))));
}

/// A report of no target.
pub(super) fn nothing(command: &'static str, failure: Option<Failure>) -> Report<'static> {
    static NO_FILES: Files = Files::new();
    Report { ok: false, failure, ..Report::new(command, &NO_FILES) }
}

/// Prints the requests of each target with `-v`.
pub(super) fn requests(global: &Global, report: &Report<'_>) {
    suppressed(global, report);
    if !global.verbose {
        return;
    }
    for target in &report.targets {
        let each: Vec<String> = target
            .requests
            .0
            .iter()
            .map(|(name, count)| format!("  {count:>5} {name}\n"))
            .collect();
        let total = target.requests.total();
        log(&format!("{}: {total} requests\n{}", target.name, each.concat()));
    }
}
