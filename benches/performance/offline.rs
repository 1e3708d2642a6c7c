//! What needs no server: `validate`, the start, the program itself.

use crate::corpus;
use crate::process::this;
use crate::segctl::Segctl;
use crate::support::scratch::{SEGCTL, Scratch};
use crate::table::{Pair, Row, median, megabytes};
use crate::{Size, process};

/// The most memory that `validate` may hold, in MB.
const MEMORY: f64 = 120.0;
/// How long the start may take, in milliseconds.
const START: f64 = 10.0;

pub(crate) fn measure(size: Size) {
    validate(size);
    start(size);
    program();
}

/// `validate` beside a parse of the same files by the same parser, on as many threads.
fn validate(size: Size) {
    let files = size.corpus.0 + size.corpus.1;
    let segctl = Segctl::new(corpus::segments("http://127.0.0.1:9", size.corpus), "");
    let folder = segctl.workspace.path.join("segments");
    let threads = std::thread::available_parallelism().map_or(1, usize::from).to_string();
    let mut bare = this();
    bare.args(["bare", "parse"]).arg(folder).arg(threads);
    let pair =
        Pair::measure(size.rounds, || segctl.run(&["validate"]), || vec![process::usage(&bare)]);
    let what = format!("validate {files} files; bare: read and parse them");
    pair.row(&what, Some(2.5)).print();
    let memory = pair.memory();
    Row {
        what: "its memory at most".to_owned(),
        bound: format!("{MEMORY:.0} MB"),
        reached: verdict(memory, MEMORY, "MB"),
        ..Row::default()
    }
    .print();
}

fn start(size: Size) {
    let help = Segctl::new(Scratch::new(), "");
    let times = (0..=5 * size.rounds).map(|_| help.run(&["--help"]).time.as_secs_f64() * 1e3);
    Row {
        what: "start and `--help`".to_owned(),
        bound: format!("{START:.0} ms"),
        reached: verdict(median(times.collect()), START, "ms"),
        ..Row::default()
    }
    .print();
}

/// The size of the program, which must hold no table of symbols.
fn program() {
    let bytes = std::fs::read(SEGCTL).expect("segctl was built");
    let name = b".symtab\0";
    let stripped = !bytes.windows(name.len()).any(|it| it == name);
    let size = megabytes(bytes.len() as u64);
    let verdict = if stripped { "stripped" } else { "**not stripped**" };
    Row {
        what: "the program".to_owned(),
        bound: "stripped".to_owned(),
        reached: format!("{verdict}, {size:.1} MB"),
        ..Row::default()
    }
    .print();
}

fn verdict(reached: f64, bound: f64, unit: &str) -> String {
    let missed = if reached > bound { " **missed**" } else { "" };
    format!("{reached:.1} {unit}{missed}")
}
