//! `plan --base`: what the revision is called where people read of it.

use super::base::{commit, git, repository};
use super::{Workspace, segment, users};
use crate::support::scratch::clean;

const FORMS: [&str; 6] = ["text", "markdown", "html", "github", "sarif", "json"];

/// A branch that changes a segment, and lacks the last commit of `main`.
fn branch() -> Workspace {
    let workspace = repository(
        Workspace::sandbox()
            .with("docs/beta.yaml", segment("beta", "", &users("ada")))
            .with("docs/old.yaml", segment("old", "", &users("olga"))),
    );
    git(&workspace, "switch -q -c change");
    workspace.write("docs/beta.yaml", segment("beta", "", &users("ada, ann")));
    workspace.remove("docs/old.yaml");
    commit(&workspace);
    git(&workspace, "switch -q main");
    commit(&workspace);
    git(&workspace, "switch -q change");
    workspace
}

#[test]
fn the_hash_of_a_commit_is_cut_short_for_people() {
    let workspace = branch();
    let mut rev_parse = std::process::Command::new("git");
    rev_parse.args(["rev-parse", "main"]).current_dir(workspace.folder());
    let hash = clean(&mut rev_parse).output().expect("git can be run").stdout;
    let hash = String::from_utf8(hash).expect("text").trim().to_owned();
    let (whole, short) = (hash.as_str(), &hash[..12]);
    for form in FORMS {
        let run = workspace.run(&format!("plan --base {whole} -o {form}"));
        assert_eq!(run.code, Some(0), "{run}");
        let text = run.to_string();
        let whole_in_json = format!("\"base\": \"{whole}\"");
        let shown = text.replace(&whole_in_json, "");
        assert_eq!(form == "json", shown != text, "{form}: {text}");
        assert!(shown.contains(short) && !shown.contains(whole), "{form}: {shown}");
        assert!(shown.contains("base-ahead"), "{form}: {shown}");
    }
    let run = workspace.run(&format!("plan --base {whole} --out kept.plan -q"));
    assert_eq!(run.code, Some(0), "{run}");
    let run = workspace.run("apply kept.plan --auto-approve -o markdown");
    let text = run.to_string();
    assert!(text.contains(&format!("Held against `{short}`")) && !text.contains(whole), "{text}");
}

#[test]
fn the_name_of_a_revision_that_names_people_is_covered() {
    let workspace = branch();
    git(&workspace, "branch ada@acme.example main");
    for form in FORMS {
        let run = workspace.run(&format!("plan --base ada@acme.example --out kept.plan -o {form}"));
        assert_eq!(run.code, Some(0), "{run}");
        let text = run.to_string();
        assert!(text.contains("private #2a132241"), "{form}: {text}");
        assert!(!text.contains("ada@"), "{form}: {text}");
    }
    for form in ["text", "markdown"] {
        let run = workspace.run(&format!("apply kept.plan --auto-approve -o {form}"));
        assert!(!run.to_string().contains("ada@"), "{run}");
    }
    let shown = workspace.run("plan --base ada@acme.example --show-values -o markdown");
    assert!(shown.to_string().contains("Held against `ada@acme.example`"), "{shown}");
}
