//! One object: its row in the table, and what is folded away below.

use super::escape::{block, cell, clip, code, link, sentence};
use crate::desired::Origin;
use crate::plan::{Action, Effect, ObjectKind};
use crate::report::html::escape::escape;
use crate::report::review::{self, Ignored, Item, Line, Reach, Remark};
use crate::report::text;
use crate::report::venue::Venue;

/// How many flags a row names before it counts the rest.
const IN_ROW: usize = 3;

/// How many flags the details name.
const IN_DETAILS: usize = 30;

/// How many remarks the details have.
const REMARKS: usize = 10;

/// The most characters of a line of a diff.
const LINE: usize = 240;

/// The head of the table.
pub(super) const HEAD: &str = "| Step | Object | Who gets in | Why | Where it reaches |\n\
                               | --- | --- | --- | --- | --- |\n";

/// The row of the table.
pub(super) fn row(item: &Item<'_>) -> String {
    let step = format!("{} {}", icon(item), item.verb);
    let object = format!("{}{}", text::kind(item.kind), code(item.name));
    let cells = [step, object, audience(item), item.why.clone(), reaches(item, IN_ROW)];
    let cells: Vec<String> = cells.iter().map(|it| cell(it)).collect();
    format!("| {} |\n", cells.join(" | "))
}

/// What is folded away, with its summary.
pub(super) fn details(item: &Item<'_>, venue: &Venue) -> String {
    let name = escape(&clip(item.name, 200));
    let kind = text::kind(item.kind);
    let effect = match item.effect {
        Some(effect) => format!(", {}", effect.name()),
        None if item.is_unproven => ", not proven".to_owned(),
        None => String::new(),
    };
    let verb = &item.verb;
    let mut out = format!(
        "<details><summary>{} {verb}: {kind}<code>{name}</code>{effect}</summary>\n\n",
        icon(item)
    );
    out.push_str(&facts(item, venue));
    if !item.lines.is_empty() {
        let lines: Vec<String> = item.lines.iter().map(line).collect();
        out.push_str(&block("diff", &lines));
        out.push('\n');
    }
    out.push_str("</details>\n\n");
    out
}

/// A remark as an item of a list.
pub(super) fn remark(remark: &Remark) -> String {
    let code = remark.code.map(|it| format!(" `{it}`")).unwrap_or_default();
    let help = remark.help.as_deref().map(|it| format!("<br>help: {}", sentence(it)));
    let help = help.unwrap_or_default();
    format!("- **{}**{code}: {}{help}\n", remark.word, sentence(&remark.text))
}

/// What a comment took out, as an item of a list.
pub(super) fn ignored(ignored: &Ignored, venue: &Venue) -> String {
    format!(
        "- {}<br>**ignored** `{}`: {}<br>reason: {}\n",
        place(&ignored.origin, venue, false),
        ignored.code,
        sentence(&ignored.found),
        sentence(&ignored.reason)
    )
}

/// A place in a file, with a link where its address is known.
pub(super) fn place(origin: &Origin, venue: &Venue, column: bool) -> String {
    let (shown, url) = review::place(origin, venue, column);
    link(&shown, url.as_deref())
}

fn facts(item: &Item<'_>, venue: &Venue) -> String {
    let mut facts: Vec<String> = item.remarks.iter().take(REMARKS).map(remark).collect();
    if item.remarks.len() > REMARKS {
        facts.push(format!("- {} more remarks\n", item.remarks.len() - REMARKS));
    }
    if let Some(written) = &item.written {
        let (shown, url) = review::written_in(written, venue);
        facts.push(format!("- {} {}\n", written.verb(), link(&shown, url.as_deref())));
    }
    facts.extend(item.reasons.iter().map(|it| format!("- why: {}\n", sentence(it))));
    if item.kind == ObjectKind::Attachment {
        facts.push(format!("- rule: {}\n", sentence(item.key)));
    } else if item.key != item.name {
        facts.push(format!("- called {} in the live system\n", code(item.key)));
    }
    if !item.reaches.is_empty() {
        facts.push(format!("- reaches {}\n", reaches(item, IN_DETAILS)));
    }
    if facts.is_empty() { String::new() } else { format!("{}\n", facts.concat()) }
}

fn line(line: &Line) -> String {
    let text = format!("{} {}", line.sign.character(), crate::report::safe(&line.text));
    clip(&text, LINE).trim_end().to_owned()
}

/// What it does to the audience.
fn audience(item: &Item<'_>) -> String {
    match item.effect {
        Some(Effect::Narrows) => "narrows".to_owned(),
        Some(effect) => format!("**{}**", effect.name()),
        None if item.is_unproven => "not proven".to_owned(),
        None => String::new(),
    }
}

/// The flags and environments, as many as `most`.
fn reaches(item: &Item<'_>, most: usize) -> String {
    let named: Vec<String> = item.reaches.iter().take(most).map(reach).collect();
    let rest = item.reaches.len().saturating_sub(most);
    let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    format!("{}{more}", named.join(", "))
}

fn reach(reach: &Reach<'_>) -> String {
    let remark = reach.how.remark().map(|it| format!(" ({it})")).unwrap_or_default();
    format!("{} in {}{remark}", code(&reach.place.flag), code(&reach.place.environment))
}

/// A sign that is seen from afar.
fn icon(item: &Item<'_>) -> &'static str {
    let verb = item.verb.as_str();
    if verb.ends_with("refused") || verb.ends_with("failed") {
        return "⛔";
    }
    match item.action {
        _ if verb.ends_with("skipped") => "⏩",
        Some(action) if verb == action.done() => "✅",
        Some(Action::Create) => "➕",
        Some(Action::Delete) => "❌",
        Some(Action::Update | Action::Adopt) => "📝",
        Some(Action::Attach) => "🔗",
        Some(Action::Allocate | Action::Refresh) => "🔄",
        None if verb == "changed by hand" => "✋",
        None if verb == "orphan" => "⚪",
        None => "❔",
    }
}
