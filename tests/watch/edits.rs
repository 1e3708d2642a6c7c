//! Every way in which files change.

use super::{Desk, segment};
use serde_json::json;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant, SystemTime};

fn one(value: &str) -> String {
    segment("first", &format!("{{values: [{value}]}}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_written_in_place() {
    let desk = Desk::new().await;
    let watching = desk.watch(&[]);
    desk.sandbox.forget_requests();
    write_over(&desk, "segments/first.yaml", &one("two"));
    let pass = watching.pass();
    let lists = desk.sandbox.requests().into_iter();
    let lists = lists.filter(|it| it.method == "GET" && it.path == "/api/admin/segments").count();
    assert_eq!(lists, 2, "a look, which began early, and the proof");
    assert_eq!(pass["targets"][0]["requests"], desk.sandbox.requests().len());
    assert_eq!(pass["pass"], json!({"reason": "files", "files": ["segments/first.yaml"]}));
    assert_eq!(pass["targets"][0]["steps"][0]["outcome"], "updated");
    assert_eq!(desk.values().await["first"], ["two"]);
    // The same text again says nothing new, so nothing is asked either.
    desk.sandbox.forget_requests();
    write_over(&desk, "segments/first.yaml", &one("two"));
    assert!(watching.is_silent());
    assert_eq!(desk.sandbox.requests().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_take_the_place_of_another() {
    let desk = Desk::new().await;
    let file = desk.scratch.path.join("segments/first.yaml");
    let watching = desk.watch(&[]);
    // As most editors do.
    desk.write("segments/.first.yaml.tmp", one("two"));
    fs::rename(desk.scratch.path.join("segments/.first.yaml.tmp"), &file).expect("it is there");
    watching.good_pass();
    assert_eq!(desk.values().await["first"], ["two"]);
    // As vim does: for a moment there is no such file.
    fs::rename(&file, file.with_extension("yaml~")).expect("it is there");
    desk.write("segments/first.yaml", one("three"));
    fs::remove_file(file.with_extension("yaml~")).expect("it is there");
    let pass = watching.good_pass();
    assert_eq!(pass["targets"][0]["orphans"], json!([]), "it was never gone");
    assert_eq!(desk.values().await["first"], ["three"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn folders_that_come_go_and_come_back() {
    let desk = Desk::new().await;
    let watching = desk.watch(&[]);
    for round in ["a", "b"] {
        let document = segment("deep", &format!("{{values: [{round}]}}"));
        desk.write("segments/team/deep/deep.yaml", document);
        watching.good_pass();
        assert_eq!(desk.values().await["deep"], [round]);
        // The folder is a new one each time: it must be watched anew.
        desk.write("segments/team/deep/deep.yaml", segment("deep", "{values: [again]}"));
        watching.good_pass();
        assert_eq!(desk.values().await["deep"], ["again"]);
        fs::remove_dir_all(desk.scratch.path.join("segments/team")).expect("it is there");
        let pass = watching.good_pass();
        assert_eq!(pass["targets"][0]["orphans"][0]["name"], "deep", "a watch never prunes");
        assert_eq!(desk.values().await["deep"], ["again"]);
    }
    // A folder that is moved into place is there at once, with all that it holds.
    desk.write("aside/deep.yaml", segment("deep", "{values: [moved]}"));
    fs::rename(desk.scratch.path.join("aside"), desk.scratch.path.join("segments/team"))
        .expect("it can be moved");
    watching.good_pass();
    assert_eq!(desk.values().await["deep"], ["moved"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_folder_of_all_documents_may_go() {
    let desk = Desk::new().await;
    let folder = desk.scratch.path.join("segments");
    let watching = desk.watch(&[]);
    fs::remove_dir_all(&folder).expect("it is there");
    let pass = watching.pass();
    assert_eq!(pass["diagnostics"][0]["code"], "no-match", "{pass}");
    desk.write("segments/first.yaml", one("back"));
    watching.good_pass();
    assert_eq!(desk.values().await["first"], ["back"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_values() {
    let desk = Desk::new().await;
    desk.write("ids/beta.txt", "ada\n");
    desk.write("segments/first.yaml", segment("first", "{valuesFrom: ../ids/beta.txt}"));
    let watching = desk.watch(&[]);
    desk.write("ids/beta.txt", "ada\nbob\n");
    let pass = watching.good_pass();
    assert_eq!(pass["pass"]["files"], json!(["ids/beta.txt"]));
    assert_eq!(desk.values().await["first"], ["ada", "bob"]);

    fs::remove_file(desk.scratch.path.join("ids/beta.txt")).expect("it is there");
    let pass = watching.pass();
    assert_eq!(
        (&pass["ok"], &pass["diagnostics"][0]["code"]),
        (&json!(false), &json!("file-unreadable"))
    );
    desk.write("ids/beta.txt", "eve\n");
    watching.good_pass();
    assert_eq!(desk.values().await["first"], ["eve"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_that_is_broken_changes_nothing() {
    let desk = Desk::new().await;
    let watching = desk.watch(&[]);
    desk.sandbox.forget_requests();
    desk.write("segments/first.yaml", "apiVersion: [\n");
    let pass = watching.pass();
    assert_eq!((&pass["ok"], &pass["diagnostics"][0]["code"]), (&json!(false), &json!("syntax")));
    // An edit beside it waits too: what is broken may belong to it.
    desk.write("segments/second.yaml", segment("second", "{values: [x]}"));
    assert_eq!(watching.pass()["ok"], false);
    assert_eq!(desk.sandbox.requests().len(), 0);
    desk.write("segments/first.yaml", one("mended"));
    watching.good_pass();
    let values = desk.values().await;
    assert_eq!(
        (&*values["first"], &*values["second"]),
        (&["mended".into()][..], &["x".into()][..])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_file_that_changes() {
    let desk = Desk::new().await;
    let watching = desk.watch(&[]);
    let path = desk.scratch.path.join("segctl.yaml");
    let text = fs::read_to_string(&path).expect("it is there");
    desk.write("segctl.yaml", "kind: Nothing\n");
    assert_eq!(watching.pass()["ok"], false);
    desk.write("more/second.yaml", segment("second", "{values: [x]}"));
    desk.write("segctl.yaml", text.replace("\"*.yml\"", "\"*.yml\", \"more/*.yaml\""));
    watching.good_pass();
    assert_eq!(desk.values().await["second"], ["x"]);
    desk.write("more/second.yaml", segment("second", "{values: [y]}"));
    watching.good_pass();
    assert_eq!(desk.values().await["second"], ["y"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_of_saves_is_one_pass() {
    let desk = Desk::new().await;
    let watching = desk.watch(&[]);
    let (start, mut last, mut pauses) = (Instant::now(), Instant::now(), 0);
    for number in 0..40 {
        desk.write("segments/first.yaml", one(&format!("v{number}")));
        desk.write(
            &format!("segments/s{number}.yaml"),
            segment(&format!("s{number}"), "{values: [x]}"),
        );
        std::thread::sleep(Duration::from_millis(3));
        pauses += usize::from(last.elapsed() > Duration::from_millis(40));
        last = Instant::now();
    }
    // On a busy machine it is several bursts, and one that is long shows before its end.
    let bursts = 1 + pauses + usize::try_from(start.elapsed().as_millis() / 500).expect("a few");
    let mut passes = 0;
    while desk.values().await.len() < 42 || desk.values().await["first"] != ["v39"] {
        watching.pass();
        passes += 1;
    }
    passes += watching.passes().len();
    assert!((1..=bursts + 1).contains(&passes), "{passes} passes for {bursts} bursts");
    assert_eq!(desk.values().await.len(), 42);
    assert_eq!(desk.values().await["first"], ["v39"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_switch_of_branches_is_seen_whole() {
    let desk = Desk::new().await;
    let folder = desk.scratch.path.clone();
    let git = |arguments: &[&str]| git(&folder, arguments);
    let write_all = |value: &str| {
        for number in 0..60 {
            let name = format!("s{number}");
            let text = segment(&name, &format!("{{values: [{value}]}}"));
            desk.write(&format!("segments/{}/{name}.yaml", number % 7), text);
        }
    };
    // The guard would hold back a change of all segments.
    let text = fs::read_to_string(folder.join("segctl.yaml")).expect("it is there");
    let unguarded = text.replace("auth:", "guard: {update: 100%, values: 100%}, auth:");
    desk.write("segctl.yaml", unguarded);
    git(&["init", "-q"]);
    // In the middle of a switch nothing moves for longer than an editor takes.
    desk.write(".git/info/attributes", "s30.yaml filter=slow\n");
    git(&["config", "filter.slow.smudge", "sleep 0.4; cat"]);
    write_all("main");
    git(&["add", "."]);
    git(&["commit", "-qm", "one"]);
    git(&["switch", "-qc", "other"]);
    write_all("other");
    desk.write("segments/9/more.yaml", segment("more", "{values: [x]}"));
    git(&["add", "."]);
    git(&["commit", "-qm", "two"]);
    let between = git(&["diff", "--name-only", "HEAD~1"]);
    let between: Vec<&str> = between.lines().collect();

    let watching = desk.watch(&[]);
    for value in ["main", "other", "main"] {
        git(&["switch", "-q", "-"]);
        // A pass over some of the files would be one over half a branch.
        let pass = watching.pass();
        assert_eq!(pass["pass"]["files"], json!(between), "half a branch was seen");
        assert_eq!(pass["ok"], true, "{pass}");
        let live = desk.values().await;
        let wrong: Vec<_> = live
            .iter()
            .filter(|(name, _)| name.starts_with('s'))
            .filter(|(_, values)| **values != [value])
            .collect();
        assert!(wrong.is_empty() && live.len() > 60, "{value}: {wrong:?}");
    }
    assert!(watching.is_silent());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_git_is_writing_is_not_read() {
    let desk = Desk::new().await;
    git(&desk.scratch.path, &["init", "-q"]);
    let lock = desk.scratch.path.join(".git/index.lock");
    let watching = desk.watch(&[]);
    fs::write(&lock, "").expect("the folder of Git is there");
    desk.write("segments/first.yaml", one("half"));
    assert!(watching.is_silent(), "half of a branch was read");
    desk.write("segments/first.yaml", one("whole"));
    fs::remove_file(&lock).expect("it is there");
    watching.good_pass();
    assert_eq!(desk.values().await["first"], ["whole"]);
    assert!(watching.is_silent());
    // A lock that a killed Git left behind is no reason to wait for ever.
    fs::write(&lock, "").expect("the folder of Git is there");
    let old = SystemTime::now() - Duration::from_secs(3600);
    let file = fs::File::options().write(true).open(&lock).expect("it was made");
    file.set_modified(old).expect("its time can be set");
    desk.write("segments/first.yaml", one("later"));
    watching.good_pass();
    assert_eq!(desk.values().await["first"], ["later"]);
    // Nor does a switch that takes longer than half a minute show before its end.
    for number in 0..6 {
        desk.write("segments/first.yaml", one(&format!("part-{number}")));
        assert!(watching.is_silent(), "half of a slow switch was read");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    fs::remove_file(&lock).expect("it is there");
    watching.good_pass();
    assert_eq!(desk.values().await["first"], ["part-5"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_above_is_never_meant() {
    let desk = Desk::new().await;
    desk.write("team/segments/ours.yaml", segment("ours", "{values: [x]}"));
    let file = fs::read_to_string(desk.scratch.path.join("segctl.yaml")).expect("it is there");
    let inner = file.replace("name: acme", "name: team").replace(", \"*.yml\"", "");
    desk.write("team/segctl.yaml", inner);
    let watching = desk.watch(&["-f", "team"]);
    let team = desk.scratch.path.join("team");
    fs::rename(team.join("segctl.yaml"), team.join("away")).expect("it is there");
    let pass = watching.pass();
    assert_eq!(pass["diagnostics"][0]["code"], "file-unreadable", "{pass}");
    assert!(watching.is_silent());
    let live = desk.values().await;
    assert_eq!(live.keys().collect::<Vec<_>>(), ["ours"], "the workspace above was applied");
    desk.write("team/segments/ours.yaml", segment("ours", "{values: [y]}"));
    fs::rename(team.join("away"), team.join("segctl.yaml")).expect("it is there");
    watching.good_pass();
    assert_eq!(desk.values().await["ours"], ["y"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_event_tells_is_found_by_the_clock() {
    let desk = Desk::new().await;
    desk.write("elsewhere/data.txt", "one\n");
    let link = desk.scratch.path.join("segments/link.txt");
    std::os::unix::fs::symlink("../elsewhere/data.txt", link).expect("a link can be made");
    desk.write("segments/first.yaml", segment("first", "{valuesFrom: link.txt}"));
    let watching = desk.watch(&["--poll", "1s"]);
    desk.write("elsewhere/data.txt", "two\n");
    watching.good_pass();
    assert_eq!(desk.values().await["first"], ["two"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn labels_narrow_what_is_applied() {
    let desk = Desk::new().await;
    let labelled = segment("mine", "{values: [x]}")
        .replace("metadata: {name: mine}", "metadata: {name: mine, labels: {team: growth}}");
    desk.write("segments/mine.yaml", &labelled);
    let watching = desk.watch(&["-l", "team=growth"]);
    desk.write("segments/first.yaml", one("two"));
    watching.good_pass();
    desk.write("segments/mine.yaml", labelled.replace("[x]", "[y]"));
    watching.good_pass();
    let live = desk.values().await;
    assert_eq!((live.len(), &*live["mine"]), (1, &["y".to_owned()][..]), "{live:?}");
}

/// Writes a document of `desk` in place; the new text is as long as the old one.
fn write_over(desk: &Desk, path: &str, text: &str) {
    let mut file = fs::File::options().write(true).open(desk.scratch.path.join(path));
    let file = file.as_mut().expect("it is there");
    assert_eq!(file.metadata().expect("it is open").len(), text.len() as u64, "{text}");
    file.write_all(text.as_bytes()).expect("it can be written");
}

/// Runs Git, and gives what it says.
fn git(folder: &Path, arguments: &[&str]) -> String {
    let identity = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "gc.auto=0"];
    let mut command = Command::new("git");
    command.args(identity).args(arguments).current_dir(folder);
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
    let output = command.output().expect("git can be run");
    assert!(output.status.success(), "git {arguments:?}: {output:?}");
    String::from_utf8(output.stdout).expect("Git says text")
}
