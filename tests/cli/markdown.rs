//! `-o markdown`: what a reviewer reads on a pull request.

use insta::assert_snapshot;

use super::policies_of_plans::on_two_flags;
use super::{Workspace, attachment, segment, users};

/// Two segments on a rule, and one that is on none, all of them applied.
pub(super) fn applied() -> Workspace {
    let workspace = Workspace::sandbox()
        // The root of a repository, where paths begin.
        .with(".git/HEAD", "")
        .with("docs/a.yaml", segment("beta", "  description: Helpers.\n", &users("ada, bob")))
        .with("docs/b.yaml", segment("gone", "", &users("x")))
        .with("docs/c.yaml", segment("other", "", &users("ada")))
        .with("docs/r.yaml", attachment("checkout", "beta, gone"));
    let run = workspace.run("apply --auto-approve -q");
    assert_eq!(run.code, Some(0), "{run}");
    workspace
}

/// What a merge would change of [`applied`]: something widens, something is refused.
pub(super) fn changed() -> Workspace {
    let workspace = applied()
        .with("docs/a.yaml", segment("beta", "  description: Helpers.\n", &users("ada, bob, carl")))
        .with(
            "docs/d.yaml",
            segment("new", "  description: |\n    Two\n    lines.\n", &users("eve")),
        )
        .with("docs/l.yaml", segment("legacy", "", &users("mine")))
        .with("docs/r.yaml", attachment("checkout", "beta, new"));
    workspace.remove("docs/b.yaml");
    workspace.remove("docs/c.yaml");
    workspace
}

#[test]
fn of_a_plan() {
    assert_snapshot!(changed().run("plan -o markdown"), @r#"
    --- stdout
    <!-- segctl:plan:acme -->
    ### What a merge will do: `acme`

    **Plan: 1 to create, 1 to update, 1 to attach. 1 refused. 2 orphans stay: managed, and no longer in Git. 1 widens who gets in, 1 is not proven to leave it.**

    #### Target `local`

    unleash 8.2.0 at `sandbox:flags.yaml`.

    | Step | Object | Who gets in | Why | Where it reaches |
    | --- | --- | --- | --- | --- |
    | ⛔ adopt, refused | segment `legacy` | **replaces** | unknown |  |
    | 📝 update | segment `beta` | **widens** | unknown | `new-checkout` in `production` |
    | 🔗 attach | `checkout` | not proven | unknown | `new-checkout` in `production` |
    | ➕ create | segment `new` |  | unknown | `new-checkout` in `production` (new) |
    | ⚪ orphan | segment `gone` |  | unknown | `new-checkout` in `production` (no longer) |
    | ⚪ orphan | segment `other` |  | unknown |  |

    <details><summary>⛔ adopt, refused: segment <code>legacy</code>, replaces</summary>

    - **refused** `would-overwrite`: the live segment `legacy` is not managed by segctl, and differs<br>help: take it over with `--adopt legacy`, or give the document another name in its block
    - written in `docs/l.yaml:5`
    - why: without a base nothing tells this change, earlier ones and drift apart

    ```diff
    - /description: "Made by hand."
    + /description: ""
      /constraints/0/values of {contextName: userId, operator: IN}: +1 -1 of 1 values
    -   old
    +   mine
    ```

    </details>

    <details><summary>📝 update: segment <code>beta</code>, widens</summary>

    - written in `docs/a.yaml:8`
    - why: Git moved: without a base nothing tells this change from earlier ones
    - reaches `new-checkout` in `production`

    ```diff
      /constraints/0/values of {contextName: userId, operator: IN}: +1 of 3 values
    +   carl
    ```

    </details>

    <details><summary>🔗 attach: <code>checkout</code>, not proven</summary>

    - written in `docs/r.yaml:5`
    - why: without a base nothing tells this change, earlier ones and drift apart
    - rule: strategy titled `Gradual rollout` of default/new-checkout in production
    - reaches `new-checkout` in `production`

    ```diff
      /segments: +1 -1 of 2 values
    -   gone
    +   new
    ```

    </details>

    <details><summary>➕ create: segment <code>new</code></summary>

    - written in `docs/d.yaml:3`
    - why: Git moved: without a base nothing tells this change from earlier ones
    - reaches `new-checkout` in `production` (new)

    ```diff
    + name: new
    + description: |
    +   Two
    +   lines.
    + constraints:
    +   {contextName: userId, operator: IN, values: [eve]}
    ```

    </details>

    <details><summary>⚪ orphan: segment <code>gone</code></summary>

    - **note**: managed, and no longer in Git; `--prune` deletes it
    - why: without a base nothing tells whether this change took its document away
    - reaches `new-checkout` in `production` (no longer)

    </details>

    <details><summary>⚪ orphan: segment <code>other</code></summary>

    - **note**: managed, and no longer in Git; `--prune` deletes it
    - why: without a base nothing tells whether this change took its document away

    </details>

    <sub>*widens*: the same users and maybe more get in. *replaces*: other users get in. *not proven*: nothing proves who gets in afterwards. *unknown*: nothing tells why it differs. *orphan*: managed, and no longer in Git; it stays.</sub>
    --- exit 3
    "#);
}

#[test]
fn of_an_apply() {
    let workspace = changed();
    assert_snapshot!(workspace.run("apply --auto-approve --keep-going --prune -o markdown"), @r#"
    --- stdout
    <!-- segctl:apply:acme -->
    ### What was applied: `acme`

    **Applied: 1 created, 1 updated, 1 attached, 2 deleted, 1 skipped. 1 widens who gets in, 1 is not proven to leave it.**

    #### Target `local`

    unleash 8.2.0 at `sandbox:flags.yaml`.

    - **verified**: read again, and the live system is as applied

    | Step | Object | Who gets in | Why | Where it reaches |
    | --- | --- | --- | --- | --- |
    | ⛔ adopt, refused | segment `legacy` | **replaces** | unknown |  |
    | ✅ updated | segment `beta` | **widens** | unknown | `new-checkout` in `production` |
    | ✅ attached | `checkout` | not proven | unknown | `new-checkout` in `production` |
    | ✅ deleted | segment `gone` |  | unknown | `new-checkout` in `production` (no longer) |
    | ✅ deleted | segment `other` |  | unknown |  |
    | ✅ created | segment `new` |  | unknown | `new-checkout` in `production` (new) |

    <details><summary>⛔ adopt, refused: segment <code>legacy</code>, replaces</summary>

    - **refused** `would-overwrite`: the live segment `legacy` is not managed by segctl, and differs<br>help: take it over with `--adopt legacy`, or give the document another name in its block
    - written in `docs/l.yaml:5`
    - why: without a base nothing tells this change, earlier ones and drift apart

    ```diff
    - /description: "Made by hand."
    + /description: ""
      /constraints/0/values of {contextName: userId, operator: IN}: +1 -1 of 1 values
    -   old
    +   mine
    ```

    </details>

    <details><summary>✅ updated: segment <code>beta</code>, widens</summary>

    - written in `docs/a.yaml:8`
    - why: Git moved: without a base nothing tells this change from earlier ones
    - reaches `new-checkout` in `production`

    ```diff
      /constraints/0/values of {contextName: userId, operator: IN}: +1 of 3 values
    +   carl
    ```

    </details>

    <details><summary>✅ attached: <code>checkout</code>, not proven</summary>

    - written in `docs/r.yaml:5`
    - why: without a base nothing tells this change, earlier ones and drift apart
    - rule: strategy titled `Gradual rollout` of default/new-checkout in production
    - reaches `new-checkout` in `production`

    ```diff
      /segments: +1 -1 of 2 values
    -   gone
    +   new
    ```

    </details>

    <details><summary>✅ deleted: segment <code>gone</code></summary>

    - why: Git moved: without a base nothing tells this change from earlier ones
    - reaches `new-checkout` in `production` (no longer)

    ```diff
    - name: gone
    - constraints:
    -   {contextName: userId, operator: IN, values: [x]}
    ```

    </details>

    <details><summary>✅ deleted: segment <code>other</code></summary>

    - why: Git moved: without a base nothing tells this change from earlier ones

    ```diff
    - name: other
    - constraints:
    -   {contextName: userId, operator: IN, values: [ada]}
    ```

    </details>

    <details><summary>✅ created: segment <code>new</code></summary>

    - written in `docs/d.yaml:3`
    - why: Git moved: without a base nothing tells this change from earlier ones
    - reaches `new-checkout` in `production` (new)

    ```diff
    + name: new
    + description: |
    +   Two
    +   lines.
    + constraints:
    +   {contextName: userId, operator: IN, values: [eve]}
    ```

    </details>

    <sub>*widens*: the same users and maybe more get in. *replaces*: other users get in. *not proven*: nothing proves who gets in afterwards. *unknown*: nothing tells why it differs.</sub>
    --- exit 3
    "#);
    assert_snapshot!(workspace.run("plan -o markdown"), @r#"
    --- stdout
    <!-- segctl:plan:acme -->
    ### What a merge will do: `acme`

    **Plan: nothing to do. 1 refused. 3 documents unchanged.**

    #### Target `local`

    unleash 8.2.0 at `sandbox:flags.yaml`.

    | Step | Object | Who gets in | Why | Where it reaches |
    | --- | --- | --- | --- | --- |
    | ⛔ adopt, refused | segment `legacy` | **replaces** | unknown |  |

    <details><summary>⛔ adopt, refused: segment <code>legacy</code>, replaces</summary>

    - **refused** `would-overwrite`: the live segment `legacy` is not managed by segctl, and differs<br>help: take it over with `--adopt legacy`, or give the document another name in its block
    - written in `docs/l.yaml:5`
    - why: without a base nothing tells this change, earlier ones and drift apart

    ```diff
    - /description: "Made by hand."
    + /description: ""
      /constraints/0/values of {contextName: userId, operator: IN}: +1 -1 of 1 values
    -   old
    +   mine
    ```

    </details>

    <sub>*replaces*: other users get in. *unknown*: nothing tells why it differs.</sub>
    --- exit 3
    "#);
}

/// The names of the steps of a plan, as the table lists them.
fn listed(workspace: &Workspace) -> Vec<String> {
    let run = workspace.run("plan -o markdown");
    let rows = run.stdout.lines().filter(|line| line.contains(" update | "));
    rows.map(|row| row.split('`').nth(1).unwrap_or_default().to_owned()).collect()
}

#[test]
fn what_lets_people_in_where_it_reaches_most_comes_first() {
    let workspace = on_two_flags(&[]).with("docs/b.yaml", attachment("checkout", "beta, above"));
    let write = |names: &[&str], constraint: &str| {
        for name in names {
            workspace.write(&format!("docs/{name}.yaml"), segment(name, "", constraint));
        }
    };
    workspace.remove("docs/a.yaml");
    let all = ["above", "alone", "beta"];
    write(&all, &users("ada"));
    let run = workspace.run("apply --auto-approve -q");
    assert_eq!(run.code, Some(0), "{run}");
    write(&all, &users("ada, bob"));
    assert_eq!(listed(&workspace), ["beta", "above", "alone"]);
    write(&all, "{contextName: plan, operator: IN, values: [free]}");
    assert_eq!(listed(&workspace), ["beta", "above", "alone"]);
    // What widens comes before what is not proven, whatever it reaches.
    write(&["alone"], &users("ada, bob"));
    assert_eq!(listed(&workspace), ["alone", "beta", "above"]);
}
