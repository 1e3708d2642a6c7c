//! `-o github`: what GitHub shows beside the lines of a pull request.

use insta::assert_snapshot;

use super::{Workspace, attachment, segment, users};

/// A workspace that is the whole of its repository.
fn workspace() -> Workspace {
    Workspace::sandbox().with(".git/HEAD", "ref: refs/heads/main\n")
}

#[test]
fn of_invalid_documents() {
    let workspace = workspace()
        .with("docs/a.yaml", segment("beta", "", &users("5")))
        .with("docs/b.yaml", segment("beta", "  descripton: Helpers.\n", &users("ada")));
    assert_snapshot!(workspace.run("validate -o github"), @r#"
    --- stdout
    ::error file=docs/a.yaml,line=7,endLine=7,col=54,title=segctl%3A wrong-type::each of `values` must be a text, and this is a number%0Aa number%0Ahelp: YAML reads it without quotes as something else%0Ahelp: quote it: "5"
    ::error file=docs/b.yaml,line=3,endLine=3,col=18,title=segctl%3A duplicate-document::two documents are the segment `beta`%0Aand again here%0Ahelp: the name is the identity in Git: give one of them another%0Adocs/a.yaml:3: first here
    ::error file=docs/b.yaml,line=5,endLine=5,col=3,title=segctl%3A unknown-field::unknown field `descripton`%0Adid you mean `description`?%0Ahelp: write `description`: description
    --- exit 3
    "#);
    assert_eq!(workspace.run("validate -o github").stdout, workspace.run("plan -o github").stdout);
}

#[test]
fn of_paths_from_the_root_of_the_repository() {
    let workspace = Workspace::empty()
        .with(".git/HEAD", "ref: refs/heads/main\n")
        .with("ops/a:b 50%/segctl.yaml", "apiVersion: segctl.dev/v1\nkind: Workspace\n");
    let run = workspace.run_with("validate -o github", &[("SEGCTL_FILE", "ops/a:b 50%")]);
    assert_snapshot!(run, @"
    --- stdout
    ::error file=ops/a%3Ab 50%25/segctl.yaml,line=1,endLine=1,col=1,title=segctl%3A missing-field::the field `metadata` is missing%0Ano `metadata` here%0Ahelp: `metadata`: The name.
    ::error file=ops/a%3Ab 50%25/segctl.yaml,line=1,endLine=1,col=1,title=segctl%3A missing-field::the field `spec` is missing%0Ano `spec` here%0Ahelp: `spec`: Documents and targets.
    --- exit 3
    ");
}

#[test]
fn of_a_plan_and_its_apply() {
    let workspace = workspace()
        .with("docs/a.yaml", segment("beta", "  description: Helpers.\n", &users("ada, bob")))
        .with("docs/l.yaml", segment("legacy", "", &users("new")))
        .with("docs/r.yaml", attachment("checkout", "beta"));
    assert_snapshot!(workspace.run("plan -o github"), @r#"
    --- stdout
    ::error file=docs/l.yaml,line=5,endLine=5,col=3,title=segctl%3A would-overwrite::local: adopt segment legacy is refused: the live segment `legacy` is not managed by segctl, and differs%0Ahelp: take it over with `--adopt legacy`, or give the document another name in its block%0Awhy: without a base nothing tells this change, earlier ones and drift apart%0A/description: "Made by hand." -> ""%0A/constraints/0/values: +1 -1 of 1 values%0A  + new%0A  - old
    ::notice file=docs/a.yaml,line=3,endLine=3,col=18,title=segctl%3A create segment beta::local: create segment beta%0Awhy: Git moved: without a base nothing tells this change from earlier ones%0Aname: beta%0Adescription: Helpers.%0Aconstraints%0A  {contextName: userId, operator: IN, values: [ada, bob]}
    ::notice file=docs/r.yaml,line=5,endLine=5,col=14,title=segctl%3A attach checkout::local: attach checkout (strategy titled `Gradual rollout` of default/new-checkout in production), which narrows the audience%0Awhy: without a base nothing tells this change, earlier ones and drift apart%0A/segments: +1 of 1 values%0A  + beta
    --- exit 3
    "#);
    assert_snapshot!(workspace.run("apply --auto-approve -o github"), @r#"
    --- stdout
    ::error file=docs/l.yaml,line=5,endLine=5,col=3,title=segctl%3A would-overwrite::local: adopt segment legacy is refused: the live segment `legacy` is not managed by segctl, and differs%0Ahelp: take it over with `--adopt legacy`, or give the document another name in its block%0Awhy: without a base nothing tells this change, earlier ones and drift apart%0A/description: "Made by hand." -> ""%0A/constraints/0/values: +1 -1 of 1 values%0A  + new%0A  - old
    ::notice file=docs/a.yaml,line=3,endLine=3,col=18,title=segctl%3A create segment beta::local: create segment beta%0Anothing was applied%0Awhy: Git moved: without a base nothing tells this change from earlier ones%0Aname: beta%0Adescription: Helpers.%0Aconstraints%0A  {contextName: userId, operator: IN, values: [ada, bob]}
    ::notice file=docs/r.yaml,line=5,endLine=5,col=14,title=segctl%3A attach checkout::local: attach checkout (strategy titled `Gradual rollout` of default/new-checkout in production), which narrows the audience%0Anothing was applied%0Awhy: without a base nothing tells this change, earlier ones and drift apart%0A/segments: +1 of 1 values%0A  + beta
    --- exit 3
    "#);
    assert_snapshot!(workspace.run("apply --auto-approve --keep-going -o github"), @r#"
    --- stdout
    ::error file=docs/l.yaml,line=5,endLine=5,col=3,title=segctl%3A would-overwrite::local: adopt segment legacy is refused: the live segment `legacy` is not managed by segctl, and differs%0Ahelp: take it over with `--adopt legacy`, or give the document another name in its block%0Awhy: without a base nothing tells this change, earlier ones and drift apart%0A/description: "Made by hand." -> ""%0A/constraints/0/values: +1 -1 of 1 values%0A  + new%0A  - old
    ::notice file=docs/a.yaml,line=3,endLine=3,col=18,title=segctl%3A created segment beta::local: created segment beta%0Awhy: Git moved: without a base nothing tells this change from earlier ones%0Aname: beta%0Adescription: Helpers.%0Aconstraints%0A  {contextName: userId, operator: IN, values: [ada, bob]}
    ::notice file=docs/r.yaml,line=5,endLine=5,col=14,title=segctl%3A attached checkout::local: attached checkout (strategy titled `Gradual rollout` of default/new-checkout in production), which narrows the audience%0Awhy: without a base nothing tells this change, earlier ones and drift apart%0A/segments: +1 of 1 values%0A  + beta
    --- exit 3
    "#);
    workspace.write("docs/a.yaml", segment("beta", "", &users("ada, bob, \"::error::eve\"")));
    workspace.remove("docs/l.yaml");
    assert_snapshot!(workspace.run("plan -o github"), @r#"
    --- stdout
    ::warning file=docs/a.yaml,line=5,endLine=5,col=3,title=segctl%3A update segment beta::local: update segment beta, which widens the audience%0Awhy: Git moved: without a base nothing tells this change from earlier ones%0A/description: Helpers. -> ""%0A/constraints/0/values: +1 of 3 values%0A  + "\u{3a}:error::eve"%0Aused by new-checkout in production
    --- exit 0
    "#);
}

#[test]
fn of_more_than_github_shows() {
    let one = |at: usize| segment(&format!("segment-{at}"), "", &users("ada"));
    let all: Vec<String> = (0..12).map(one).collect();
    let workspace = workspace().with("docs/all.yaml", all.join("---\n"));
    let run = workspace.run("plan -o github");
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(lines.len(), 13);
    assert_snapshot!(lines[9], @"::notice title=segctl%3A 3 more notices::GitHub shows 10 of each kind; the others are in the log of this step");
    let at = "--artifact-url https://ci.example/runs/7";
    let run = workspace.run(&format!("plan -o github {at}"));
    assert_snapshot!(run.stdout.lines().nth(9).expect("the tenth"), @"::notice title=segctl%3A 3 more notices::GitHub shows 10 of each kind; the others are in https://ci.example/runs/7");
}
