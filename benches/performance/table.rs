//! The table of figures.

use crate::process::Usage;
use std::time::Duration;

/// Prints the head of the table.
pub(crate) fn head(rounds: usize) {
    println!("Medians of {rounds} rounds; a ratio is the median of the ratios of the rounds.\n");
    println!("| what | bound | reached | segctl | bare | requests |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: |");
}

/// One line of the table. An empty text stands for what has no such figure.
#[derive(Default)]
pub(crate) struct Row {
    pub(crate) what: String,
    pub(crate) bound: String,
    pub(crate) reached: String,
    pub(crate) segctl: String,
    pub(crate) bare: String,
    pub(crate) requests: String,
}

impl Row {
    pub(crate) fn print(&self) {
        let Self { what, bound, reached, segctl, bare, requests } = self;
        println!("| {what} | {bound} | {reached} | {segctl} | {bare} | {requests} |");
    }
}

/// Two sides that took turns.
pub(crate) struct Pair {
    segctl: Vec<Usage>,
    bare: Vec<Duration>,
    bare_processor: Vec<Duration>,
}

impl Pair {
    /// Lets both sides run in turn; the bare one may be several processes. What comes first warms
    /// up and does not count.
    pub(crate) fn measure(
        rounds: usize,
        mut segctl: impl FnMut() -> Usage,
        mut bare: impl FnMut() -> Vec<Usage>,
    ) -> Self {
        let mut pair = Self { segctl: vec![], bare: vec![], bare_processor: vec![] };
        for round in 0..=rounds {
            let (one, other) = (segctl(), bare());
            if round > 0 {
                pair.segctl.push(one);
                pair.bare.push(other.iter().map(|it| it.time).sum());
                pair.bare_processor.push(other.iter().map(|it| it.processor).sum());
            }
        }
        pair
    }

    /// The line of this pair, whose ratio may be `bound` at most.
    pub(crate) fn row(&self, what: &str, bound: Option<f64>) -> Row {
        let rounds = self.segctl.iter().zip(&self.bare);
        let ratios = rounds.map(|(one, other)| one.time.as_secs_f64() / other.as_secs_f64());
        let ratio = median(ratios.collect());
        let verdict = match bound {
            Some(bound) if ratio > bound => " **missed**",
            _ => "",
        };
        let of = |figure: fn(&Usage) -> Duration| self.segctl.iter().map(figure).collect();
        Row {
            what: what.to_owned(),
            bound: bound.map(|bound| format!("{bound:.1}")).unwrap_or_default(),
            reached: format!("{ratio:.2}{verdict}"),
            segctl: times(of(|it| it.time), of(|it| it.processor)),
            bare: times(self.bare.clone(), self.bare_processor.clone()),
            requests: String::new(),
        }
    }

    /// The median of the most memory that segctl held, in MB.
    pub(crate) fn memory(&self) -> f64 {
        median(self.segctl.iter().map(|it| megabytes(it.memory)).collect())
    }
}

/// Bytes as people say them.
#[allow(clippy::cast_precision_loss, reason = "shown with one digit")]
pub(crate) fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

fn times(time: Vec<Duration>, processor: Vec<Duration>) -> String {
    let seconds = |times: Vec<Duration>| median(times.iter().map(Duration::as_secs_f64).collect());
    format!("{:.3} s (CPU {:.3} s)", seconds(time), seconds(processor))
}

/// The one in the middle.
pub(crate) fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
