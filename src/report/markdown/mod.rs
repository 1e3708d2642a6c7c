//! A report as Markdown, for a comment on a pull request.
//!
//! It is never longer than a comment may be: the worst comes first, and what is left out is
//! counted. Every text from elsewhere passes `escape`.

mod cut;
mod escape;
mod item;
#[cfg(test)]
mod tests;

use cut::{Cut, Part};
use escape::{code, sentence};
use item::{HEAD, details, ignored, place, remark, row};

use super::Report;
use super::review::{Finding, Ignored, Rank, Review, Section, address, meanings};
use super::venue::Venue;
use crate::diagnostic::Severity;

/// The most bytes of a report. GitHub takes 65,536 characters, and none has less than a byte.
const LIMIT: usize = 65_000;

/// The whole of `report`, or what is worst in it.
pub fn report(report: &Report<'_>) -> String {
    let review = Review::of(report);
    let head = head(report, &review);
    let foot = foot(&review);
    let mut parts = vec![];
    if !review.findings.is_empty() {
        parts.push(findings(&review.findings, &report.venue));
    }
    if !review.ignored.is_empty() {
        parts.push(all_ignored(&review.ignored, &report.venue));
    }
    let several = review.sections.len() > 1;
    parts.extend(review.sections.iter().map(|it| section(it, several, &report.venue)));
    let pointer = pointer(report);
    let room = LIMIT.saturating_sub(head.len() + foot.len() + 2 * pointer.len());
    let cut = Cut::to(room, &parts);
    let pointer = if cut.is_whole() { String::new() } else { pointer };
    let text = format!("{head}{pointer}{}{foot}", cut.text());
    format!("{}\n", text.trim_end())
}

/// The marker by which a comment is found again, what this is, and what it comes to.
fn head(report: &Report<'_>, review: &Review<'_>) -> String {
    let workspace = report.workspace.as_deref().unwrap_or_default();
    let marker = format!("<!-- segctl:{}:{} -->\n", report.command, in_comment(workspace));
    let of = match workspace {
        "" => String::new(),
        _ => format!(": {}", code(workspace)),
    };
    let base = report.base_in_words().map(|it| format!(" Held against {}.", code(it)));
    let failure = review.failure.as_ref().map(|it| format!("{}\n", remark(it)));
    format!(
        "{marker}### {}{of}\n\n**{}**{}\n\n{}",
        review.title,
        sentence(&review.summary),
        base.unwrap_or_default(),
        failure.unwrap_or_default()
    )
}

/// A name as it stands in a comment of HTML, which nothing in it can end.
fn in_comment(name: &str) -> String {
    let harmless = |it: char| it.is_ascii_alphanumeric() || "-_.".contains(it);
    let name: String = name.chars().map(|it| if harmless(it) { it } else { '_' }).collect();
    name.replace("--", "-_").chars().take(200).collect()
}

/// Where the whole is.
fn pointer(report: &Report<'_>) -> String {
    let whole = report.venue.whole.as_deref().map(|url| match address(url) {
        Some(address) => format!("[the whole of it]({address})"),
        None => format!("the whole of it is at {}", code(url)),
    });
    let whole = whole.map(|it| format!("; {it}")).unwrap_or_default();
    format!(
        "> This is cut to fit a comment, the worst first{whole}. \
         `--report html=FILE` writes a page with everything.\n\n"
    )
}

/// What the words mean that nobody need know.
fn foot(review: &Review<'_>) -> String {
    let meanings: Vec<String> = meanings(&review.sections)
        .into_iter()
        .map(|(word, meaning)| format!("*{word}*: {meaning}."))
        .collect();
    if meanings.is_empty() {
        return String::new();
    }
    format!("<sub>{}</sub>\n", meanings.join(" "))
}

/// The mistakes in the documents, one a line of a list.
fn findings(findings: &[Finding], venue: &Venue) -> Part {
    let mut part = Part::new("#### The documents\n\n".to_owned(), "");
    for finding in findings {
        let place = finding.origin.as_ref().map(|it| format!("{}<br>", place(it, venue, true)));
        let mut line = remark(&finding.remark);
        if let Some(place) = place {
            line.insert_str(2, &place);
        }
        let error = finding.severity == Severity::Error;
        let rank = if error { Rank::Stopped } else { Rank::Changes };
        part.push(rank, finding.severity.name(), line, String::new());
    }
    part
}

/// What comments took out, folded away: a reviewer is to know that it is there.
fn all_ignored(ignored_ones: &[Ignored], venue: &Venue) -> Part {
    let head = "<details><summary>Ignored by comments, with the reasons</summary>\n\n".to_owned();
    let mut part = Part::new(head, "").closed_by("</details>\n\n");
    for it in ignored_ones {
        let rank = if it.is_of_plan { Rank::Unproven } else { Rank::Changes };
        part.push(rank, it.code, ignored(it, venue), String::new());
    }
    part
}

/// A target: its heading, its table, and the details below; what it comes to, where it is not what
/// the whole comes to.
fn section(section: &Section<'_>, one_of_several: bool, venue: &Venue) -> Part {
    let (name, system, url) = (code(section.name), sentence(&section.system), code(section.url));
    let summary = if one_of_several { format!(" {}", section.summary) } else { String::new() };
    let mut head = format!("#### Target {name}\n\n{system} at {url}.{summary}\n\n");
    if !section.remarks.is_empty() {
        head.extend(section.remarks.iter().map(remark));
        head.push('\n');
    }
    let mut part = Part::new(head, HEAD);
    if section.failed {
        part.rank = Rank::Stopped;
    }
    for item in &section.items {
        part.push(item.rank, &item.verb, row(item), details(item, venue));
    }
    part
}
