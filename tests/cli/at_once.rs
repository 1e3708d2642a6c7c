//! Two processes that apply one workspace at the same moment.

use std::collections::BTreeSet;
use std::process::{Child, Command, Stdio};

use segctl::sandbox::{Options, Sandbox};

use super::trouble::workspace_at;
use super::{Workspace, attachment, segment, users};
use crate::support::admin::Admin;
use crate::support::scratch::{SEGCTL, clean};
use crate::support::served::Served;

/// How often they race.
const ROUNDS: usize = 4;
/// How many segments each makes.
const SEGMENTS: usize = 8;

fn filled(workspace: Workspace) -> Workspace {
    for number in 0..SEGMENTS {
        let name = format!("s{number}");
        workspace.write(&format!("docs/{name}.yaml"), segment(&name, "", &users(&name)));
    }
    workspace
}

/// Two applies, started together. Each says that it converged, or why not.
fn race(workspace: &Workspace) {
    let start = || -> Child {
        let mut command = Command::new(SEGCTL);
        clean(&mut command).args(["apply", "--auto-approve"]).current_dir(workspace.folder());
        command.env("TOKEN", Sandbox::TOKEN).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().expect("segctl can be started")
    };
    let both = [start(), start()];
    for run in both {
        let output = run.wait_with_output().expect("it ends");
        let said = format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        let converged = said.contains("No changes.") || said.contains("as applied.");
        let explained = ["error[", "refused["].iter().any(|it| said.contains(it));
        match output.status.code() {
            Some(0) => assert!(converged, "{said}"),
            code => assert!(explained, "{code:?}: {said}"),
        }
    }
    let after = workspace.run_with("apply --auto-approve", &[("TOKEN", Sandbox::TOKEN)]);
    assert_eq!(after.code, Some(0), "{after}");
    let plan = workspace.run_with("plan", &[("TOKEN", Sandbox::TOKEN)]);
    assert!(plan.stdout.contains("No changes."), "{plan}");
}

async fn has_no_name_twice(url: &str, expected: usize) {
    let segments = Admin::new(url, Sandbox::TOKEN).segments().await;
    let names: BTreeSet<&str> = segments.iter().filter_map(|it| it["name"].as_str()).collect();
    assert_eq!((names.len(), segments.len()), (expected, expected), "{segments:?}");
}

#[tokio::test]
async fn on_one_data_file() {
    for _ in 0..ROUNDS {
        let workspace = filled(Workspace::sandbox());
        workspace.write("docs/r.yaml", attachment("checkout", "s1, s2"));
        race(&workspace);
        let data = workspace.folder().join(".segctl/sandbox/flags.yaml.db");
        let sandbox =
            Sandbox::start(Options { fixture: None, data, port: 0, ..Options::default() }).await;
        let sandbox = sandbox.expect("the sandbox starts");
        has_no_name_twice(sandbox.url(), SEGMENTS + 1).await;
    }
}

#[tokio::test]
async fn on_one_served_sandbox() {
    for _ in 0..ROUNDS {
        let served = Served::new("{}", &[]);
        let workspace = filled(workspace_at(&served.url));
        race(&workspace);
        has_no_name_twice(&served.url, SEGMENTS + 1).await;
    }
}
