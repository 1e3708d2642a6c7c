//! What `segctl explain` shows of refusals and failures is what a terminal shows.

use std::collections::BTreeSet;

use segctl::diagnostic::{Class, Code, Example};
use segctl::sandbox::Sandbox;

use super::trouble::{server_that_says, workspace_at};
use super::{Workspace, attachment, segment, users};
use crate::support::served::Served;

/// Codes that are brought about elsewhere: by real servers of an old version, by two processes at
/// once, by a signal, by chance, by the limits of a machine, or by a file of 10 MiB.
const ELSEWHERE: [Code; 15] = [
    Code::FileTooLarge,
    Code::ServerTooOld,
    Code::RuleOfReleasePlan,
    Code::Twins,
    Code::Unreachable,
    Code::RateLimited,
    Code::ServerFault,
    Code::NotConverged,
    Code::Stale,
    Code::Interrupted,
    Code::GuardTripped,
    Code::WatchFailed,
    // By what a person did, in `import_update`.
    Code::EditUnplaced,
    Code::EditContested,
    // By a defect alone.
    Code::ImportDefect,
];

/// A world in which every refusal can be had.
const FLAGS: &str = "
projects: [default, blue]
features:
  - name: new-checkout
    strategies:
      production:
        - {name: flexibleRollout, title: Gradual rollout, segments: [legacy]}
        - {name: default, title: Staff}
        - {name: default, title: Staff}
segments:
  - {name: legacy, constraints: [{contextName: userId, operator: IN, values: [old]}]}
limits: {segments: 3, segmentValues: 1000, strategySegments: 5}
contextFields: [{name: region, legalValues: [eu, us]}]
";

fn shop() -> Workspace {
    Workspace::sandbox().with("flags.yaml", FLAGS)
}

/// `beta`, and an attachment of it beside `legacy`, which is owned elsewhere.
fn checkout() -> Workspace {
    let legacy = "apiVersion: segctl.dev/v1\nkind: Segment\nmetadata: {name: legacy}\nspec: {external: true, unleash: {}}\n";
    shop()
        .with("docs/a.yaml", segment("beta", "", &users("ada")))
        .with("docs/b.yaml", legacy)
        .with("docs/c.yaml", attachment("checkout", "beta, legacy"))
}

/// A segment in a project.
fn scoped(name: &str, project: &str) -> String {
    segment(name, "", &users("ada"))
        .replace("  unleash:\n", &format!("  unleash:\n    project: {project}\n"))
}

fn applied(workspace: Workspace) -> Workspace {
    let run = workspace.run("apply --auto-approve -q");
    assert_eq!(run.code, Some(0), "{run}");
    workspace
}

/// What a run with `arguments` says in `workspace`.
fn said(workspace: &Workspace, arguments: &str) -> String {
    workspace.run(arguments).to_string()
}

/// What a prune says where archived flags may not be read.
fn use_unknown() -> String {
    let closed = ["--fault", "GET /api/admin/search/features:0x:403"];
    let served = Served::new("{}", &closed);
    let workspace = workspace_at(&served.url);
    let token = [("TOKEN", Sandbox::TOKEN)];
    assert_eq!(workspace.run_with("apply --auto-approve -q", &token).code, Some(0));
    workspace.write("docs/a.yaml", segment("other", "", &users("ada")));
    workspace.run_with("plan --prune", &token).to_string()
}

fn refusals() -> Vec<(Code, String)> {
    let attached = |selector: &str| {
        let document = attachment("other", "legacy, beta");
        checkout().with("docs/d.yaml", document.replace("title: Gradual rollout", selector))
    };
    let renamed = applied(
        shop()
            .with("docs/a.yaml", segment("beta", "", &users("ada")))
            .with("docs/b.yaml", segment("gamma", "", &users("bob"))),
    );
    for (path, name, other) in [("docs/a.yaml", "beta", "gamma"), ("docs/b.yaml", "gamma", "beta")]
    {
        let document = segment(name, "", &users("ada"));
        let named = format!("  unleash:\n    name: {other}\n");
        renamed.write(path, document.replace("  unleash:\n", &named));
    }
    let scoped_later = applied(checkout()).with("docs/a.yaml", scoped("beta", "blue"));
    let in_use = applied(checkout());
    in_use.remove("docs/a.yaml");
    in_use.remove("docs/c.yaml");
    let many = (0..3).fold(shop(), |workspace, at| {
        workspace.with(
            &format!("docs/{at}.yaml"),
            segment(&format!("s{at}"), "", &users(&format!("u{at}"))),
        )
    });
    vec![
        (
            Code::WouldOverwrite,
            said(&shop().with("docs/a.yaml", segment("legacy", "", &users("ada"))), "plan"),
        ),
        (
            Code::WouldDetachForeign,
            said(&checkout().with("docs/c.yaml", attachment("checkout", "beta")), "plan"),
        ),
        (Code::NameTaken, said(&renamed, "plan")),
        (
            Code::UnknownProject,
            said(&shop().with("docs/a.yaml", scoped("beta", "nowhere")), "plan"),
        ),
        (Code::ScopeInUse, said(&scoped_later, "plan")),
        (Code::OutOfScope, said(&checkout().with("docs/a.yaml", scoped("beta", "blue")), "plan")),
        (Code::LimitReached, said(&many, "plan")),
        (Code::IllegalValue, said(&shop().with("docs/a.yaml", segment("beta", "", "{contextName: region, operator: IN, values: [mars]}")), "plan")),
        (Code::FlagNotFound, said(&checkout().with("docs/c.yaml", attachment("checkout", "beta, legacy").replace("new-checkout", "old-checkout")), "plan")),
        (Code::RuleNotFound, said(&attached("title: Nobody"), "plan")),
        (Code::RuleAmbiguous, said(&attached("title: Staff"), "plan")),
        (Code::RuleShared, said(&attached("name: flexibleRollout"), "plan")),
        (
            Code::ExternalNotFound,
            said(
                &checkout().with("docs/b.yaml", "apiVersion: segctl.dev/v1\nkind: Segment\nmetadata: {name: legacy}\nspec: {external: true, unleash: {name: partners}}\n"),
                "plan",
            ),
        ),
        (Code::InUse, said(&in_use, "plan --prune")),
        (Code::UseUnknown, use_unknown()),
        (Code::OutsideSelection, said(&checkout(), "plan -f docs/c.yaml")),
    ]
}

/// What `ConfigCat` would refuse on a rule of an environment that asks for reasons.
fn configcat() -> Vec<(Code, String)> {
    let shop = |access: &str, target: &str, segments: &str| {
        let fixture = format!(
            "products: [{{name: Shop, environments: [{{name: Production, reasonRequired: true{access}}}], \
             segments: [{{name: beta, comparisonAttribute: Email, comparator: contains, comparisonValue: x}}], \
             configs: [{{name: Main, settings: [{{key: checkout, values: {{Production: {{defaultValue: false, \
             targetingRules: [{{conditions: [{{segmentCondition: {{segment: beta, comparator: isIn}}}}], value: true}}]}}}}}}]}}]}}]\n"
        );
        let config = format!(
            "apiVersion: segctl.dev/v1\nkind: Workspace\nmetadata: {{name: acme}}\nspec:\n  documents: [\"docs/*.yaml\"]\n  \
             targets: [{{name: local, provider: configcat, url: \"sandbox:flags.yaml\"{target}}}]\n"
        );
        let document = |kind: &str, name: &str, spec: &str| {
            format!(
                "apiVersion: segctl.dev/v1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec: {spec}\n"
            )
        };
        let gamma =
            "{configcat: {comparisonAttribute: Email, comparator: contains, comparisonValue: y}}";
        let rule = format!(
            "{{allow: [matches-everyone], segments: [{segments}], configcat: {{config: Main, environment: Production, \
             setting: checkout, rule: {{serves: true}}}}}}"
        );
        let workspace = Workspace::empty()
            .with("segctl.yaml", config)
            .with("flags.yaml", fixture)
            .with("docs/b.yaml", document("Segment", "beta", "{external: true, configcat: {}}"))
            .with("docs/g.yaml", document("Segment", "gamma", gamma))
            .with("docs/c.yaml", document("Attachment", "checkout", &rule));
        said(&workspace, "plan --adopt checkout")
    };
    vec![
        (Code::EnvironmentReadOnly, shop(", environmentAccessType: readOnly", "", "beta, gamma")),
        (Code::ReasonRequired, shop("", ", reason: \"\"", "beta, gamma")),
        (Code::RuleNeedsCondition, shop("", "", "")),
    ]
}

/// What a run says when every answer is `status` with `body`.
fn answered(status: &str, body: &str) -> String {
    let length = body.len();
    let answer = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    );
    asked(&server_that_says(answer.leak()))
}

/// What a plan of the server at `url` says.
fn asked(url: &str) -> String {
    let run = workspace_at(url).run_with("plan --parallelism 1", &[("TOKEN", "secret-token")]);
    run.to_string()
}

/// What an import says of what it cannot write as it is.
fn imports() -> Vec<(Code, String)> {
    let flags = FLAGS.replace(
        "segments:\n",
        "  - {name: old, archived: true, strategies: {production: [{name: default, segments: [legacy]}]}}
segments:
  - {name: lost, description: \"Managed by segctl: acme/No_Name 01234567\", constraints: []}
",
    );
    let output = said(&Workspace::sandbox().with("flags.yaml", flags), "import");
    vec![(Code::FlagArchived, output.clone()), (Code::UnusableMark, output)]
}

fn failures() -> Vec<(Code, String)> {
    let message = |text: &str| format!("{{\"message\":\"{text}\"}}");
    let web_page = server_that_says(
        "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 4\r\nconnection: close\r\n\r\nhtml",
    );
    let no_fixture = checkout();
    no_fixture.remove("flags.yaml");
    let planned = checkout();
    assert_eq!(planned.run("plan --out p.json").code, Some(0));
    let not_saved = said(&planned, "plan --out no/such/folder/p.json");
    let config =
        std::fs::read_to_string(planned.folder().join("segctl.yaml")).expect("it is there");
    planned.write("segctl.yaml", config.replace("name: local", "name: nowhere"));
    let elsewhere = said(&planned, "apply p.json");
    let plan = std::fs::read_to_string(planned.folder().join("p.json")).expect("it is there");
    planned.write("p.json", plan.replace("ada", "eve"));
    vec![
        (Code::NoWorkspace, said(&Workspace::empty(), "plan")),
        (Code::Unauthorized, answered("401 Unauthorized", &message("You must log in."))),
        (Code::Forbidden, answered("403 Forbidden", &message("You do not have permission."))),
        (Code::Rejected, answered("400 Bad Request", &message("The request is odd."))),
        (Code::UnexpectedAnswer, answered("200 OK", "{}")),
        (Code::NotTheApi, asked(&web_page)),
        (Code::BadPlanFile, said(&planned, "apply p.json")),
        (Code::NotSaved, not_saved),
        (Code::PlanElsewhere, elsewhere),
        (
            Code::Usage,
            said(&Workspace::empty(), "plan --prune -f . --provider unleash --url u --workspace w"),
        ),
        (Code::SandboxFailed, said(&no_fixture, "plan")),
    ]
}

#[test]
fn are_shown_by_explain_as_they_are() {
    let mut wrong = vec![];
    let mut shown: BTreeSet<Code> = ELSEWHERE.into();
    for (code, output) in refusals()
        .into_iter()
        .chain(super::codes_confidence::refusals())
        .chain(super::policies_of_plans::shown())
        .chain(super::base::said())
        .chain(configcat())
        .chain(imports())
        .chain(failures())
    {
        let Example::Terminal(line) = code.example() else { panic!("{} has a file", code.name()) };
        if !output.contains(line) {
            wrong.push(format!("no `{line}` in:\n{output}"));
        }
        assert!(shown.insert(code), "{} stands twice", code.name());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    let of_runs = |code: &&Code| {
        matches!(code.class(), Class::Refusal | Class::Failure)
            || code.class() == Class::Policy && matches!(code.example(), Example::Terminal(_))
    };
    let left: Vec<_> = Code::ALL.iter().filter(of_runs).filter(|it| !shown.contains(it)).collect();
    assert!(left.is_empty(), "without a run: {left:?}");
}
