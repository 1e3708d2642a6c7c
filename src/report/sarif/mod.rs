//! Findings as SARIF 2.1.0.

mod format;
mod place;

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use super::findings::{Finding, Level, Rule, findings};
use super::{Report, safe};
use format::{
    AutomationDetails, Configuration, Driver, FindingRow, Help, Invocation, Log, Message,
    ReportingDescriptor, Run, Suppression, Tool, UriBase,
};
use place::{BASE, location, related};

/// Where the schema of the format is published.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The whole of `report`.
pub fn report(report: &Report<'_>) -> String {
    let text = serde_json::to_string_pretty(&log(report)).unwrap_or_default();
    format!("{text}\n")
}

fn log(report: &Report<'_>) -> Log {
    let findings = findings(report);
    let mut rules: Vec<Rule> = vec![];
    for finding in &findings {
        if !rules.contains(&finding.rule) {
            rules.push(finding.rule);
        }
    }
    let row = |it: &Finding| {
        let index = rules.iter().position(|rule| *rule == it.rule).unwrap_or_default();
        result(report, it, index)
    };
    let version = env!("CARGO_PKG_VERSION");
    let run = Run {
        results: findings.iter().map(row).collect(),
        tool: Tool {
            driver: Driver {
                name: "segctl",
                version,
                semantic_version: version,
                rules: rules.iter().copied().map(descriptor).collect(),
            },
        },
        automation_details: AutomationDetails { id: category(report) },
        column_kind: "utf16CodeUnits",
        original_uri_base_ids: BTreeMap::from([(
            BASE,
            UriBase { description: message("The root of the repository.") },
        )]),
        invocations: [Invocation { execution_successful: report.ok }],
    };
    Log { schema: SCHEMA, version: "2.1.0", runs: [run] }
}

/// What tells the runs of this command and workspace from others. It ends with a slash, or GitHub
/// would take the workspace for the name of a single run, and those of a repository for one.
fn category(report: &Report<'_>) -> String {
    let mut id = format!("segctl/{}/", report.command);
    if let Some(workspace) = &report.workspace {
        id.push_str(&safe(workspace));
        id.push('/');
    }
    id
}

fn descriptor(rule: Rule) -> ReportingDescriptor {
    let (why, fix) = (rule.why(), rule.fix());
    let mut markdown = format!("{why}\n\n**What to do:** {fix}\n");
    if let Some(code) = rule.code() {
        markdown = format!("{markdown}\n`segctl explain {}` shows an example.\n", code.name());
    }
    ReportingDescriptor {
        id: rule.id(),
        short_description: message(rule.title()),
        full_description: message(why),
        help: Help { text: fix, markdown },
        default_configuration: Configuration { level: level(rule.level()) },
    }
}

fn result(report: &Report<'_>, finding: &Finding, rule_index: usize) -> FindingRow {
    let others = finding.related.iter().enumerate();
    let others = others.map(|(at, (place, text))| related(report, at + 1, place, line(text)));
    let lines: Vec<String> = finding.lines.iter().map(|it| line(it)).collect();
    let why = finding.suppressed.as_ref();
    FindingRow {
        rule_id: finding.rule.id(),
        rule_index,
        level: level(finding.level),
        message: Message { text: lines.join("\n") },
        locations: [location(report, finding.place.as_ref())],
        related_locations: others.collect(),
        partial_fingerprints: BTreeMap::from([("segctl/v1", fingerprint(finding))]),
        suppressions: why.map(|it| suppression(it)).into_iter().collect(),
    }
}

fn suppression(why: &str) -> Suppression {
    Suppression { kind: "inSource", status: "accepted", justification: line(why) }
}

/// What stays the same as long as the finding is the same, wherever it moves to.
fn fingerprint(finding: &Finding) -> String {
    let hash = Sha256::new().chain_update(finding.rule.id()).chain_update("\n");
    let hash = hash.chain_update(&finding.key).finalize();
    hash[..16].iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}

/// A line of a message. A text in brackets before an address in parentheses would be a link, so a
/// backslash keeps the two apart, as the standard has it.
fn line(text: &str) -> String {
    safe(text).replace("](", "\\](")
}

fn message(text: &str) -> Message {
    Message { text: text.to_owned() }
}

/// The word for a level. Each result is of the kind `fail`, also a step that is to be reviewed: of
/// any other kind a result has no level, and GitHub shows none.
fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::{Finding, Level, Report, Rule, result};
    use crate::diagnostic::{Code, Diagnostic};
    use crate::report::findings::findings;
    use crate::source::Files;

    #[test]
    fn what_is_suppressed_says_why() {
        let files = Files::new();
        let found = [Diagnostic::new(Code::MatchesEveryone, "[x](https://evil.example)")];
        let report =
            Report { diagnostics: Cow::Borrowed(&found), ..Report::new("validate", &files) };
        let all = findings(&report);
        let [finding] = &all[..] else { panic!("{all:?}") };
        let counted = result(&report, finding, 0);
        assert_eq!((counted.level, counted.suppressions.len()), ("error", 0));
        assert_eq!(counted.message.text, "[x\\](https://evil.example)");
        assert_eq!(counted.rule_id, "matches-everyone");
        assert_eq!(
            (finding.level, finding.rule),
            (Level::Error, Rule::Code(Code::MatchesEveryone))
        );
        let finding = Finding { suppressed: Some("a test".to_owned()), ..finding.clone() };
        let row = serde_json::to_value(result(&report, &finding, 0)).expect("it is JSON");
        let wanted = serde_json::json!(
            [{"kind": "inSource", "status": "accepted", "justification": "a test"}]
        );
        assert_eq!(row["suppressions"], wanted);
    }
}
