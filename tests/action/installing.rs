//! How the action gets segctl: a release whose checksum fits, or its own sources.

use super::releasing::packed;
use super::runner::{Job, Ran};
use super::stage::Stage;
use crate::support::scratch::SEGCTL;
use serde_json::json;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;

const TARGET: &str = "x86_64-unknown-linux-musl";

/// A job on a stage whose server has the release of this version, with these checksums.
fn job<'a>(stage: &'a Stage, checksum: &str) -> Job<'a> {
    let archive = packed(stage.folder(), TARGET);
    let bytes = fs::read(&archive).expect("an archive");
    let sum = stage.run("sha256sum", &[&archive.to_string_lossy()]);
    let sum = sum.split_whitespace().next().expect("a checksum").to_owned();
    let name = archive.file_name().expect("a name").to_string_lossy().into_owned();
    let sums = format!("{}  other.zip\n{checksum}  {name}\n", "0".repeat(64)).replace("FITS", &sum);
    let mut held = stage.github.held();
    held.files.insert(format!("/v{}/{name}", env!("CARGO_PKG_VERSION")), bytes);
    held.files.insert("/SHA256SUMS".to_owned(), sums.into_bytes());
    drop(held);
    let mut job = stage.job(&json!({}));
    job.event_name = "workflow_dispatch";
    job.inputs.extend([("version", "release"), ("command", "validate")]);
    job.env.push(("SEGCTL_RELEASES", format!("{}/releases", stage.github.url)));
    job
}

/// Which segctl ran, as `command -v` would say.
fn installed(ran: &Ran) -> bool {
    ran.log.contains("Valid: ")
}

#[test]
fn a_release_is_taken_whose_checksum_fits() {
    let stage = Stage::new();
    let mut job = job(&stage, "FITS");
    let ran = job.run();
    assert_eq!((ran.code, installed(&ran)), (0, true), "{}", ran.log);
    assert!(ran.log.contains(&format!("for {TARGET}, checksum ")), "{}", ran.log);

    let version = concat!("v", env!("CARGO_PKG_VERSION"));
    job.inputs.insert("version", version);
    assert_eq!(job.run().code, 0);
    job.inputs.insert("version", "v99.0.0");
    let ran = job.run();
    assert_eq!(ran.code, 1);
    assert!(ran.log.contains("there is no release v99.0.0"), "{}", ran.log);
    job.inputs.insert("version", "v1/../../evil");
    assert!(job.run().log.contains("version is no version"));
}

#[test]
fn an_archive_whose_checksum_does_not_fit_is_not_run() {
    for checksum in [&"1".repeat(64), ""] {
        let stage = Stage::new();
        let ran = job(&stage, checksum).run();
        assert_eq!((ran.code, installed(&ran)), (1, false), "{}", ran.log);
        assert!(ran.log.contains("does not fit"), "{}", ran.log);
        assert_eq!(ran.names, ["Understand the event", "Get segctl"]);
    }
}

/// Puts a program into the `PATH` of the runner.
fn program(stage: &Stage, job: &mut Job<'_>, name: &str, script: &str) {
    let path = format!("bin/{name}");
    stage.write(&path, &format!("#!/bin/sh\n{script}"));
    let file = stage.folder().join(&path);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).expect("a program");
    job.path.push(stage.folder().join("bin"));
}

#[test]
fn a_release_that_the_workflow_of_segctl_did_not_build_is_not_run() {
    let stage = Stage::new();
    let mut job = job(&stage, "FITS");
    job.env.push(("GITHUB_SERVER_URL", "https://github.com".to_owned()));
    let script = "[ \"$3\" = --help ] && exec echo \"  --source-ref string\"\necho \"gh $*\"\ntest -e attested\n";
    program(&stage, &mut job, "gh", script);
    let ran = job.run();
    assert_eq!((ran.code, installed(&ran)), (1, false), "{}", ran.log);
    assert!(ran.log.contains("the attestation of the release does not fit"), "{}", ran.log);
    for word in ["--repo segctl/segctl ", "/release.yml", "refs/tags/v", ".tar.gz"] {
        assert!(ran.log.contains(word), "{}", ran.log);
    }
    stage.write("attested", "");
    let ran = job.run();
    assert_eq!((ran.code, installed(&ran)), (0, true), "{}", ran.log);
}

#[test]
fn where_there_is_no_release_it_is_built_from_the_sources_of_the_action() {
    let stage = Stage::new();
    let mut job = job(&stage, "FITS");
    stage.github.held().files.clear();
    // Building takes minutes: this cargo puts the segctl of this test where cargo would.
    let script = format!(
        "echo \"cargo $*\"\nwhile [ \"$1\" != --target-dir ]; do shift; done\n\
         mkdir -p \"$2/release\" && cp '{SEGCTL}' \"$2/release/segctl\"\n"
    );
    program(&stage, &mut job, "cargo", &script);
    let ran = job.run();
    assert_eq!((ran.code, installed(&ran)), (0, true), "{}", ran.log);
    assert!(ran.log.contains("cargo build --release --locked --manifest-path "), "{}", ran.log);
    job.inputs.insert("version", "source");
    let ran = job.run();
    assert_eq!((ran.code, installed(&ran)), (0, true), "{}", ran.log);
}
