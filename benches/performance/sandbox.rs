//! Plans that find nothing to do, against the sandbox over the loopback.

use crate::bare::{Request, Script};
use crate::corpus;
use crate::segctl::Segctl;
use crate::support::scratch::{SEGCTL, Scratch};
use crate::table::{Pair, Row};
use crate::{Size, process};
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

/// What segctl has in flight unless it is told otherwise.
pub(crate) const IN_FLIGHT: usize = 4;

pub(crate) fn measure(size: Size) {
    let (small, large) = size.corpus;
    let served = Served::start(0);
    let segctl = Segctl::new(corpus::segments(&served.url, size.corpus), &served.token);
    no_op(size, &segctl, &served, &format!("{} segments", small + large), 0);
    drop((segctl, served));

    let (segments, attachments) = size.usual;
    let served = Served::start(attachments);
    let workspace = corpus::attachments(&served.url, segments, attachments);
    let segctl = Segctl::new(workspace, &served.token);
    let what = format!("{segments} segments and {attachments} attachments");
    no_op(size, &segctl, &served, &what, attachments);
}

/// A plan without changes beside the same requests and `validate`, one after the other.
fn no_op(size: Size, segctl: &Segctl, served: &Served, what: &str, flags: usize) {
    segctl.run(&["apply", "--auto-approve", "-q"]);
    let script = Script {
        url: served.url.clone(),
        token: served.token.clone(),
        in_flight: IN_FLIGHT,
        stages: vec![look(flags)],
    };
    let requests = segctl.requests(&["plan", "--detailed-exitcode"]);
    assert_eq!(requests, script.requests(), "2, and one for each flag");
    let bare = Written::of(&segctl.workspace, &script);
    let pair = Pair::measure(
        size.rounds,
        || segctl.run(&["plan", "--detailed-exitcode"]),
        || vec![bare.send(), segctl.run(&["validate"])],
    );
    let what = format!("no-op plan of {what}, sandbox; bare: the same requests, and validate");
    Row { requests: requests.to_string(), ..pair.row(&what, Some(1.5)) }.print();
}

/// The requests of a first look at a server, with so many flags.
pub(crate) fn look(flags: usize) -> Vec<Request> {
    let flags = (0..flags).map(|it| format!("projects/default/features/{}", corpus::flag(it)));
    let fixed = ["ui-config", "segments"].map(str::to_owned).into_iter();
    fixed.chain(flags).map(|path| Request::get(&path)).collect()
}

/// A script in a file, for the bare client.
pub(crate) struct Written(Command);

impl Written {
    pub(crate) fn of(folder: &Scratch, script: &Script) -> Self {
        let text = serde_json::to_vec(script).expect("a script is JSON");
        folder.write("script.json", text);
        let mut command = process::this();
        command.args(["bare", "send"]).arg(folder.path.join("script.json"));
        Self(command)
    }

    pub(crate) fn send(&self) -> process::Usage {
        process::usage(&self.0)
    }
}

/// A sandbox in a process of its own, killed on drop.
struct Served {
    child: Child,
    url: String,
    token: String,
    _folder: Scratch,
}

impl Served {
    /// Starts one with so many flags, and room for every segment.
    fn start(flags: usize) -> Self {
        let folder = Scratch::new();
        let mut fixture = "limits: {segments: 100000}\nfeatures:\n".to_owned();
        for flag in (0..flags).map(corpus::flag) {
            let strategy = "{name: flexibleRollout, title: Rollout}";
            let strategies = format!("{{production: [{strategy}]}}");
            writeln!(fixture, "  - {{name: {flag}, strategies: {strategies}}}").expect("a text");
        }
        if flags == 0 {
            fixture.push_str("  []\n");
        }
        folder.write("fixture.yaml", fixture);
        let mut command = Command::new(SEGCTL);
        command.args(["sandbox", "fixture.yaml", "--port", "0", "--data", "sandbox.db"]);
        command.current_dir(&folder.path).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("segctl can be started");
        let output = child.stdout.take().expect("its output is read");
        let mut lines = BufReader::new(output).lines().map(|line| line.expect("a line"));
        let mut value = |name: &str| {
            let line = lines.next().expect("the sandbox says where it is");
            line.strip_prefix(name).expect("that line").to_owned()
        };
        let (url, token) = (value("UNLEASH_URL="), value("UNLEASH_TOKEN="));
        Self { child, url, token, _folder: folder }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
