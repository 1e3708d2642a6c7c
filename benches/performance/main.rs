//! Every figure of segctl's speed and size, beside its bound and beside the least that any program
//! must do for the same.
//!
//! `cargo bench` prints them all; `cargo bench -- --quick` does little of everything, to see that it
//! runs; `cargo bench -- offline` (or `sandbox`, `watch`, `real`) measures one part alone.
//!
//! Both sides are whole processes, started in turn, so that both meet the same machine. The bare one
//! is this program itself, started with the word `bare`: see `bare.rs`.

#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![allow(clippy::panic, reason = "a benchmark that cannot be run says why")]

mod bare;
mod corpus;
mod machine;
mod offline;
mod process;
mod real;
mod sandbox;
mod segctl;
#[allow(dead_code, clippy::doc_markdown, reason = "it is there for the tests")]
#[path = "../../tests/support/mod.rs"]
mod support;
mod table;
mod watch;

/// How much of everything is measured.
#[derive(Clone, Copy)]
struct Size {
    /// Rounds that count; one more comes before them.
    rounds: usize,
    /// Files of the corpus with few values, and with many.
    corpus: (usize, usize),
    /// Segments and attachments of the workspace that is as large as Unleash allows by default.
    usual: (usize, usize),
    /// Segments that are created on a real server.
    creates: usize,
    /// Attachments that are applied on a real server.
    attachments: usize,
}

const FULL: Size =
    Size { rounds: 9, corpus: (9_900, 100), usual: (300, 200), creates: 1_000, attachments: 200 };

const QUICK: Size =
    Size { rounds: 1, corpus: (198, 2), usual: (30, 20), creates: 50, attachments: 10 };

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["bare", ref task @ ..] => bare::main(task),
        ["measure", ref command @ ..] => process::measure(command),
        _ => measure_all(&words),
    }
}

fn measure_all(words: &[&str]) {
    let size = if words.contains(&"--quick") { QUICK } else { FULL };
    let parts: Vec<&&str> = words.iter().filter(|word| !word.starts_with('-')).collect();
    let wanted = |part: &str| parts.is_empty() || parts.contains(&&part);
    println!("{}\n", machine::description());
    table::head(size.rounds);
    if wanted("offline") {
        offline::measure(size);
    }
    if wanted("sandbox") {
        sandbox::measure(size);
    }
    if wanted("watch") {
        watch::measure(size);
    }
    if wanted("real") {
        real::measure(size);
    }
}
