//! Records a pull request from its plan to the nightly look for drift, on a real Unleash 8.2.0.
//!
//! Each output is a file under `recorded/`, for people to read. `SEGCTL_UPDATE=1 cargo test review`
//! writes them; otherwise they must be what happens.

mod repository;
mod run;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use crate::support::scratch;
use crate::support::servers::{Version, unleash_with};
use run::Run;

/// Where the outputs are kept.
fn recorded() -> PathBuf {
    scratch::repository().join("tests/review/recorded")
}

#[tokio::test]
async fn the_recorded_run_is_what_happens() {
    let server = unleash_with(Version::V8_2_0, &[]);
    let outputs = Run::begin(&server).await.until_the_last_night().await;
    if std::env::var_os("SEGCTL_UPDATE").is_some() {
        write(&outputs);
    }
    let mut wrong = vec![];
    for (name, output) in &outputs {
        let kept = fs::read_to_string(recorded().join(name)).unwrap_or_default();
        if kept != *output {
            wrong.push(format!("{name} would be:\n{output}"));
        }
    }
    assert!(wrong.is_empty(), "SEGCTL_UPDATE=1 writes these down:\n\n{}", wrong.join("\n\n"));
    let kept = fs::read_dir(recorded()).expect("there are outputs").count();
    assert_eq!(kept, outputs.len(), "files that no run writes stand in {}", recorded().display());
}

fn write(outputs: &BTreeMap<String, String>) {
    fs::create_dir_all(recorded()).expect("the folder can be made");
    for (name, output) in outputs {
        fs::write(recorded().join(name), output).expect("an output can be written");
    }
}
