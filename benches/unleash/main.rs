//! segctl beside a bare client that sends the same requests, on a real Unleash 8.2.0.
//!
//! `cargo bench` prints a table. The two take turns, so that both meet the same machine; the
//! figures are medians, and the first round of each is thrown away. The time of segctl is that of
//! the whole process; the bare client has its documents ready and its connections open.

#![allow(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![allow(clippy::panic, reason = "a benchmark that cannot be run says why")]

mod bare;
mod segctl;
#[allow(dead_code, clippy::doc_markdown, reason = "it is there for the tests")]
#[path = "../../tests/support/mod.rs"]
mod support;
mod workspace;

use bare::Bare;
use segctl::Segctl;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use support::scratch::Scratch;
use support::servers::{Version, unleash_with};
use workspace::{ATTACHMENTS, SEGMENTS};

/// Rounds that count.
const ROUNDS: usize = 7;
/// What segctl has in flight unless it is told otherwise.
const IN_FLIGHT: usize = 4;

#[tokio::main]
async fn main() {
    let server = unleash_with(Version::V8_2_0, &[("UNLEASH_SEGMENTS_LIMIT", "100000")]);
    let bare = Bare::new(&server.url, &server.token, IN_FLIGHT);
    println!("real Unleash 8.2.0, {IN_FLIGHT} requests in flight, medians of {ROUNDS} rounds\n");
    println!("| what | requests | segctl | bare client | ratio |");
    println!("| --- | ---: | ---: | ---: | ---: |");
    let segctl = Segctl::new(workspace::segments(&server.url), &server.token);
    segments(&segctl, &bare).await;
    drop(segctl);
    bare.wipe().await;
    let segctl = Segctl::new(workspace::attachments(&server.url), &server.token);
    attachments(&segctl, &bare).await;
    println!();
    alone();
}

/// 1,000 segments: planned, created, and found to be there.
async fn segments(segctl: &Segctl, bare: &Bare) {
    segctl.run(&["apply", "--auto-approve", "-q"]);
    let bodies = bare.bodies().await;
    assert_eq!(bodies.len(), SEGMENTS);

    let mut row = Row::new(&format!("no-op plan of {SEGMENTS} segments"));
    let mut validate = vec![];
    for _ in 0..=ROUNDS {
        row.requests = segctl.requests(&["plan"]);
        row.segctl.push(segctl.run(&["plan"]));
        row.bare.push(timed(bare.look(&[])).await);
        validate.push(segctl.run(&["validate"]));
    }
    row.print();
    let (validate, bare_only) = (median(&validate), median(&row.bare));
    println!("| of which `validate`, no request | | {validate:.1?} | | |");
    let both = ratio(median(&row.segctl), bare_only + validate);
    println!("| no-op plan beside bare client and `validate` together | | | | {both:.2} |");

    let mut plan = Row::new(&format!("plan of {SEGMENTS} new segments"));
    let mut apply = Row::new(&format!("apply of {SEGMENTS} new segments"));
    for _ in 0..=ROUNDS {
        bare.wipe().await;
        plan.requests = segctl.requests(&["plan"]);
        plan.segctl.push(segctl.run(&["plan"]));
        plan.bare.push(timed(bare.look_at_fields()).await);
        let start = Instant::now();
        apply.requests = segctl.requests(&["apply", "--auto-approve", "-q"]);
        apply.segctl.push(start.elapsed());
        bare.wipe().await;
        apply.bare.push(
            timed(async {
                bare.look_at_fields().await;
                bare.create(&bodies).await;
                bare.look(&[]).await;
            })
            .await,
        );
    }
    plan.print();
    apply.print();
}

/// 200 attachments on as many flags.
async fn attachments(segctl: &Segctl, bare: &Bare) {
    let flags = bare.make_flags(ATTACHMENTS).await;
    segctl.run(&["apply", "--auto-approve", "-q"]);
    let wanted = bare.attached(&flags).await;
    let names: Vec<&str> = flags.iter().map(|flag| &*flag.name).collect();

    let mut plan = Row::new(&format!("no-op plan of {ATTACHMENTS} attachments"));
    let mut apply = Row::new(&format!("apply of {ATTACHMENTS} attachments"));
    let none: Vec<Value> = flags.iter().map(|_| json!([])).collect();
    for _ in 0..=ROUNDS {
        plan.requests = segctl.requests(&["plan"]);
        plan.segctl.push(segctl.run(&["plan"]));
        plan.bare.push(timed(bare.look(&names)).await);
        bare.attach(&flags, &wanted, &none).await;
        let start = Instant::now();
        apply.requests = segctl.requests(&["apply", "--auto-approve", "-q"]);
        apply.segctl.push(start.elapsed());
        bare.attach(&flags, &wanted, &none).await;
        apply.bare.push(
            timed(async {
                bare.look(&names).await;
                bare.attach(&flags, &none, &wanted).await;
                bare.look(&names).await;
            })
            .await,
        );
    }
    plan.print();
    apply.print();
}

/// What needs no server.
fn alone() {
    let help = Segctl::new(Scratch::new(), "");
    let times: Vec<Duration> = (0..=5 * ROUNDS).map(|_| help.run(&["--help"])).collect();
    println!("start and `--help`: {:.1?}", median(&times));
    let size = std::fs::metadata(support::scratch::SEGCTL).expect("segctl was built").len();
    println!("size of the program: {:.1} MB", megabytes(size));
}

#[allow(clippy::cast_precision_loss, reason = "shown with one digit")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

/// One line of the table.
struct Row {
    what: String,
    requests: usize,
    segctl: Vec<Duration>,
    bare: Vec<Duration>,
}

impl Row {
    fn new(what: &str) -> Self {
        Self { what: what.to_owned(), requests: 0, segctl: vec![], bare: vec![] }
    }

    fn print(&self) {
        let (segctl, bare) = (median(&self.segctl), median(&self.bare));
        let ratio = ratio(segctl, bare);
        let Self { what, requests, .. } = self;
        println!("| {what} | {requests} | {segctl:.1?} | {bare:.1?} | {ratio:.2} |");
    }
}

async fn timed(work: impl Future<Output = ()>) -> Duration {
    let start = Instant::now();
    work.await;
    start.elapsed()
}

/// The median of all but the first.
fn median(times: &[Duration]) -> Duration {
    let mut times = times[1..].to_vec();
    times.sort();
    times[times.len() / 2]
}

fn ratio(one: Duration, other: Duration) -> f64 {
    one.as_secs_f64() / other.as_secs_f64()
}
