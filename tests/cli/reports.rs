//! Where `--report` may not write.

use std::os::unix::fs::symlink;

use super::{Workspace, segment, users};

/// Documents, a file of values, and a file that is nobody's.
fn workspace() -> Workspace {
    let listed = segment("beta", "", &users("x")).replace("values: [x]", "valuesFrom: ids.txt");
    let workspace = Workspace::sandbox()
        .with("docs/a.yaml", listed)
        .with("docs/ids.txt", "ada\n")
        .with("elsewhere/b.yaml", segment("gamma", "", &users("bob")))
        .with("old.md", "# Old");
    let folder = workspace.folder();
    symlink(folder.join("docs/a.yaml"), folder.join("link.md")).expect("it can be made");
    assert_eq!(workspace.run("plan -q --out p.json").code, Some(0));
    workspace
}

#[test]
fn no_report_replaces_what_people_wrote() {
    let workspace = workspace();
    let read = |path: &str| std::fs::read_to_string(workspace.folder().join(path)).expect(path);
    let files = ["segctl.yaml", "docs/a.yaml", "elsewhere/b.yaml", "docs/ids.txt", "p.json"];
    let before = files.map(read);
    for (command, path) in [
        ("validate", "segctl.yaml"),
        ("plan", "segctl.yaml"),
        ("plan -t nowhere", "./docs/../segctl.yaml"),
        ("drift", "docs/a.yaml"),
        ("apply --auto-approve", "elsewhere/b.yaml"),
        ("apply p.json", "docs/a.yaml"),
        ("plan", "link.md"),
        ("plan", "docs/ids.txt"),
        ("validate", "docs/ids.txt"),
        ("apply p.json", "p.json"),
        ("plan --out p.json", "./p.json"),
        ("plan --out new.json", "new.json"),
    ] {
        let run = workspace.run(&format!("{command} --report markdown={path}"));
        assert_eq!(run.code, Some(64), "{command} {path}: {run}");
        assert!(run.stderr.starts_with("error: --report: "), "{command} {path}: {run}");
        assert_eq!(files.map(read), before, "{command} {path}");
    }
    let run = workspace.run("plan -o json --report json=segctl.yaml");
    assert!(run.stdout.contains("\"code\": \"usage\""), "{run}");
}

#[test]
fn no_report_replaces_another() {
    let workspace = workspace();
    let run = workspace.run("plan --report markdown=a.md --report html=docs/../a.md");
    assert_eq!(run.code, Some(64), "{run}");
    assert!(run.stderr.contains("two reports go to docs/../a.md, and one would be lost"), "{run}");
    assert!(!workspace.folder().join("a.md").exists());
}

#[test]
fn any_other_file_is_replaced() {
    let workspace = workspace();
    for _ in 0..2 {
        let reports = "--report markdown=old.md --report html=new.html --report text=/dev/null";
        let run = workspace.run(&format!("plan -q {reports} --report json=/dev/null"));
        assert_eq!(run.code, Some(0), "{run}");
        let markdown = std::fs::read_to_string(workspace.folder().join("old.md")).expect("it is");
        assert!(markdown.starts_with("<!-- segctl:plan:acme -->"), "{markdown}");
    }
}
