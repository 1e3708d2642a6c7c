//! A workspace, its sandbox, and a `segctl watch` between the two.

use crate::support::admin::Admin;
use crate::support::sandbox::{OwnSandbox, sandbox};
use crate::support::scratch::{SEGCTL, Scratch, clean};
use segctl::sandbox::Sandbox;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long a test waits to be sure that nothing comes.
const SILENCE: Duration = Duration::from_millis(600);

const FLAGS: &str = "
features:
  - name: new-checkout
    strategies: {production: [{name: flexibleRollout, title: Gradual rollout}]}
";

/// A workspace folder and the server that it is for.
pub(super) struct Desk {
    pub(super) scratch: Scratch,
    pub(super) sandbox: OwnSandbox,
    pub(super) admin: Admin,
}

impl Desk {
    /// A workspace without documents.
    pub(super) async fn new() -> Self {
        let sandbox = sandbox(FLAGS).await;
        let admin = Admin::new(sandbox.url(), Sandbox::TOKEN);
        let scratch = Scratch::new();
        scratch.write("segctl.yaml", workspace_file(sandbox.url()));
        // A glob that finds nothing is a mistake.
        scratch.write("always.yml", segment("always", "{values: [here]}"));
        let empty = scratch.path.join("segments");
        std::fs::create_dir_all(empty).expect("a folder can be made");
        scratch.write("segments/first.yaml", segment("first", "{values: [one]}"));
        Self { scratch, sandbox, admin }
    }

    /// Writes a file, all of it at one moment: on a busy machine, a file that is written in place
    /// can stay empty for long enough to be read.
    pub(super) fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let (folder, name) = path.rsplit_once('/').unwrap_or((".", path));
        let aside = format!("{folder}/.{name}.new");
        self.scratch.write(&aside, text);
        let root = &self.scratch.path;
        std::fs::rename(root.join(aside), root.join(path)).expect("it can be moved");
    }

    /// Starts `segctl watch -o json` with `more` arguments, and waits for its first pass.
    pub(super) fn watch(&self, more: &[&str]) -> Watching {
        let watching = self.start(&[&["-o", "json"], more].concat());
        assert_eq!(watching.pass()["pass"]["reason"], "start");
        watching
    }

    /// Starts `segctl watch` with these arguments.
    pub(super) fn start(&self, arguments: &[&str]) -> Watching {
        Watching::start(&self.scratch, Sandbox::TOKEN, arguments)
    }

    /// The values of each live segment, by its name, which is there once.
    pub(super) async fn values(&self) -> BTreeMap<String, Vec<String>> {
        let segments = self.admin.segments().await;
        let count = segments.len();
        let values: BTreeMap<String, Vec<String>> = segments
            .into_iter()
            .map(|it| {
                let name = it["name"].as_str().expect("a segment has a name").to_owned();
                let values = it["constraints"][0]["values"].as_array().cloned().unwrap_or_default();
                let mut values: Vec<String> =
                    values.iter().filter_map(Json::as_str).map(str::to_owned).collect();
                values.sort();
                (name, values)
            })
            .collect();
        assert_eq!(values.len(), count, "a name is there twice: {values:?}");
        values
    }

    /// The exit code of a plan that may have nothing to do.
    pub(super) fn plan(&self) -> Option<i32> {
        let mut command = Command::new(SEGCTL);
        command.args(["plan", "--detailed-exitcode"]).current_dir(&self.scratch.path);
        let output = clean(&mut command).env("TOKEN", Sandbox::TOKEN).output();
        output.expect("segctl can be started").status.code()
    }

    /// How many requests that may have changed something came since they were forgotten.
    pub(super) fn writes(&self) -> usize {
        self.sandbox.requests().iter().filter(|it| it.method != "GET").count()
    }
}

/// A workspace with one target at `url`.
pub(super) fn workspace_file(url: &str) -> String {
    format!(
        "apiVersion: segctl.dev/v1\nkind: Workspace\nmetadata: {{name: acme}}\nspec:\n  documents: [\"segments/**/*.yaml\", \"*.yml\"]\n  targets:\n    - {{name: local, provider: unleash, url: \"{url}\", auth: {{token: {{env: TOKEN}}}}}}\n"
    )
}

/// The document of a segment; `rest` is what its one constraint says beside field and operator.
pub(super) fn segment(name: &str, rest: &str) -> String {
    let rest = rest.trim_start_matches('{');
    format!(
        "apiVersion: segctl.dev/v1\nkind: Segment\nmetadata: {{name: {name}}}\nspec:\n  unleash:\n    constraints:\n      - {{contextName: userId, operator: IN, {rest}\n"
    )
}

/// A running watch. It is killed on drop.
pub(super) struct Watching {
    child: Child,
    lines: Receiver<String>,
    log: Arc<Mutex<String>>,
    logging: Option<JoinHandle<()>>,
}

impl Watching {
    /// Starts it with these arguments.
    pub(super) fn start(scratch: &Scratch, token: &str, arguments: &[&str]) -> Self {
        let mut command = Command::new(SEGCTL);
        command.arg("watch").args(arguments).current_dir(&scratch.path);
        clean(&mut command).env("TOKEN", token);
        let pipes = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = pipes.spawn().expect("segctl can be started");
        let stdout = child.stdout.take().expect("its output is a pipe");
        let (send, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if send.send(line).is_err() {
                    return;
                }
            }
        });
        let log = Arc::<Mutex<String>>::default();
        let stderr = child.stderr.take().expect("its log is a pipe");
        let logging = std::thread::spawn({
            let log = Arc::clone(&log);
            move || {
                for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                    *log.lock().unwrap_or_else(PoisonError::into_inner) += &(line + "\n");
                }
            }
        });
        Self { child, lines, log, logging: Some(logging) }
    }

    /// The next pass, which must come.
    pub(super) fn pass(&self) -> Json {
        let line = self.lines.recv_timeout(PATIENCE).expect("a pass comes");
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("no envelope: {line}"))
    }

    /// The next pass that ended well; those before it did not.
    pub(super) fn good_pass(&self) -> Json {
        loop {
            let pass = self.pass();
            if pass["ok"] == true {
                return pass;
            }
        }
    }

    /// Whether no pass comes for a while.
    pub(super) fn is_silent(&self) -> bool {
        self.lines.recv_timeout(SILENCE) == Err(RecvTimeoutError::Timeout)
    }

    /// The passes that came until nothing came for a while.
    pub(super) fn passes(&self) -> Vec<Json> {
        let mut passes = vec![];
        while let Ok(line) = self.lines.recv_timeout(SILENCE) {
            passes.push(serde_json::from_str(&line).expect("an envelope"));
        }
        passes
    }

    /// Waits until the passes that an edit calls for have ended.
    pub(super) fn settle(&self) {
        // Longer than the quiet that a watch waits for.
        let mut wait = Duration::from_millis(700);
        while self.lines.recv_timeout(wait).is_ok() {
            wait = Duration::from_millis(150);
        }
    }

    /// The next line of output.
    pub(super) fn line(&self) -> String {
        self.lines.recv_timeout(PATIENCE).expect("a line comes")
    }

    /// Sends Ctrl-C.
    pub(super) fn interrupt(&self) {
        let sent = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status();
        assert!(sent.is_ok_and(|it| it.success()), "kill can be run");
    }

    /// Sends Ctrl-C, and gives what it ends with and what is left of its log.
    pub(super) fn stop(mut self) -> (ExitStatus, String) {
        self.interrupt();
        let status = self.child.wait().expect("it ends");
        if let Some(logging) = self.logging.take() {
            logging.join().expect("its log is text");
        }
        (status, self.log())
    }

    /// What is in its log.
    fn log(&self) -> String {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until its log says so.
    pub(super) fn until_logged(&self, text: &str) {
        let start = Instant::now();
        while !self.log().contains(text) {
            assert!(start.elapsed() < PATIENCE, "it never says {text}: {}", self.log());
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
