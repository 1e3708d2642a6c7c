//! `plan --base`: what the revision is called where people read of it, and a name that leads nowhere.

use insta::assert_snapshot;

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

/// Each trouble has its own way out.
#[test]
fn a_repository_that_git_does_not_read_ends_the_command() {
    let workspace = branch();
    let said = |variables: &[(&str, &str)], base: &str| {
        let run = workspace.run_with(&format!("plan --base={base}"), variables);
        let folder = workspace.folder().display().to_string();
        run.to_string().replace(&folder, "FOLDER")
    };
    assert_snapshot!(said(&[("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")], "main"), @"
    --- stderr
    error[base-unreadable]: Git does not read the repository at FOLDER: somebody else owns it
      help: If you trust it, as in a container of a pipeline: git config --global --add safe.directory FOLDER
    --- exit 1
    ");
    assert_snapshot!(said(&[("PATH", "/nowhere")], "main"), @"
    --- stderr
    error[base-unreadable]: `git` cannot be run: No such file or directory (os error 2)
      help: Install Git, or put it on the PATH. Without --base it is not needed.
    --- exit 1
    ");
    for base in ["^main", "main..HEAD", ""] {
        let text = said(&[], base);
        let one =
            "help: Name one commit: a branch, a tag or a hash, such as origin/main or HEAD~1.";
        let named = format!("error[base-unreadable]: `{base}` does not name one revision");
        assert!(text.contains(&named) && text.contains(one), "{text}");
    }
    std::fs::remove_dir_all(workspace.folder().join(".git")).expect("it is there");
    // The folder is one of the repository of this project.
    let above = workspace.folder().parent().expect("it has one").display().to_string();
    assert_snapshot!(said(&[("GIT_CEILING_DIRECTORIES", &above)], "main"), @"
    --- stderr
    error[base-unreadable]: Git does not read the repository of the workspace: not a git repository (or any of the parent directories): .git
      help: Run it in a clone, with its .git. Without --base nothing of Git is needed.
    --- exit 1
    ");
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
