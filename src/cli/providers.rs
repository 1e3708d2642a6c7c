//! `segctl providers`: what each vendor's system lets segctl do.

use super::args::{Global, Output};
use super::exit::Exit;
use super::output;
use crate::provider;
use crate::report::{json, text};

pub(super) fn run(global: &Global) -> Exit {
    let all = provider::all_capabilities();
    match global.output {
        Output::Json => output::json(&json::providers(&all)),
        _ => output::result(&text::providers(&all)),
    }
    Exit::Ok
}
