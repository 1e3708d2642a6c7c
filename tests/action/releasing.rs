//! The archives of a release.

use crate::support::scratch::{SEGCTL, Scratch, clean, repository};
use std::collections::BTreeSet;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Packs segctl, as if it were built for `target`, into `folder`.
///
/// The one of this test has 100 MB, so what is packed is a script that runs it.
pub(super) fn packed(folder: &Path, target: &str) -> PathBuf {
    let program = folder.join("program");
    fs::write(&program, format!("#!/bin/sh\nexec '{SEGCTL}' \"$@\"\n")).expect("a script");
    fs::set_permissions(&program, Permissions::from_mode(0o755)).expect("a program");
    let mut pack = Command::new(repository().join(".github/release/package.sh"));
    pack.arg(target).arg(&program).arg(folder.join("dist"));
    let output = clean(&mut pack).env("SOURCE_DATE_EPOCH", "1767225600").output();
    let output = output.expect("the script can be started");
    assert!(output.status.success(), "{output:?}");
    PathBuf::from(String::from_utf8_lossy(&output.stdout).trim())
}

#[test]
fn an_archive_holds_the_program_completions_pages_and_licences() {
    let scratch = Scratch::new();
    let archive = packed(&scratch.path, "x86_64-unknown-linux-gnu");
    let name = format!("segctl-v{}-x86_64-unknown-linux-gnu", env!("CARGO_PKG_VERSION"));
    assert_eq!(archive, scratch.path.join(format!("dist/{name}.tar.gz")));
    let mut tar = Command::new("tar");
    let unpacked = tar.arg("-xzf").arg(&archive).arg("-C").arg(&scratch.path).status();
    assert!(unpacked.expect("tar can be started").success());
    let inside = scratch.path.join(&name);
    let version = Command::new(inside.join("segctl")).arg("--version").output();
    let version = version.expect("the program can be started");
    assert_eq!(
        String::from_utf8_lossy(&version.stdout).trim(),
        concat!("segctl ", env!("CARGO_PKG_VERSION"))
    );
    for file in [
        "README.md",
        "CHANGELOG.md",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "completions/_segctl",
        "completions/_segctl.ps1",
        "completions/segctl.bash",
        "completions/segctl.elv",
        "completions/segctl.fish",
        "man/man1/segctl.1",
        "man/man1/segctl-plan.1",
    ] {
        let text = fs::read_to_string(inside.join(file)).expect(file);
        assert!(text.len() > 100, "{file} is all but empty");
    }
}

#[test]
fn an_archive_of_the_same_files_is_the_same_bytes() {
    let (one, two) = (Scratch::new(), Scratch::new());
    let target = "x86_64-unknown-linux-gnu";
    let bytes = |scratch: &Scratch| fs::read(packed(&scratch.path, target)).expect("an archive");
    assert!(bytes(&one) == bytes(&two));
}

/// Every place that names an archive names it alike.
#[test]
fn the_action_and_binstall_know_the_archives_that_the_workflow_makes() {
    let workflow = super::runner::yaml(".github/workflows/release.yml");
    let builds = workflow["jobs"]["build"]["strategy"]["matrix"]["include"].as_array();
    let built: BTreeSet<&str> =
        builds.expect("builds").iter().filter_map(|it| it["target"].as_str()).collect();
    let text = |path: &str| fs::read_to_string(repository().join(path)).expect(path);
    let install = text(".github/action/install.sh");
    let known: BTreeSet<&str> = install
        .lines()
        .filter_map(|line| line.trim().split_once(") echo ")?.1.strip_suffix(" ;;"))
        .collect();
    assert_eq!(built, known);
    let manifest = text("Cargo.toml");
    let pattern = "{ name }-v{ version }-{ target }";
    assert!(manifest.contains(&format!("/releases/download/v{{ version }}/{pattern}")));
    assert!(text(".github/release/package.sh").contains("name=segctl-v${version%$'\\r'}-$target"));
    assert!(install.contains("archive=segctl-$tag-$triple.tar.gz"));
}
