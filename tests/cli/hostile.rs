//! One workspace and one live system that mean harm, through every output.
//!
//! Whoever may write a segment, or a file of a pull request, must not be able to write lines of a
//! plan, move a reviewer's cursor, mention people, load anything, or command a pipeline.

use comrak::nodes::NodeValue;
use comrak::{Arena, Options, parse_document};
use serde_json::{Value as Json, json};

use super::Workspace;

/// What somebody would like to do harm with.
const EVIL: [&str; 16] = [
    "\u{1b}[2J\u{1b}]8;;https://evil.example\u{7}here",
    "admin\u{202e}gnp",
    "zero\u{200b}width\u{feff}",
    "line\n::set-output name=x::y",
    "::stop-commands::evil",
    "##[add-mask]evil ##vso[task.complete]",
    "</pre></details><script>alert(1)</script>",
    "<img src=https://evil.example/x onerror=alert(1)>",
    "[click](https://evil.example) ![x](https://evil.example/i)",
    "@everyone #1 GH-1 https://evil.example",
    "```\n# Approved\n```",
    "| a | b |\n--> <!-- segctl:plan:acme -->",
    "fill\u{3164}\u{115f}\u{ffa0}\u{2800}er",
    // To Rust each of these is a letter.
    "letters\u{3164}\u{115f}\u{1160}\u{ffa0}\u{13441}",
    "no\u{a0}plain\u{2003}blank\u{3000}",
    "not\u{34f}\u{180b}\u{fe00}\u{fe0f}\u{1d173}\u{e0041}\u{e0101}seen",
];

/// What of it nobody sees.
const UNSEEN: [char; 19] = [
    '\u{200b}',
    '\u{202e}',
    '\u{feff}',
    '\u{3164}',
    '\u{115f}',
    '\u{1160}',
    '\u{13441}',
    '\u{ffa0}',
    '\u{2800}',
    '\u{a0}',
    '\u{2003}',
    '\u{3000}',
    '\u{34f}',
    '\u{180b}',
    '\u{fe00}',
    '\u{fe0f}',
    '\u{1d173}',
    '\u{e0041}',
    '\u{e0101}',
];

const FORMS: [&str; 6] = ["text", "json", "markdown", "github", "sarif", "html"];

/// A workspace whose every free text is evil, on a system whose every text is too.
fn shop() -> Workspace {
    let evil = || EVIL.iter().enumerate();
    let segments: Vec<Json> = evil()
        .map(|(at, text)| {
            json!({
                "name": format!("{at} {text}"), "description": text,
                "constraints": [{"contextName": text, "operator": "IN", "values": [text]}],
            })
        })
        .collect();
    // The rule of a flag with an evil name uses an evil segment.
    let name = |at: usize| segments[at]["name"].clone();
    let flags = json!({
        "features": [{
            "name": "new-checkout",
            "strategies": {"production": EVIL.map(|text| json!({"name": "default", "title": text}))},
        }, {
            "name": "flag<b>@everyone",
            "strategies": {"production": [{"name": "default", "segments": [name(6), name(9)]}]},
        }],
        "segments": segments,
    });
    let workspace =
        Workspace::sandbox().with("flags.yaml", serde_yaml::to_string(&flags).expect("YAML"));
    for (at, text) in evil() {
        let head = |kind: &str, name: &str| {
            json!({
                "apiVersion": "segctl.dev/v1", "kind": kind,
                "metadata": {"name": name, "labels": {"team": text}},
            })
        };
        let mut document = head("Segment", &format!("s{at}"));
        document["spec"] = json!({
            "description": format!("{text} (Git)"),
            "unleash": {
                "name": format!("{at} {text}"),
                "constraints": [{"contextName": text, "operator": "IN", "values": [text, "more"]}],
            },
        });
        let mut attachment = head("Attachment", &format!("a{at}"));
        attachment["spec"] = json!({
            "segments": [format!("s{at}")],
            "unleash": {
                "feature": "new-checkout", "environment": "production",
                "strategy": {"title": text},
            },
        });
        let texts = [document, attachment].map(|it| serde_yaml::to_string(&it).expect("YAML"));
        workspace.write(&format!("docs/{at}.yaml"), texts.join("---\n"));
    }
    workspace
}

/// Mistakes beside evil texts, in a file with an evil name.
fn broken() -> Workspace {
    let workspace = Workspace::sandbox();
    for (at, text) in EVIL.into_iter().enumerate() {
        let document = json!({
            "apiVersion": "segctl.dev/v1", "kind": text, "metadata": {"name": text, text: text},
            "spec": {"allow": [text], "unleash": {"constraints": [{"operator": text}], text: text}},
        });
        let text = serde_yaml::to_string(&document).expect("YAML");
        workspace.write(&format!("docs/{at}-@everyone [x](y) ::error::.yaml"), text);
    }
    workspace
}

/// What is wrong with `output` in a form, if anything.
fn harm(form: &str, output: &str) -> Option<String> {
    let acts = |it: char| it != '\n' && (it.is_control() || UNSEEN.contains(&it));
    if let Some(character) = output.chars().find(|it| acts(*it)) {
        return Some(format!("{character:?} acts on a terminal"));
    }
    if (output.contains("##[add-mask]") || output.contains("##vso["))
        && form != "html"
        && form != "markdown"
    {
        return Some("a pipeline sees a command".to_owned());
    }
    let command = |line: &&str| line.trim_start().starts_with("::");
    let ours =
        |line: &str| ["::error ", "::warning ", "::notice "].iter().any(|it| line.starts_with(it));
    if let Some(line) =
        output.lines().find(|line| command(line) && !(form == "github" && ours(line)))
    {
        return Some(format!("a pipeline sees a command in `{line}`"));
    }
    match form {
        "json" | "sarif" => serde_json::from_str::<Json>(output).err().map(|it| it.to_string()),
        "github" => {
            output.lines().find(|it| !ours(it)).map(|it| format!("`{it}` is no annotation"))
        }
        "html" => ["<script", "<img", "<a href=\"https://evil", "src=\"http"]
            .into_iter()
            .find(|it| output.contains(it))
            .map(str::to_owned),
        "markdown" => markdown_harm(output),
        _ => None,
    }
}

/// What a reader of Markdown would see that is not ours.
fn markdown_harm(output: &str) -> Option<String> {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.autolink = true;
    let arena = Arena::new();
    let root = parse_document(&arena, output, &options);
    let mut markers = 0;
    for node in root.descendants() {
        match &node.data.borrow().value {
            NodeValue::Link(link) | NodeValue::Image(link) if link.url.contains("evil") => {
                return Some(format!("a link to {}", link.url));
            }
            NodeValue::HtmlInline(html) => {
                markers += html.matches("<!-- segctl:").count();
                if let Some(bad) = markup(html) {
                    return Some(bad);
                }
            }
            NodeValue::HtmlBlock(html) => {
                markers += html.literal.matches("<!-- segctl:").count();
                if let Some(bad) = markup(&html.literal) {
                    return Some(bad);
                }
            }
            NodeValue::Text(text) if text.contains("@everyone") => {
                return Some(format!("a mention in `{text}`"));
            }
            _ => {}
        }
    }
    (markers != 1).then(|| format!("{markers} markers"))
}

fn markup(html: &str) -> Option<String> {
    let bad = ["<script", "<img", "onerror"].into_iter().find(|it| html.contains(it));
    bad.map(|bad| format!("{bad} in {html}"))
}

#[test]
fn no_output_does_harm() {
    let (shop, broken) = (shop(), broken());
    let mut wrong = vec![];
    let mut check = |form: &str, what: &str, output: &str| {
        if let Some(harm) = harm(form, output) {
            wrong.push(format!("{what} -o {form}: {harm}"));
        }
    };
    for form in FORMS {
        for command in ["plan", "plan --adopt-all", "drift", "validate"] {
            let run = shop.run(&format!("{command} -o {form}"));
            check(form, command, &run.stdout);
            check("text", command, &run.stderr);
            assert!(!run.stdout.is_empty() || form == "github", "{command} -o {form} says nothing");
        }
        let run = broken.run(&format!("validate -o {form}"));
        assert_eq!(run.code, Some(3), "{run}");
        check(form, "validate of mistakes", &run.stdout);
        check("text", "validate of mistakes", &run.stderr);
    }
    let reports: Vec<String> =
        FORMS.iter().map(|form| format!("--report {form}=report.{form}")).collect();
    let run = shop.run(&format!("apply --adopt-all --auto-approve {}", reports.join(" ")));
    check("text", "apply", &run.stdout);
    check("text", "apply", &run.stderr);
    for form in FORMS {
        let path = shop.folder().join(format!("report.{form}"));
        let report = std::fs::read_to_string(path).expect("a report");
        check(form, "apply --report", &report);
    }
    assert!(run.stdout.contains("adopted"), "the evil was done: {run}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_would_do_harm_is_seen() {
    assert!(harm("text", "a\u{1b}[2J").is_some());
    assert!(harm("text", "a\n  ::error::b").is_some());
    assert!(harm("json", "{\"a\": \"##[add-mask]x\"}").is_some());
    assert!(harm("html", "<p><img src=x>").is_some());
    let marker = "<!-- segctl:plan:acme -->\n";
    assert!(harm("markdown", marker).is_none());
    for text in
        ["hello @everyone", "[a](https://evil.example)", "<script>", "\n<!-- segctl:plan:x -->"]
    {
        assert!(harm("markdown", &format!("{marker}\n{text}")).is_some(), "{text}");
    }
}
