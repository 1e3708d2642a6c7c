//! One object: what is seen of it at once, and what opens below.

use std::fmt::Write as _;

use super::escape::{code, escape, link, prose};
use crate::plan::{Effect, ObjectKind, Written};
use crate::report::Venue;
use crate::report::review::{Item, Line, Rank, Reach, Remark, Sign, written_in};
use crate::report::text;

/// How many flags are named at once.
const AT_ONCE: usize = 2;

/// How many flags are named below.
const BELOW: usize = 200;

/// The class of a rank, and what it is called.
pub(super) fn class(rank: Rank) -> (&'static str, &'static str) {
    match rank {
        Rank::Stopped => ("stopped", "refused or failed"),
        Rank::Skipped => ("skipped", "skipped"),
        Rank::Widens => ("widens", "widens"),
        Rank::Unproven => ("unproven", "replaces, or not proven"),
        Rank::Deletes => ("deletes", "deletes"),
        Rank::Changes => ("changes", "changes"),
        Rank::Creates => ("creates", "creates"),
        Rank::Rest => ("rest", "other"),
    }
}

/// An object that opens.
pub(super) fn item(item: &Item<'_>, venue: &Venue) -> String {
    let (class, _) = class(item.rank);
    let object = format!("{}{}", text::kind(item.kind), code(item.name));
    let mut out = format!(
        "<details class=\"item {class}\"><summary><span class=\"verb\">{}</span> \
         <span class=\"object\">{object}</span>{}{}{}</summary>\n<div class=\"body\">\n",
        escape(&item.verb),
        effect(item),
        why(item),
        at_once(item)
    );
    out.push_str(&remarks(&item.remarks));
    out.push_str(&facts(item, venue));
    if !item.lines.is_empty() {
        let lines: Vec<String> = item.lines.iter().map(line).collect();
        let _ = writeln!(out, "<pre class=\"diff\">{}</pre>", lines.concat());
    }
    out.push_str("</div></details>\n");
    out
}

/// Remarks, as a list.
pub(super) fn remarks(remarks: &[Remark]) -> String {
    if remarks.is_empty() {
        return String::new();
    }
    let each: Vec<String> = remarks.iter().map(|it| format!("<li>{}</li>\n", remark(it))).collect();
    format!("<ul class=\"remarks\">\n{}</ul>\n", each.concat())
}

/// A remark with its code and what to do about it.
pub(super) fn remark(remark: &Remark) -> String {
    let code = remark.code.map(|it| format!(" <code>{it}</code>")).unwrap_or_default();
    let help = remark.help.as_deref();
    let help = help.map(|it| format!("<span class=\"help\">{}</span>", prose(it)));
    format!(
        "<b class=\"tone {}\">{}</b>{code} {}{}",
        remark.tone.name(),
        remark.word,
        prose(&remark.text),
        help.unwrap_or_default()
    )
}

fn effect(item: &Item<'_>) -> String {
    let (class, word) = match item.effect {
        Some(effect @ Effect::Narrows) => ("quiet", effect.name()),
        Some(effect) => ("loud", effect.name()),
        None if item.is_unproven => ("loud", "not proven"),
        None => return String::new(),
    };
    format!(" <span class=\"effect {class}\">{word}</span>")
}

fn why(item: &Item<'_>) -> String {
    match item.why.as_str() {
        "" => String::new(),
        why => format!(" <span class=\"why\">{}</span>", escape(why)),
    }
}

/// The flags that are named at once, and how many more there are.
fn at_once(item: &Item<'_>) -> String {
    if item.reaches.is_empty() {
        return String::new();
    }
    let named: Vec<String> = item.reaches.iter().take(AT_ONCE).map(reach).collect();
    let rest = item.reaches.len().saturating_sub(AT_ONCE);
    let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    format!(" <span class=\"reach\">{}{more}</span>", named.join(", "))
}

fn reach(reach: &Reach<'_>) -> String {
    let remark = reach.how.remark().map(|it| format!(" ({it})")).unwrap_or_default();
    format!("{} in {}{remark}", code(&reach.place.flag), code(&reach.place.environment))
}

fn facts(item: &Item<'_>, venue: &Venue) -> String {
    let mut facts: Vec<(&str, String)> = vec![];
    if let Some(written) = &item.written {
        let (shown, url) = written_in(written, venue);
        let name = match written {
            Written::Here(_) => "Written in",
            Written::InBase(_) => "Was written in",
        };
        facts.push((name, link(&shown, url.as_deref())));
    }
    if item.reasons.is_empty() && !item.why.is_empty() {
        facts.push(("Why", escape(&item.why)));
    }
    facts.extend(item.reasons.iter().map(|it| ("Why", prose(it))));
    if item.kind == ObjectKind::Attachment {
        facts.push(("Rule", prose(item.key)));
    } else if item.key != item.name {
        facts.push(("In the live system", code(item.key)));
    }
    if !item.reaches.is_empty() {
        let named: Vec<String> = item.reaches.iter().take(BELOW).map(reach).collect();
        let rest = item.reaches.len().saturating_sub(BELOW);
        let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
        facts.push(("Reaches", format!("{}{more}", named.join(", "))));
    }
    if facts.is_empty() {
        return String::new();
    }
    let fact = |(name, fact): &(&str, String)| format!("<dt>{name}</dt><dd>{fact}</dd>\n");
    format!("<dl>\n{}</dl>\n", facts.iter().map(fact).collect::<String>())
}

fn line(line: &Line) -> String {
    let text = escape(&line.text);
    match line.sign {
        Sign::Added => format!("<ins>+ {text}</ins>"),
        Sign::Removed => format!("<del>- {text}</del>"),
        Sign::Same => format!("<span>  {text}</span>"),
    }
}
