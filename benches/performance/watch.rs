//! `watch`: from a save to the first request.
//!
//! The server is in this process, so that the moment at which a request arrives can be seen.

use crate::support::sandbox::sandbox;
use crate::support::scratch::{SEGCTL, Scratch, clean};
use crate::table::{Row, median};
use crate::{Size, corpus};
use segctl::sandbox::Sandbox;
use std::io::{BufRead as _, BufReader, Lines};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// The segment that is saved again and again: a small one.
const SAVED: usize = 1;

pub(crate) fn measure(size: Size) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.expect("a runtime for the server");
    let (small, large) = size.corpus;
    for corpus in [(size.usual.0, 0), (small, large)] {
        let sandbox = runtime.block_on(sandbox("limits: {segments: 100000}"));
        let workspace = corpus::segments(sandbox.url(), corpus);
        let mut watch = Watch::start(&workspace);
        let times = (0..=size.rounds).map(|round| watch.first_request(&workspace, &sandbox, round));
        let times: Vec<f64> = times.skip(1).map(|time| time.as_secs_f64() * 1e3).collect();
        let time = median(times);
        let verdict = if time > 300.0 { " **missed**" } else { "" };
        let row = Row {
            what: format!("watch, from a save to the first request, {} files", corpus.0 + corpus.1),
            bound: "300 ms".to_owned(),
            reached: format!("{time:.0} ms{verdict}"),
            ..Row::default()
        };
        row.print();
    }
}

/// A watch that has caught up. It is killed on drop.
struct Watch {
    child: Child,
    passes: Lines<BufReader<ChildStdout>>,
}

impl Watch {
    fn start(workspace: &Scratch) -> Self {
        let mut command = Command::new(SEGCTL);
        command.args(["watch", "-o", "json"]).current_dir(&workspace.path);
        clean(&mut command).env("UNLEASH_TOKEN", Sandbox::TOKEN);
        let pipes = command.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = pipes.spawn().expect("segctl can be started");
        let passes = BufReader::new(child.stdout.take().expect("its output is read")).lines();
        let mut watch = Self { child, passes };
        watch.end_of_pass();
        watch
    }

    /// Saves a file, and gives the time until a request arrives.
    fn first_request(&mut self, workspace: &Scratch, sandbox: &Sandbox, round: usize) -> Duration {
        sandbox.forget_requests();
        // Another text each time: one that says nothing new is asked nothing.
        corpus::write_segment(workspace, SAVED, 21 + round);
        let saved = Instant::now();
        while sandbox.requests().is_empty() {
            assert!(saved.elapsed() < Duration::from_secs(60), "no request arrives");
            std::thread::sleep(Duration::from_micros(200));
        }
        let time = saved.elapsed();
        self.end_of_pass();
        time
    }

    fn end_of_pass(&mut self) {
        let line = self.passes.next().expect("a pass ends").expect("it is text");
        assert!(line.contains("\"ok\":true"), "a pass failed");
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
