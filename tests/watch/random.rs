//! 200 random edits, one after the other or several at once, and what is live after each.
//!
//! The oracle is a model of the folder: while anything in it is broken, live stays what it was when
//! all was right; when all is right, live is what the files say. Deleted documents leave their
//! segment as it is, because a watch never prunes.

use super::watching::Watching;
use super::{Desk, segment};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const EDITS: usize = 200;
const SLOTS: usize = 8;
/// The slot whose values stand in a file of their own.
const WITH_FILE: usize = 0;
const FOLDERS: [&str; 3] = ["segments", "segments/a", "segments/b/c"];
/// Texts that cannot be applied, each for another reason.
const BROKEN: [&str; 4] = [
    "apiVersion: [\n",
    "\tkind: Segment\n",
    "apiVersion: segctl.dev/v1\nkind: Segmnt\nmetadata: {name: x}\nspec: {}\n",
    "apiVersion: segctl.dev/v1\nkind: Segment\nmetadata: {name: x}\nspec: {unleash: {constraints: []}}\n",
];

/// One document of the folder.
#[derive(Clone, Default)]
struct Slot {
    folder: usize,
    /// What its text says; none where there is no file.
    now: Option<Content>,
    /// The last version that was right.
    last: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum Content {
    Version(usize),
    Broken,
}

struct Model {
    root: PathBuf,
    slots: Vec<Slot>,
    next: usize,
    /// Whether the workspace file is where it should be.
    workspace: bool,
    /// The last event of the server that was looked at.
    event: u64,
    /// Per segment, the versions that may be live: what was, and what all files said together at
    /// some moment since.
    allowed: BTreeMap<String, BTreeSet<String>>,
}

impl Model {
    fn path(&self, slot: usize) -> PathBuf {
        self.root.join(FOLDERS[self.slots[slot].folder]).join(format!("n{slot}.yaml"))
    }

    fn values_file(&self) -> PathBuf {
        self.root.join("ids/values.txt")
    }

    /// Writes a version of a slot, by way of another file or in place.
    fn write(&mut self, slot: usize, version: usize, in_place: bool) {
        let path = self.path(slot);
        let text = if slot == WITH_FILE {
            fs::create_dir_all(self.root.join("ids")).expect("a folder can be made");
            write(&self.values_file(), &format!("v{version}\n"), in_place);
            let up = "../".repeat(FOLDERS[self.slots[slot].folder].split('/').count());
            segment("n0", &format!("{{valuesFrom: {up}ids/values.txt}}"))
        } else {
            segment(&format!("n{slot}"), &format!("{{values: [v{version}]}}"))
        };
        write(&path, &text, in_place);
        self.slots[slot].now = Some(Content::Version(version));
        self.slots[slot].last = version;
    }

    fn fresh(&mut self) -> usize {
        self.next += 1;
        self.next
    }

    /// One random edit. Of those after a mistake, every third one mends all of it.
    fn edit(&mut self, random: &mut fastrand::Rng) {
        if !self.is_right() && random.u8(..3) == 0 {
            return self.mend();
        }
        let slot = random.usize(..SLOTS);
        let in_place = random.bool();
        let there = self.slots[slot].now.is_some();
        match random.usize(..12) {
            0..=4 => {
                let version = self.fresh();
                self.write(slot, version, in_place);
            }
            5 | 6 => {
                write(&self.path(slot), BROKEN[random.usize(..BROKEN.len())], in_place);
                self.slots[slot].now = Some(Content::Broken);
            }
            7 if there => self.delete(slot),
            8 if there => {
                let from = self.path(slot);
                self.slots[slot].folder = random.usize(..FOLDERS.len());
                let to = self.path(slot);
                fs::create_dir_all(to.parent().expect("it has a folder")).expect("it can be made");
                fs::rename(from, to).expect("it is there");
                // The way to the file of values is another one now.
                if slot == WITH_FILE && self.slots[slot].now != Some(Content::Broken) {
                    self.write(slot, self.slots[slot].last, in_place);
                }
            }
            9 => {
                let folder = 1 + random.usize(..FOLDERS.len() - 1);
                fs::remove_dir_all(self.root.join(FOLDERS[folder])).ok();
                for slot in self.slots.iter_mut().filter(|it| it.folder == folder) {
                    slot.now = None;
                }
            }
            10 => {
                let (here, away) = (self.root.join("segctl.yaml"), self.root.join("away.txt"));
                let (from, to) = if self.workspace { (here, away) } else { (away, here) };
                fs::rename(from, to).expect("it is there");
                self.workspace = !self.workspace;
            }
            // Restored, as it was when it was last right.
            _ => self.write(slot, self.slots[slot].last, in_place),
        }
        self.note();
    }

    fn delete(&mut self, slot: usize) {
        fs::remove_file(self.path(slot)).expect("it is there");
        self.slots[slot].now = None;
    }

    fn is_right(&self) -> bool {
        self.workspace && self.slots.iter().all(|it| it.now != Some(Content::Broken))
    }

    /// What the files say, when all of them are right.
    fn said(&self) -> BTreeMap<String, String> {
        let slots = self.slots.iter().enumerate();
        slots
            .filter_map(|(slot, it)| match it.now {
                Some(Content::Version(version)) => {
                    Some((format!("n{slot}"), format!("v{version}")))
                }
                _ => None,
            })
            .collect()
    }

    /// Notes that what the files say now may be applied.
    fn note(&mut self) {
        if self.is_right() {
            for (name, value) in self.said() {
                self.allowed.entry(name).or_default().insert(value);
            }
        }
    }

    /// Mends whatever is broken.
    fn mend(&mut self) {
        if !self.workspace {
            fs::rename(self.root.join("away.txt"), self.root.join("segctl.yaml"))
                .expect("it is there");
            self.workspace = true;
        }
        for slot in 0..SLOTS {
            if self.slots[slot].now == Some(Content::Broken) {
                self.write(slot, self.slots[slot].last, true);
            }
        }
        self.note();
    }
}

fn write(path: &Path, text: &str, in_place: bool) {
    fs::create_dir_all(path.parent().expect("it has a folder")).expect("it can be made");
    if in_place {
        fs::write(path, text).expect("it can be written");
    } else {
        let other = path.with_extension("tmp");
        fs::write(&other, text).expect("it can be written");
        fs::rename(other, path).expect("it can be moved");
    }
}

/// Waits for what the model allows, and fails on anything else.
async fn check(desk: &Desk, watching: &Watching, model: &mut Model, step: &str) {
    let start = Instant::now();
    let right = model.is_right();
    if !right {
        watching.settle();
    }
    let live = loop {
        let live = live(desk).await;
        let done = !right || model.said().iter().all(|(name, value)| live.get(name) == Some(value));
        if done {
            break live;
        }
        assert!(
            start.elapsed() < Duration::from_secs(60),
            "{step}: live is {live:?} and should be {:?}",
            model.said()
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    // What was written and put right again at once must have been allowed too.
    for event in desk.admin.events_since(model.event).await {
        model.event = event["id"].as_u64().expect("an event has an id");
        let written = &event["data"];
        let name = written["name"].as_str().unwrap_or_default();
        let value = written["constraints"][0]["values"][0].as_str().unwrap_or_default();
        let allowed = model.allowed.get(name).is_some_and(|it| it.contains(value));
        assert!(!name.starts_with('n') || allowed, "{step}: {value} was written to {name}");
    }
    for (name, value) in &live {
        let allowed = model.allowed.get(name);
        assert!(
            allowed.is_some_and(|it| it.contains(value)),
            "{step}: {name} is {value}, and no good state said that since: {allowed:?}"
        );
    }
    // What is broken says nothing about how far the watch is: it may still be at an earlier state.
    if right {
        let one = |(name, value)| (name, BTreeSet::from([value]));
        model.allowed = live.into_iter().map(one).collect();
    }
    model.note();
}

/// The one value of each segment of a slot.
async fn live(desk: &Desk) -> BTreeMap<String, String> {
    let of_slots = desk.values().await.into_iter().filter(|(name, _)| name.starts_with('n'));
    of_slots.map(|(name, values)| (name, values.join(","))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_edits() {
    // Every failure says the seed; this plays it again.
    let seed = std::env::var("SEGCTL_TEST_SEED").ok().and_then(|it| it.parse().ok());
    let seed = seed.unwrap_or_else(|| fastrand::u64(..));
    let mut random = fastrand::Rng::with_seed(seed);
    let desk = Desk::new().await;
    let root = desk.scratch.path.clone();
    // Many files change while one is broken, and the guard would wait for the user.
    let text = fs::read_to_string(root.join("segctl.yaml")).expect("it is there");
    desk.write("segctl.yaml", text.replace("auth:", "guard: {update: 100%}, auth:"));
    let watching = desk.watch(&[]);
    let slots = vec![Slot::default(); SLOTS];
    let mut model =
        Model { root, slots, next: 0, workspace: true, event: 0, allowed: BTreeMap::new() };
    for slot in 0..SLOTS {
        let version = model.fresh();
        model.write(slot, version, true);
        model.note();
    }
    check(&desk, &watching, &mut model, &format!("seed {seed}, the beginning")).await;
    let mut edits = 0;
    while edits < EDITS {
        let at_once = if random.u8(..4) == 0 { random.usize(2..5) } else { 1 };
        for _ in 0..at_once {
            model.edit(&mut random);
            edits += 1;
        }
        check(&desk, &watching, &mut model, &format!("seed {seed}, edit {edits}")).await;
    }
    model.mend();
    check(&desk, &watching, &mut model, &format!("seed {seed}, the end")).await;
    assert_eq!(watching.stop().0.code(), Some(130));
    let plan = desk.plan();
    assert_eq!(plan, Some(0), "seed {seed}: a plan at the end is not empty");
}
