//! What was taken out of the documents: its line is one of the base, which nobody can open here.

use insta::assert_snapshot;
use serde_json::{Value as Json, json};

use super::Workspace;
use super::base::pull_request;
use super::sarif::{lines, results};

/// The same as Git says it, as in a pipeline of GitHub.
fn on_github(workspace: &Workspace, arguments: &str) -> String {
    let variables = [
        ("GITHUB_SERVER_URL", "https://github.example"),
        ("GITHUB_REPOSITORY", "acme/flags"),
        ("GITHUB_SHA", "0123456789abcdef"),
    ];
    let run = workspace.run_with(arguments, &variables);
    assert_eq!(run.code, Some(0), "{run}");
    run.stdout
}

/// What a Markdown says of `old` and `older`, folded out.
fn details(markdown: &str) -> String {
    let parts = markdown.split("<details>").skip(1).filter(|it| it.contains("<code>old"));
    let parts = parts.map(|it| it.split("</details>").next().unwrap_or_default());
    parts.collect()
}

#[test]
fn text_says_where_orphans_were_and_why_they_are_there() {
    let run = pull_request().run("plan --base main");
    let orphans = run.stdout.lines().skip_while(|it| !it.starts_with("Orphans"));
    assert_snapshot!(orphans.collect::<Vec<_>>().join("\n"), @"
    Orphans, managed and no longer in Git (`--prune` deletes them):
      old  was written in docs/old.yaml:3
          why: its document is in main and no longer here
      older
          why: main does not have it either

    Plan: 2 to create, 3 to update, 1 to attach. 2 orphans stay: managed, and no longer in Git.
    ");
}

#[test]
fn json_tells_lines_of_the_base_from_lines_at_hand() {
    let workspace = pull_request();
    let of = |arguments: &str| -> Json {
        serde_json::from_str(&workspace.run(arguments).stdout).expect("JSON")
    };
    let base = json!({"file": "docs/old.yaml", "line": 3, "column": 18});
    let output = of("plan --base main -o json");
    let target = &output["targets"][0];
    let orphan = |name: &str| {
        let mut orphans = target["orphans"].as_array().expect("orphans").iter();
        orphans.find(|it| it["name"] == name).expect("the orphan").clone()
    };
    assert_eq!((&orphan("old")["place"], &orphan("old")["placeIn"]), (&base, &json!("base")));
    let nowhere = (&Json::Null, &Json::Null);
    assert_eq!((&orphan("older")["place"], &orphan("older")["placeIn"]), nowhere);
    let steps = target["steps"].as_array().expect("steps");
    let update = steps.iter().find(|it| it["name"] == "beta").expect("a step");
    assert_eq!(update["placeIn"], "checkout");

    let output = of("plan --base main --prune -o json");
    let steps = output["targets"][0]["steps"].as_array().expect("steps");
    let delete = steps.iter().find(|it| it["name"] == "old").expect("a step");
    assert_eq!((&delete["place"], &delete["placeIn"]), (&base, &json!("base")));
    assert_eq!(delete["origin"], Json::Null);
}

#[test]
fn annotations_are_on_no_line_that_is_not_there() {
    let workspace = pull_request();
    let of = |arguments: &str| {
        let shown = on_github(&workspace, arguments);
        let old = shown.lines().filter(|it| it.contains("segment old"));
        old.collect::<Vec<_>>().join("\n")
    };
    assert_snapshot!(of("plan --base main --prune -o github"), @"
    ::warning title=segctl%3A delete segment old::local: delete segment old%0Awhy: its document is in main and no longer here%0Awas written in docs/old.yaml:3%0Aname: old%0Aconstraints%0A  {contextName: userId, operator: IN, values: [olga]}
    ::warning title=segctl%3A delete segment older::local: delete segment older%0Awhy: main does not have it either, and it was not deleted%0Aname: older%0Aconstraints%0A  {contextName: userId, operator: IN, values: [otto]}
    ");
    assert_snapshot!(of("plan --base main -o github"), @"
    ::notice title=segctl%3A orphan old::local: segment old is managed and no longer in Git%0Awhy: its document is in main and no longer here%0Awas written in docs/old.yaml:3%0Ahelp: `--prune` deletes it
    ::notice title=segctl%3A orphan older::local: segment older is managed and no longer in Git%0Awhy: main does not have it either%0Ahelp: `--prune` deletes it
    ");
}

#[test]
fn code_scanning_is_told_of_no_line_that_is_not_there() {
    let workspace = pull_request();
    let of = |arguments: &str| {
        let all = lines(&results(&workspace, arguments));
        let old = all.lines().filter(|it| it.contains("segment old"));
        old.collect::<Vec<_>>().join("\n")
    };
    assert_snapshot!(of("plan --base main --prune"), @"
    warning step/delete segctl.yaml:1: local: delete segment old | why: its document is in main and no longer here | was written in docs/old.yaml:3 | name: old | constraints |   {contextName: userId, operator: IN, values: [olga]}
    warning step/delete segctl.yaml:1: local: delete segment older | why: main does not have it either, and it was not deleted | name: older | constraints |   {contextName: userId, operator: IN, values: [otto]}
    ");
    assert_snapshot!(of("plan --base main"), @"
    note orphan segctl.yaml:1: local: segment old is managed and no longer in Git | why: its document is in main and no longer here | was written in docs/old.yaml:3 | help: `--prune` deletes it
    note orphan segctl.yaml:1: local: segment older is managed and no longer in Git | why: main does not have it either | help: `--prune` deletes it
    ");
}

#[test]
fn markdown_and_html_link_no_file_that_is_not_there() {
    let workspace = pull_request();
    for prune in ["", " --prune"] {
        let arguments = format!("plan --base main{prune} -o");
        for form in ["markdown", "html"] {
            let shown = on_github(&workspace, &format!("{arguments} {form}"));
            assert!(shown.contains("/blob/0123456789abcdef/docs/beta.yaml#L7"), "{shown}");
            assert!(!shown.contains("/docs/old.yaml"), "{shown}");
        }
    }
    let shown = on_github(&workspace, "plan --base main --prune -o markdown");
    assert_snapshot!(details(&shown), @"
    <summary>❌ delete: segment <code>old</code></summary>

    - was written in `docs/old.yaml:3`
    - why: its document is in main and no longer here

    ```diff
    - name: old
    - constraints:
    -   {contextName: userId, operator: IN, values: [olga]}
    ```

    <summary>❌ delete: segment <code>older</code></summary>

    - why: main does not have it either, and it was not deleted

    ```diff
    - name: older
    - constraints:
    -   {contextName: userId, operator: IN, values: [otto]}
    ```
    ");
    let shown = on_github(&workspace, "plan --base main -o markdown");
    assert_snapshot!(details(&shown), @"
    <summary>⚪ orphan: segment <code>old</code></summary>

    - **note**: managed, and no longer in Git; `--prune` deletes it
    - was written in `docs/old.yaml:3`
    - why: its document is in main and no longer here

    <summary>⚪ orphan: segment <code>older</code></summary>

    - **note**: managed, and no longer in Git; `--prune` deletes it
    - why: main does not have it either
    ");
    let page = on_github(&workspace, "plan --base main -o html");
    assert!(
        page.contains("<dt>Was written in</dt><dd><code>docs/old.yaml:3</code></dd>"),
        "{page}"
    );
    assert!(
        page.contains("<dt>Why</dt><dd>its document is in main and no longer here</dd>"),
        "{page}"
    );
}
