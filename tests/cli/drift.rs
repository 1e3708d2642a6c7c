//! Drift: what people changed, told apart from what Git has not yet applied.

use insta::assert_snapshot;
use reqwest::Method;
use serde_json::{Value as Json, json};

use super::{Workspace, attachment, sarif, segment, users};
use crate::support::admin::Admin;
use segctl::sandbox::{Options, Sandbox};

/// Three applied segments, two of them on a rule.
fn applied() -> Workspace {
    let workspace = Workspace::sandbox()
        .with("docs/a.yaml", segment("beta", "", &users("ada")))
        .with("docs/b.yaml", segment("gamma", "", &users("bob")))
        .with("docs/c.yaml", segment("delta", "", &users("dan")))
        .with("docs/r.yaml", attachment("checkout", "beta, gamma"));
    let run = workspace.run("apply --auto-approve -q");
    assert_eq!(run.code, Some(0), "{run}");
    workspace
}

/// What a person does on the live system.
pub(super) enum Edit {
    Values(&'static str, &'static [&'static str]),
    Describe(&'static str, &'static str),
    /// As `Describe`, but the mark stays.
    Reword(&'static str, &'static str),
    Delete(&'static str),
    Detach(&'static str),
}

/// Performs `edits` on the sandbox of `workspace`, through its API.
pub(super) fn by_hand(workspace: &Workspace, edits: &[Edit]) {
    let runtime = tokio::runtime::Runtime::new().expect("there are threads");
    runtime.block_on(async {
        let data = workspace.folder().join(".segctl/sandbox/flags.yaml.db");
        let options = Options { fixture: None, data, port: 0, ..Options::default() };
        let sandbox = Sandbox::start(options).await.expect("the sandbox starts");
        let admin = Admin::new(sandbox.url(), Sandbox::TOKEN);
        for edit in edits {
            perform(edit, &admin).await;
        }
    });
}

async fn perform(edit: &Edit, admin: &Admin) {
    let (Edit::Values(name, _)
    | Edit::Describe(name, _)
    | Edit::Reword(name, _)
    | Edit::Delete(name)
    | Edit::Detach(name)) = edit;
    let segments = admin.segments().await;
    let of_name = |it: &&Json| it["name"] == *name;
    let mut segment = segments.iter().find(of_name).expect("the segment is there").clone();
    let id = segment["id"].clone();
    let path = format!("/api/admin/segments/{id}");
    match edit {
        Edit::Values(_, values) => segment["constraints"][0]["values"] = json!(values),
        Edit::Describe(_, text) => segment["description"] = json!(text),
        Edit::Reword(_, text) => {
            let old = segment["description"].as_str().expect("a text");
            let mark = old.lines().last().expect("the mark").to_owned();
            segment["description"] = json!(format!("{text}\n\n{mark}"));
        }
        Edit::Delete(_) => {
            admin.send(Method::DELETE, &path, None).await.ok("deleting");
            return;
        }
        Edit::Detach(_) => return detach(admin, &id).await,
    }
    let fields = ["name", "description", "project", "constraints"];
    let body: Json = fields.iter().map(|it| ((*it).to_owned(), segment[*it].clone())).collect();
    admin.send(Method::PUT, &path, Some(&body)).await.ok("editing");
}

/// Takes a segment off the first strategy of the flag.
async fn detach(admin: &Admin, id: &Json) {
    let flag = admin.flag("new-checkout").await;
    let environments = flag["environments"].as_array().expect("environments");
    let of_name = |it: &&Json| it["name"] == "production";
    let production = environments.iter().find(of_name).expect("production");
    let strategy = &production["strategies"][0];
    let mut segments = strategy["segments"].as_array().expect("segments").clone();
    segments.retain(|it| it != id);
    let path = format!(
        "/api/admin/projects/default/features/new-checkout/environments/production/strategies/{}",
        strategy["id"].as_str().expect("an id")
    );
    let body = json!([{"op": "replace", "path": "/segments", "value": segments}]);
    admin.send(Method::PATCH, &path, Some(&body)).await.ok("detaching");
}

#[test]
fn there_is_none_after_an_apply() {
    let workspace = applied();
    assert_snapshot!(workspace.run("drift --detailed-exitcode"), @"
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

    No drift. 4 documents unchanged.
    --- exit 0
    ");
}

#[test]
fn is_told_apart_from_what_git_changed() {
    let workspace = applied();
    by_hand(&workspace, &[Edit::Values("beta", &["ada", "mallory"])]);
    workspace.write("docs/b.yaml", segment("gamma", "", &users("bob, eve")));
    assert_snapshot!(workspace.run("drift"), @"
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

    Changed in the live system since segctl wrote it; `apply` sets it back:

      ~ segment beta [live, widens]  docs/a.yaml:7
          /constraints/0/values: +1 of 2 values
            + mallory
          used by new-checkout in production

    Changed in Git, and not applied yet: segment gamma

    Drift: 1 changed in the live system, 0 unclear. 1 document to apply. 2 documents unchanged.
    --- exit 0
    ");
    assert_eq!(workspace.run("drift --detailed-exitcode").code, Some(2));
    // Git catches up with the person, and moves on.
    workspace.write("docs/a.yaml", segment("beta", "", &users("ada, grace")));
    assert_snapshot!(workspace.run("drift --detailed-exitcode"), @"
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

    Changed in the live system since segctl wrote it; `apply` sets it back:

      ~ segment beta [both, replaces]  docs/a.yaml:7
          Git moved too
          /constraints/0/values: +1 -1 of 2 values
            + mallory
            - grace
          used by new-checkout in production

    Changed in Git, and not applied yet: segment gamma

    Drift: 1 changed in the live system, 0 unclear. 1 document to apply. 2 documents unchanged.
    --- exit 2
    ");
}

#[test]
fn is_no_matter_of_what_git_alone_changed() {
    let workspace = applied();
    workspace.write("docs/b.yaml", segment("gamma", "", &users("bob, eve")));
    assert_snapshot!(workspace.run("drift --detailed-exitcode"), @"
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

    Changed in Git, and not applied yet: segment gamma

    No drift. 1 document to apply. 3 documents unchanged.
    --- exit 0
    ");
}

#[test]
fn says_what_nobody_can_tell() {
    let workspace = applied();
    by_hand(
        &workspace,
        &[
            Edit::Detach("gamma"),
            Edit::Describe("beta", "Mine now."),
            Edit::Describe("gamma", ""),
            Edit::Delete("delta"),
        ],
    );
    assert_snapshot!(workspace.run("drift --detailed-exitcode"), @r#"
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

    Differs, and nothing tells whether Git or the live system moved:

      ? segment delta  docs/c.yaml:3
          it is not there: new in Git, or deleted in the live system

      ? segment beta  docs/a.yaml:5
          it is there without our mark: never managed, or the mark was removed
          /description: "" -> "Mine now."
          used by new-checkout in production

      ? checkout (strategy titled `Gradual rollout` of default/new-checkout in production) [widens]  docs/r.yaml:5
          its segments differ: Git moved, or somebody changed the rule
          /segments: -1 of 2 values
            - gamma

    Equal to what is live, and not managed here: gamma

    Drift: 0 changed in the live system, 3 unclear. 1 document unchanged.
    --- exit 2
    "#);
}

#[test]
fn names_orphans_that_were_changed() {
    let workspace = applied();
    by_hand(&workspace, &[Edit::Values("delta", &["eve"])]);
    workspace.remove("docs/c.yaml");
    assert_snapshot!(workspace.run("drift --detailed-exitcode"), @"
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

    Changed in the live system since segctl wrote it; `apply` sets it back unless it says otherwise:

      ~ segment delta [both]
          changed by hand, or a copy; it has no document, so `apply` leaves it alone

    Drift: 1 changed in the live system, 0 unclear. 3 documents unchanged.
    --- exit 2
    ");
}

#[test]
fn names_what_apply_is_refused_to_set_back() {
    let workspace = applied();
    by_hand(&workspace, &[Edit::Values("beta", &["zoe"]), Edit::Values("delta", &["eve"])]);
    let config = std::fs::read_to_string(workspace.folder().join("segctl.yaml")).expect("it is");
    let policy = "spec:\n  policies: [{forbid: widening, unless: free}]\n";
    workspace.write("segctl.yaml", config.replace("spec:\n", policy));
    let free = segment("delta", "", &users("dan"))
        .replace("name: delta", "name: delta, labels: {free: x}");
    workspace.write("docs/c.yaml", free);
    let run = workspace.run("drift");
    let beginning = run.stdout.lines().filter(|it| it.contains("apply") || it.contains('~'));
    assert_snapshot!(beginning.collect::<Vec<_>>().join("\n"), @"
    Changed in the live system since segctl wrote it; `apply` sets it back unless it says otherwise:
      ~ segment beta [live, replaces]  docs/a.yaml:7
          `apply` is refused to set it back
      ~ segment delta [live, replaces]  docs/c.yaml:7
    ");
    for (form, refused) in [("markdown", "`apply` is refused"), ("github", "`apply` is refused")] {
        let run = workspace.run(&format!("drift -o {form}"));
        assert!(run.stdout.contains(refused), "{run}");
    }
    let annotated = workspace.run("drift -o github").stdout;
    let of_beta = annotated.lines().find(|it| it.contains("segment beta was changed"));
    assert!(of_beta.is_some_and(|it| !it.contains("sets it back%0A")), "{annotated}");
}

/// Somebody cut the hash off the marks: that something moved is seen, but not who moved it.
#[test]
fn proves_nothing_without_the_hash_in_the_mark() {
    let workspace = applied();
    by_hand(
        &workspace,
        &[
            Edit::Describe("beta", "Managed by segctl: acme/beta"),
            Edit::Describe("gamma", "Managed by segctl: acme/gamma"),
            Edit::Describe("delta", "Managed by segctl: acme/delta"),
        ],
    );
    workspace.write("docs/a.yaml", segment("beta", "", &users("ada, eve")));
    workspace.remove("docs/c.yaml");
    assert_snapshot!(workspace.run("drift --detailed-exitcode"), @"
    --- stdout
    Target local (unleash 8.2.0 at sandbox:flags.yaml)

    Differs, and nothing tells whether Git or the live system moved:

      ? segment beta [narrows]  docs/a.yaml:7
          its mark has no hash, so nothing tells who moved
          /constraints/0/values: -1 of 2 values
            - eve
          used by new-checkout in production

      ? segment delta
          its mark has no hash, so nothing tells who moved; it has no document, so `apply` leaves it alone

    Drift: 0 changed in the live system, 2 unclear. 2 documents unchanged.
    --- exit 2
    ");
}

#[test]
fn is_there_for_programs() {
    let workspace = applied();
    by_hand(&workspace, &[Edit::Values("beta", &["mallory"])]);
    workspace.write("docs/b.yaml", segment("gamma", "", &users("bob, eve")));
    let run = workspace.run("drift -o json");
    assert_eq!(run.code, Some(0), "{run}");
    let envelope: Json = serde_json::from_str(&run.stdout).expect("an envelope");
    let target = &envelope["targets"][0];
    assert_eq!(target["steps"], json!([]));
    assert_eq!(envelope["summary"]["drifted"], 1);
    assert_eq!(target["drift"]["ahead"], json!([{"kind": "Segment", "name": "gamma"}]));
    let drifted = &target["drift"]["drifted"][0];
    assert_eq!(drifted["cause"], "live");
    assert_eq!(
        drifted["changes"],
        json!([{"path": "/constraints/0/values", "added": ["mallory"], "removed": ["ada"]}])
    );
    assert_eq!(drifted["desired"]["constraints"][0]["values"], json!(["ada"]));
    assert_eq!(drifted["live"]["constraints"][0]["values"], json!(["mallory"]));
}

#[test]
fn is_there_for_reviewers() {
    let workspace = applied();
    workspace.write(".git/HEAD", "ref: refs/heads/main\n");
    by_hand(&workspace, &[Edit::Values("beta", &["ada", "mallory"]), Edit::Delete("delta")]);
    workspace.write("docs/b.yaml", segment("gamma", "", &users("bob, eve")));
    assert_snapshot!(workspace.run("drift -o github"), @"
    --- stdout
    ::warning file=docs/a.yaml,line=7,endLine=7,col=45,title=segctl%3A segment beta::local: segment beta was changed in the live system; `apply` sets it back%0Athe difference widens the audience%0A/constraints/0/values: +1 of 2 values%0A  + mallory%0Aused by new-checkout in production
    ::warning file=docs/c.yaml,line=3,endLine=3,col=18,title=segctl%3A segment delta::local: segment delta differs, and nothing tells whether Git or the live system moved%0Ait is not there: new in Git, or deleted in the live system
    ::notice file=docs/b.yaml,line=7,endLine=7,col=59,title=segctl%3A segment gamma::local: segment gamma changed in Git, and is not applied yet
    --- exit 0
    ");
    assert_snapshot!(sarif::lines(&sarif::results(&workspace, "drift")), @"
    warning drift/changed docs/a.yaml:7: local: segment beta was changed in the live system; `apply` sets it back | the difference widens the audience | /constraints/0/values: +1 of 2 values |   + mallory | used by new-checkout in production
    warning drift/unclear docs/c.yaml:3: local: segment delta differs, and nothing tells whether Git or the live system moved | it is not there: new in Git, or deleted in the live system
    note drift/ahead docs/b.yaml:7: local: segment gamma changed in Git, and is not applied yet
    ");
}

#[test]
fn sends_reads_only_and_needs_no_documents_that_are_wrong() {
    let workspace = applied();
    workspace.write("docs/b.yaml", "kind: [nonsense");
    assert_eq!(workspace.run("drift").code, Some(3));
    assert_eq!(workspace.run("drift --prune").code, Some(64));
    assert_eq!(workspace.run("drift -t nowhere").code, Some(64));
}
