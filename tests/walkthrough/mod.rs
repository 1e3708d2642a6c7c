//! Records `docs/walkthrough.md`: 300 segments and 60 attachments on a real Unleash 8.2.0.
//!
//! `SEGCTL_UPDATE=1 cargo test walkthrough` writes the page; otherwise it must be what happens.

mod story;
mod workspace;

use crate::support::scratch::repository;
use crate::support::servers::{Version, unleash_with};
use std::fs;

const PAGE: &str = "docs/walkthrough.md";

#[tokio::test]
async fn the_walkthrough_is_what_happens() {
    let server = unleash_with(Version::V8_2_0, &[]);
    let told = story::tell(&server).await;
    let path = repository().join(PAGE);
    if std::env::var_os("SEGCTL_UPDATE").is_some() {
        fs::write(&path, &told).expect("the page can be written");
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == told,
        "{PAGE} is out of date (SEGCTL_UPDATE=1 writes it); now it would be:\n\n{told}"
    );
}
