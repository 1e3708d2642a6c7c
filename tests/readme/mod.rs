//! Every `console` block of the documentation is what really happens.
//!
//! Each line that begins with `$ ` is run, and what follows must be what it prints. A line `...`
//! stands for any lines. The commands of one file share a copy of the examples.
//! `SEGCTL_UPDATE=1 cargo test readme` writes down what was printed.

mod block;
mod shell;

use crate::support::scratch::repository;
use block::{Page, fits};
use shell::Shell;
use std::fs;
use std::path::{Path, PathBuf};

/// Recorded by `tests/walkthrough`, on a real server.
const ELSEWHERE: &str = "docs/walkthrough.md";

#[test]
fn console_blocks_are_what_happens() {
    let update = std::env::var_os("SEGCTL_UPDATE").is_some();
    let mut wrong = vec![];
    let mut commands = 0;
    for path in pages() {
        let text = fs::read_to_string(repository().join(&path)).expect("a page is text");
        let mut page = Page::parse(&text);
        let mut shell = Shell::new(path.parent().unwrap_or(Path::new("")));
        for command in page.commands() {
            commands += 1;
            let Some(printed) = shell.run(&command.line) else {
                continue;
            };
            if !fits(&command.output, &printed) {
                let place = format!("{}: $ {}", path.display(), command.line);
                wrong.push(format!("{place}\n{}", printed.join("\n")));
                command.output = printed;
            }
        }
        if update {
            fs::write(repository().join(&path), page.text()).expect("a page can be written");
        }
    }
    assert!(commands > 0, "no page has a command");
    assert!(
        update || wrong.is_empty(),
        "these print something else now (SEGCTL_UPDATE=1 writes it down):\n\n{}",
        wrong.join("\n\n")
    );
}

/// The pages that can hold `console` blocks, relative to the repository.
fn pages() -> Vec<PathBuf> {
    let mut pages = vec![PathBuf::from("README.md")];
    find("docs", &mut pages, |path| path.extension().is_some_and(|it| it == "md"));
    find("examples", &mut pages, |path| path.ends_with("README.md"));
    pages.retain(|page| page != Path::new(ELSEWHERE));
    pages.sort();
    pages
}

fn find(folder: &str, found: &mut Vec<PathBuf>, wanted: impl Copy + Fn(&Path) -> bool) {
    for entry in fs::read_dir(repository().join(folder)).expect("a folder of the repository") {
        let entry = entry.expect("an entry of it");
        let name = entry.file_name().into_string().expect("a name in UTF-8");
        let path = format!("{folder}/{name}");
        if entry.path().is_dir() {
            find(&path, found, wanted);
        } else if wanted(Path::new(&path)) {
            found.push(path.into());
        }
    }
}
