//! Where an import writes: new files only, inside of the workspace, and where they will be read.

use std::fs;

use insta::assert_snapshot;

use super::Workspace;
use super::import::{BY_HAND, files, read, workspace};
use super::trouble::workspace_at;

#[test]
fn no_file_is_overwritten_and_nothing_is_written_in_part() {
    let workspace = workspace(BY_HAND)
        .with("docs/segments/staff.yaml.bak", "")
        .with("imported/segments/staff.yaml", "mine")
        .with("imported/attachments/new-checkout-development.yaml", "mine too");
    let run = workspace.run("import --out imported");
    let run = run.to_string().replace(&workspace.folder().display().to_string(), "");
    assert_snapshot!(run, @"
    --- stderr
    Target local
    error[not-saved]: nothing was written, because these exist: /imported/segments/staff.yaml, /imported/attachments/new-checkout-development.yaml
      help: move them away, or name another folder
    --- exit 1
    ");
    assert_eq!(files(&workspace, "imported").len(), 2);
    assert_eq!(read(&workspace, "imported/segments/staff.yaml"), "mine");
    assert!(files(&workspace, "schemas").is_empty());
}

#[cfg(unix)]
#[test]
fn no_link_leads_an_import_out_of_the_workspace() {
    let elsewhere = Workspace::empty();
    let workspace = workspace(BY_HAND).with("new/x.txt", "");
    std::os::unix::fs::symlink(elsewhere.folder(), workspace.folder().join("new/attachments"))
        .expect("a link");
    let run = workspace.run("import --out new");
    assert!(run.code == Some(1) && run.stderr.contains("error[outside-workspace]"), "{run}");
    assert!(run.stderr.contains("nothing was kept"), "{run}");
    assert_eq!(files(&workspace, "new"), ["new/x.txt"]);
    assert!(fs::read_dir(elsewhere.folder()).expect("it is there").next().is_none());
}

#[test]
fn what_was_written_before_a_failure_is_removed_again() {
    let workspace = workspace(BY_HAND).with("new/attachments", "no folder");
    let run = workspace.run("import --out new");
    let run = run.to_string().replace(&workspace.folder().display().to_string(), "");
    assert_snapshot!(run, @"
    --- stderr
    Target local
    error[not-saved]: /new/attachments/new-checkout-development.yaml cannot be written: File exists (os error 17); nothing was kept
      help: Check the folder, its permissions and the space on the disk.
    --- exit 1
    ");
    assert_eq!(files(&workspace, "new"), ["new/attachments"]);
}

#[test]
fn files_that_nobody_will_read_are_said() {
    let workspace = workspace(BY_HAND);
    let warning = |arguments: &str| {
        let run = workspace.run(arguments);
        assert_eq!(run.code, Some(0), "{run}");
        run.stderr.replace(&workspace.folder().display().to_string(), "")
    };
    assert_snapshot!(warning("import --out imported"), @r#"warning: the globs of spec do not find the files: write `documents: ["imported/segments/**/*.yaml", "imported/attachments/**/*.yaml"]` there"#);
    assert_snapshot!(warning("import --out docs/.hidden"), @"warning: segctl reads nothing below a folder with a dot, such as docs/.hidden/: move the files");
    let outside = Workspace::empty();
    let out = outside.folder().display().to_string();
    assert_snapshot!(warning(&format!("import --out {out}")), @"warning: segctl reads nothing outside of the workspace, : move the files there");
    let text = fs::read_to_string(outside.folder().join("segments/staff.yaml")).expect("written");
    let schema = text.lines().next().and_then(|it| it.split_once("$schema=")).expect("a schema").1;
    assert!(outside.folder().join("segments").join(schema).is_file(), "{schema}");
}

#[test]
fn a_folder_that_other_targets_read_is_said() {
    let workspace = workspace(BY_HAND).with("other.yaml", "{}").with(
        "segctl.yaml",
        "
apiVersion: segctl.dev/v1
kind: Workspace
metadata: {name: acme}
spec:
  documents: [\"docs/**/*.yaml\"]
  targets:
    - {name: local, provider: unleash, url: \"sandbox:flags.yaml\"}
    - {name: other, provider: unleash, url: \"sandbox:other.yaml\"}
    - {name: apart, provider: unleash, url: \"sandbox:apart.yaml\", documents: [\"apart/*.yaml\"]}
",
    );
    assert_snapshot!(workspace.run("import"), @"
    --- stderr
    error: import reads one target: say -t local or -t other or -t apart
    --- exit 64
    ");
    let run = workspace.run("import -t local --out docs");
    assert_snapshot!(run.stderr, @"warning: other targets take these documents too: other");
}

#[test]
fn works_without_a_workspace_file() {
    let workspace = Workspace::empty()
        .with("new/flags.json", "{\"segments\": [{\"name\": \"Beta\", \"constraints\": []}]}");
    let run =
        workspace.run("import -f new --provider unleash --url sandbox:flags.json --workspace acme");
    assert_snapshot!(run, @"
    --- stdout
    Target unleash (unleash 8.2.0 at sandbox:flags.json)

      + segment beta (Beta)  segments/beta.yaml
          allow: matches-everyone

    The schema for editors: schemas/segctl.schema.json
    Imported: 1 segment.
    --- exit 0
    ");
    assert_eq!(files(&workspace, "new/segments"), ["new/segments/beta.yaml"]);
}

#[cfg(unix)]
#[test]
fn an_interrupt_while_it_reads_leaves_nothing_behind() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let workspace = workspace_at(&format!("http://{address}"));
    let run = std::process::Command::new(env!("CARGO_BIN_EXE_segctl"))
        .args(["import", "--out", "new"])
        .current_dir(workspace.folder())
        .env_clear()
        .env("TOKEN", "secret-token")
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the program can be run");
    // It asks, and is never answered.
    let _asked = listener.accept().expect("a request");
    let kill = format!("kill -INT {}", run.id());
    let killed = std::process::Command::new("/bin/sh").args(["-c", &kill]).status();
    assert!(killed.expect("a shell").success());
    let output = run.wait_with_output().expect("it ends");
    let log = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(130) && log.contains("error[interrupted]"), "{log}");
    assert!(!workspace.folder().join("new").exists());
}
