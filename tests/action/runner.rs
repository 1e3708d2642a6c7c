//! Runs the steps of `action.yml` as a runner of GitHub does, as far as the action needs it.

use super::expression::{Known, filled, is_true};
use crate::support::scratch::{SEGCTL, repository};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the runner is told about a run.
pub(super) struct Job<'a> {
    /// The checkout, in which `.runner` is the runner's own folder.
    pub(super) folder: &'a Path,
    pub(super) api: &'a str,
    pub(super) inputs: BTreeMap<&'a str, &'a str>,
    pub(super) event_name: &'a str,
    pub(super) event: Value,
    pub(super) reference: &'a str,
    pub(super) sha: String,
    /// More variables: secrets, for one.
    pub(super) env: Vec<(&'a str, String)>,
    /// What `actions/download-artifact` finds.
    pub(super) artifact: Option<PathBuf>,
    /// Folders to find programs in, before all others.
    pub(super) path: Vec<PathBuf>,
}

/// What came of a run.
#[derive(Debug, Default)]
pub(super) struct Ran {
    /// The code of the first step that failed, or 0.
    pub(super) code: i32,
    pub(super) log: String,
    pub(super) summary: String,
    pub(super) outputs: BTreeMap<String, BTreeMap<String, String>>,
    /// The steps that ran, by name.
    pub(super) names: Vec<String>,
    /// The inputs of each action that was used.
    pub(super) used: Vec<(String, BTreeMap<String, String>)>,
}

impl Ran {
    /// An output of the step `run`, or nothing.
    pub(super) fn output(&self, name: &str) -> &str {
        self.outputs.get("run").and_then(|it| it.get(name)).map_or("", String::as_str)
    }

    /// What the action `name` was given, if it was used.
    pub(super) fn given(&self, name: &str) -> Option<&BTreeMap<String, String>> {
        let mut used = self.used.iter();
        used.find(|(uses, _)| uses.starts_with(name)).map(|(_, with)| with)
    }

    /// The text of a file that the step `run` names.
    pub(super) fn report(&self, form: &str) -> String {
        fs::read_to_string(self.output(form)).unwrap_or_default()
    }
}

/// A YAML file of the repository.
pub(super) fn yaml(path: &str) -> Value {
    let text = fs::read_to_string(repository().join(path)).expect(path);
    serde_yaml::from_str(&text).expect(path)
}

impl Job<'_> {
    /// Runs all steps in their order.
    pub(super) fn run(&self) -> Ran {
        let action = yaml("action.yml");
        let mut ran = Ran::default();
        let mut path = self.path.clone();
        let runner = self.folder.join(".runner");
        fs::create_dir_all(&runner).expect("a folder of the runner");
        fs::write(runner.join("event.json"), self.event.to_string()).expect("an event");
        for (at, step) in action["runs"]["steps"].as_array().into_iter().flatten().enumerate() {
            let condition = step["if"].as_str().unwrap_or_default();
            let always = condition.contains("!cancelled()");
            if ran.code != 0 && !always || !self.holds(condition, &action, &ran) {
                continue;
            }
            ran.names.push(text(&step["name"]));
            if let Some(uses) = step["uses"].as_str() {
                let with = self.filled_map(&step["with"], &action, &ran);
                self.fetch(uses, &with);
                ran.used.push((uses.to_owned(), with));
            } else {
                self.step(step, &runner.join(at.to_string()), &mut path, &action, &mut ran);
            }
        }
        ran
    }

    fn step(
        &self,
        step: &Value,
        files: &Path,
        path: &mut Vec<PathBuf>,
        action: &Value,
        ran: &mut Ran,
    ) {
        fs::create_dir_all(files).expect("a folder of the step");
        for name in ["OUTPUT", "PATH", "ENV", "STEP_SUMMARY"] {
            fs::write(files.join(name), "").expect("a file of the step");
        }
        let inside =
            filled(step["working-directory"].as_str().unwrap_or("."), &self.known(action, ran));
        let mut command = Command::new("bash");
        // As GitHub runs `shell: bash`.
        command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", &text(&step["run"])]);
        command.current_dir(self.folder.join(inside)).env_clear();
        self.surround(&mut command, files, path);
        command.envs(self.filled_map(&step["env"], action, ran));
        let output = command.output().expect("bash can be started");
        let read = |name: &str| fs::read_to_string(files.join(name)).expect("a file of the step");
        assert_eq!(read("ENV"), "", "no step changes the environment of others");
        for line in read("PATH").lines() {
            path.insert(0, PathBuf::from(line));
        }
        ran.summary.push_str(&read("STEP_SUMMARY"));
        ran.log.push_str(&String::from_utf8_lossy(&output.stdout));
        ran.log.push_str(&String::from_utf8_lossy(&output.stderr));
        let outputs = ran.outputs.entry(text(&step["id"])).or_default();
        for line in read("OUTPUT").lines() {
            let (name, value) = line.split_once('=').expect("NAME=VALUE");
            outputs.insert(name.to_owned(), value.to_owned());
        }
        if ran.code == 0 {
            ran.code = output.status.code().unwrap_or(-1);
        }
    }

    fn surround(&self, command: &mut Command, files: &Path, path: &[PathBuf]) {
        let programs = Path::new(SEGCTL).parent().expect("a folder");
        let system = std::env::var_os("PATH").unwrap_or_default();
        let mut folders = path.to_vec();
        folders.push(programs.to_owned());
        folders.extend(std::env::split_paths(&system));
        let runner = self.folder.join(".runner");
        command.env("PATH", std::env::join_paths(folders).expect("folders"));
        for name in ["OUTPUT", "PATH", "ENV", "STEP_SUMMARY"] {
            command.env(format!("GITHUB_{name}"), files.join(name));
        }
        command.envs([
            ("LC_ALL", "C.UTF-8"),
            ("CI", "true"),
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_API_URL", self.api),
            ("GITHUB_EVENT_NAME", self.event_name),
            ("GITHUB_REF", self.reference),
            ("GITHUB_REPOSITORY", "acme/flags"),
            ("GITHUB_RUN_ID", "99"),
            ("GITHUB_SERVER_URL", "https://github.example"),
            ("GITHUB_SHA", &self.sha),
            ("RUNNER_OS", "Linux"),
            ("RUNNER_ARCH", "X64"),
        ]);
        command.env("GITHUB_ACTION_PATH", repository());
        command.env("GITHUB_WORKSPACE", self.folder);
        command.env("GITHUB_EVENT_PATH", runner.join("event.json"));
        command.env("RUNNER_TEMP", &runner);
        command.envs(self.env.iter().map(|(name, value)| (*name, value)));
    }

    /// What `actions/download-artifact` does.
    fn fetch(&self, uses: &str, with: &BTreeMap<String, String>) {
        if uses.starts_with("actions/download-artifact@") {
            let from = self.artifact.as_ref().expect("an artifact to download");
            fs::copy(from, Path::new(&with["path"]).join("any.plan")).expect("it can be copied");
        }
    }

    fn holds(&self, condition: &str, action: &Value, ran: &Ran) -> bool {
        condition.is_empty() || is_true(&filled(condition, &self.known(action, ran)))
    }

    fn filled_map(&self, map: &Value, action: &Value, ran: &Ran) -> BTreeMap<String, String> {
        let known = self.known(action, ran);
        let entries = map.as_object().into_iter().flatten();
        entries.map(|(name, value)| (name.clone(), filled(&text(value), &known))).collect()
    }

    /// Every name that an expression may use, with its value.
    fn known(&self, action: &Value, ran: &Ran) -> Known {
        let mut known = Known::from([("github.token".to_owned(), "the-token".to_owned())]);
        for (name, input) in action["inputs"].as_object().into_iter().flatten() {
            let default = filled(&text(&input["default"]), &known);
            let value = self.inputs.get(name.as_str()).map_or(default, |it| (*it).to_owned());
            known.insert(format!("inputs.{name}"), value);
        }
        for (step, outputs) in &ran.outputs {
            for (name, value) in outputs {
                known.insert(format!("steps.{step}.outputs.{name}"), value.clone());
            }
        }
        for name in self.inputs.keys() {
            assert!(!action["inputs"][name].is_null(), "the action has no input `{name}`");
        }
        known
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(String::new, str::to_owned)
}
