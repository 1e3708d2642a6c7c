//! A report as one HTML page that loads nothing.
//!
//! It runs no script and takes nothing from anywhere: its policy allows its own style sheet alone,
//! by the hash. Every text from elsewhere passes `escape`.

pub(super) mod escape;
mod item;
mod picture;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest as _, Sha256};

use super::review::{Finding, Ignored, Rank, Review, Section, meanings, place};
use super::{Report, Venue};
use escape::{code, escape, link, prose};
use item::{class, item, remark, remarks};
use picture::picture;

/// How everything looks.
const STYLE: &str = include_str!("style.css");

/// The whole of `report`.
pub fn report(report: &Report<'_>) -> String {
    let review = Review::of(report);
    let sections = review.sections.iter();
    let sections: String = sections.map(|it| section(it, &review, &report.venue)).collect();
    format!(
        "{}<body>\n{}<main>\n{}{}{}{sections}</main>\n{}</body>\n</html>\n",
        head(report),
        header(report, &review),
        filter(&review),
        findings(&review.findings, &report.venue),
        ignored(&review.ignored, &report.venue),
        footer(&review)
    )
}

/// What a browser is to know before it shows anything.
fn head(report: &Report<'_>) -> String {
    let hash = BASE64_STANDARD.encode(Sha256::digest(STYLE));
    let workspace = report.workspace.as_deref().unwrap_or_default();
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         style-src 'sha256-{hash}'; img-src data:; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <title>segctl {}: {}</title>\n<link rel=\"icon\" href=\"data:,\">\n\
         <style>{STYLE}</style>\n</head>\n",
        report.command,
        escape(workspace)
    )
}

/// What this is, and what it comes to.
fn header(report: &Report<'_>, review: &Review<'_>) -> String {
    let workspace = report.workspace.as_deref().map(|it| format!(" of {}", code(it)));
    let base = report.base_in_words();
    let base = base.map(|it| format!("<p class=\"base\">Held against {}.</p>\n", code(it)));
    let failure = review.failure.as_ref().map(std::slice::from_ref).map(remarks);
    format!(
        "<header>\n<p class=\"command\">segctl {}{}</p>\n<h1>{}</h1>\n\
         <p class=\"summary\">{}</p>\n{}{}</header>\n",
        report.command,
        workspace.unwrap_or_default(),
        review.title,
        prose(&review.summary),
        base.unwrap_or_default(),
        failure.unwrap_or_default()
    )
}

/// What there is of each rank, and a choice to see only that; it needs no script.
fn filter(review: &Review<'_>) -> String {
    let mut counts: BTreeMap<Rank, usize> = BTreeMap::new();
    for item in review.sections.iter().flat_map(|it| &it.items) {
        *counts.entry(item.rank).or_default() += 1;
    }
    if counts.is_empty() {
        return String::new();
    }
    let choice = |class: &str, name: &str, count: usize, more: &str| {
        format!(
            "<label class=\"{class}\"><input type=\"radio\" name=\"show\" \
             id=\"show-{class}\"{more}><b>{count}</b> {name}</label>\n"
        )
    };
    let mut out = choice("all", "in all", counts.values().sum(), " checked");
    for (rank, count) in counts {
        let (class, name) = class(rank);
        out.push_str(&choice(class, name, count, ""));
    }
    format!("<fieldset class=\"filter\"><legend>Show</legend>\n{out}</fieldset>\n")
}

fn findings(findings: &[Finding], venue: &Venue) -> String {
    if findings.is_empty() {
        return String::new();
    }
    let each = findings.iter().map(|it| {
        let place = it.origin.as_ref().map(|origin| {
            let (shown, url) = place(origin, venue, true);
            format!("<span class=\"place\">{}</span> ", link(&shown, url.as_deref()))
        });
        format!("<li>{}{}</li>\n", place.unwrap_or_default(), remark(&it.remark))
    });
    let each: String = each.collect();
    format!("<section>\n<h2>The documents</h2>\n<ul class=\"remarks\">\n{each}</ul>\n</section>\n")
}

/// What comments took out, each with the reason.
fn ignored(ignored: &[Ignored], venue: &Venue) -> String {
    if ignored.is_empty() {
        return String::new();
    }
    let each = ignored.iter().map(|it| {
        let (shown, url) = place(&it.origin, venue, false);
        format!(
            "<li><span class=\"place\">{}</span> <b class=\"tone note\">ignored</b> \
             <code>{}</code> {}<span class=\"help\">reason: {}</span></li>\n",
            link(&shown, url.as_deref()),
            it.code,
            prose(&it.found),
            prose(&it.reason)
        )
    });
    let each: String = each.collect();
    format!(
        "<section>\n<h2>Ignored by comments</h2>\n<ul class=\"remarks\">\n{each}</ul>\n\
         </section>\n"
    )
}

fn section(section: &Section<'_>, review: &Review<'_>, venue: &Venue) -> String {
    let several = review.sections.len() > 1;
    let summary = if several { format!(" {}", prose(&section.summary)) } else { String::new() };
    let items: String = section.items.iter().map(|it| item(it, venue)).collect();
    let items = match items.as_str() {
        "" => items,
        _ => format!("<h3>Step by step</h3>\n<div class=\"items\">\n{items}</div>\n"),
    };
    format!(
        "<section>\n<h2>Target {}</h2>\n<p class=\"system\">{} at {}.{summary}</p>\n{}{}{items}\
         </section>\n",
        code(section.name),
        escape(&section.system),
        code(section.url),
        remarks(&section.remarks),
        picture(section)
    )
}

/// What the words mean that nobody need know.
fn footer(review: &Review<'_>) -> String {
    let meanings: Vec<String> = meanings(&review.sections)
        .into_iter()
        .map(|(word, meaning)| format!("<dt>{word}</dt><dd>{}</dd>\n", prose(meaning)))
        .collect();
    if meanings.is_empty() {
        return String::new();
    }
    format!("<footer>\n<h2>The words</h2>\n<dl>\n{}</dl>\n</footer>\n", meanings.concat())
}
