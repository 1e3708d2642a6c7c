//! What comments take out, as reviewers are told of it.

use insta::assert_snapshot;

use super::policies::under;
use super::policies_of_plans::{applied, passes};
use super::{segment, users};

#[test]
fn what_a_comment_takes_out_is_told_to_a_reviewer_in_every_form() {
    let workspace = applied(&["{forbid: widening}"]).with(".git/HEAD", "ref: refs/heads/main\n");
    let comment = "name: beta} # segctl: ignore[policy-widening] agreed with @security\n";
    let wider = segment("beta", "", &users("ada, bob, eve")).replace("name: beta}\n", comment);
    workspace.write("docs/a.yaml", wider);
    let shown = |command: &str, form: &str| {
        passes(&workspace, &format!("{command} -q --report {form}=report"));
        std::fs::read_to_string(workspace.folder().join("report")).expect("a report")
    };
    passes(&workspace, "plan -q --out p.json");
    for form in ["markdown", "html", "github", "sarif"] {
        let text = shown("plan", form);
        for said in ["policy-widening", "docs/a.yaml", "steps that widen an audience", "@security"]
        {
            assert!(text.contains(said), "{form} does not say {said}:\n{text}");
        }
    }
    // The plan file is applied by who has no documents.
    workspace.remove("docs/a.yaml");
    let reports = "--report markdown=m --report html=h --report github=g";
    passes(&workspace, &format!("apply p.json -q {reports}"));
    let read =
        |name: &str| std::fs::read_to_string(workspace.folder().join(name)).expect("a report");
    let markdown: Vec<String> = read("m").lines().skip(3).take(8).map(str::to_owned).collect();
    assert_snapshot!(markdown.join("\n"), @"
    **Applied: 1 updated. 1 widens who gets in. 1 finding is ignored by a comment.**

    <details><summary>Ignored by comments, with the reasons</summary>

    - `docs/a.yaml:3`<br>**ignored** `policy-widening`: update `beta`: a policy forbids steps that widen an audience<br>reason: agreed with `@security`

    </details>
    ");
    let html = read("h");
    let html = html.split("<section>").find(|it| it.contains("Ignored")).unwrap_or_default();
    assert_snapshot!(html, @r#"

    <h2>Ignored by comments</h2>
    <ul class="remarks">
    <li><span class="place"><code>docs/a.yaml:3</code></span> <b class="tone note">ignored</b> <code>policy-widening</code> update <code>beta</code>: a policy forbids steps that widen an audience<span class="help">reason: agreed with @security</span></li>
    </ul>
    </section>
    "#);
    let annotations = read("g");
    let notice = annotations.lines().find(|it| it.starts_with("::notice"));
    assert_snapshot!(notice.unwrap_or_default(), @"::notice file=docs/a.yaml,line=3,endLine=3,col=1,title=segctl%3A policy-widening is ignored::update `beta`: a policy forbids steps that widen an audience%0Areason: agreed with @security");
}

#[test]
fn annotations_count_what_many_comments_take_out() {
    let workspace = under(&["{forbid: no-description}"]);
    let write = |count: usize| {
        for at in 0..count {
            let name = format!("s{at}");
            let comment = "spec: # segctl: ignore[policy-description] it is plain\n";
            let document = segment(&name, "", &users("ada")).replace("spec:\n", comment);
            workspace.write(&format!("docs/{name}.yaml"), document);
        }
        workspace.run("validate -o github").stdout
    };
    let few = write(5);
    assert_eq!((few.lines().count(), few.matches("reason: it is plain").count()), (5, 5), "{few}");
    assert_snapshot!(write(6), @"::notice title=segctl%3A 6 findings are ignored by comments::6 × policy-description");
}
