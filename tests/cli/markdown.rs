//! `-o markdown`: what a reviewer reads on a pull request.

use insta::assert_snapshot;

use super::drift::{Edit, by_hand};
use super::{Workspace, attachment, segment, users};

/// Two segments on a rule, and one that is on none, all of them applied.
fn applied() -> Workspace {
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
fn changed() -> Workspace {
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

    **Plan: 1 to create, 1 to update, 1 to attach. 1 refused. 1 widens who gets in.**

    #### Target `local`

    unleash 8.2.0 at `sandbox:flags.yaml`.

    | Step | Object | Who gets in | Why | Where it reaches |
    | --- | --- | --- | --- | --- |
    | ⛔ adopt, refused | segment `legacy` | **replaces** |  |  |
    | 📝 update | segment `beta` | **widens** | Git moved | `new-checkout` in `production` |
    | 🔗 attach | `checkout` | not proven |  | `new-checkout` in `production` |
    | ➕ create | segment `new` |  | Git moved | `new-checkout` in `production` (new) |
    | ⚪ orphan | segment `gone` |  |  | `new-checkout` in `production` (no longer) |
    | ⚪ orphan | segment `other` |  |  |  |

    <details><summary>⛔ adopt, refused: segment <code>legacy</code>, replaces</summary>

    - **refused** `would-overwrite`: the live segment `legacy` is not managed by segctl, and differs<br>help: take it over with `--adopt legacy`, or give the document another name in its block
    - written in `docs/l.yaml:3`

    ```diff
    - /description: "Made by hand."
    + /description: ""
      /constraints/0/values of {contextName: userId, operator: IN}: +1 -1 of 1 values
    -   old
    +   mine
    ```

    </details>

    <details><summary>📝 update: segment <code>beta</code>, widens</summary>

    - written in `docs/a.yaml:3`
    - reaches `new-checkout` in `production`

    ```diff
      /constraints/0/values of {contextName: userId, operator: IN}: +1 of 3 values
    +   carl
    ```

    </details>

    <details><summary>🔗 attach: <code>checkout</code>, not proven</summary>

    - written in `docs/r.yaml:3`
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
    - reaches `new-checkout` in `production` (no longer)

    </details>

    <details><summary>⚪ orphan: segment <code>other</code></summary>

    - **note**: managed, and no longer in Git; `--prune` deletes it

    </details>

    <sub>*widens*: the same users and maybe more get in. *replaces*: other users get in. *not proven*: nothing proves who gets in afterwards. *orphan*: managed, and no longer in Git; it stays.</sub>
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

    **Applied: 1 created, 1 updated, 1 attached, 2 deleted, 1 skipped. 1 widens who gets in.**

    #### Target `local`

    unleash 8.2.0 at `sandbox:flags.yaml`.

    - **verified**: read again, and the live system is as applied

    | Step | Object | Who gets in | Why | Where it reaches |
    | --- | --- | --- | --- | --- |
    | ⛔ adopt, refused | segment `legacy` | **replaces** |  |  |
    | ✅ updated | segment `beta` | **widens** | Git moved | `new-checkout` in `production` |
    | ✅ attached | `checkout` | not proven |  | `new-checkout` in `production` |
    | ✅ deleted | segment `gone` |  | Git moved | `new-checkout` in `production` (no longer) |
    | ✅ deleted | segment `other` |  | Git moved |  |
    | ✅ created | segment `new` |  | Git moved | `new-checkout` in `production` (new) |

    <details><summary>⛔ adopt, refused: segment <code>legacy</code>, replaces</summary>

    - **refused** `would-overwrite`: the live segment `legacy` is not managed by segctl, and differs<br>help: take it over with `--adopt legacy`, or give the document another name in its block
    - written in `docs/l.yaml:3`

    ```diff
    - /description: "Made by hand."
    + /description: ""
      /constraints/0/values of {contextName: userId, operator: IN}: +1 -1 of 1 values
    -   old
    +   mine
    ```

    </details>

    <details><summary>✅ updated: segment <code>beta</code>, widens</summary>

    - written in `docs/a.yaml:3`
    - reaches `new-checkout` in `production`

    ```diff
      /constraints/0/values of {contextName: userId, operator: IN}: +1 of 3 values
    +   carl
    ```

    </details>

    <details><summary>✅ attached: <code>checkout</code>, not proven</summary>

    - written in `docs/r.yaml:3`
    - rule: strategy titled `Gradual rollout` of default/new-checkout in production
    - reaches `new-checkout` in `production`

    ```diff
      /segments: +1 -1 of 2 values
    -   gone
    +   new
    ```

    </details>

    <details><summary>✅ deleted: segment <code>gone</code></summary>

    - reaches `new-checkout` in `production` (no longer)

    ```diff
    - name: gone
    - constraints:
    -   {contextName: userId, operator: IN, values: [x]}
    ```

    </details>

    <details><summary>✅ deleted: segment <code>other</code></summary>

    ```diff
    - name: other
    - constraints:
    -   {contextName: userId, operator: IN, values: [ada]}
    ```

    </details>

    <details><summary>✅ created: segment <code>new</code></summary>

    - written in `docs/d.yaml:3`
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

    <sub>*widens*: the same users and maybe more get in. *replaces*: other users get in. *not proven*: nothing proves who gets in afterwards.</sub>
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
    | ⛔ adopt, refused | segment `legacy` | **replaces** |  |  |

    <details><summary>⛔ adopt, refused: segment <code>legacy</code>, replaces</summary>

    - **refused** `would-overwrite`: the live segment `legacy` is not managed by segctl, and differs<br>help: take it over with `--adopt legacy`, or give the document another name in its block
    - written in `docs/l.yaml:3`

    ```diff
    - /description: "Made by hand."
    + /description: ""
      /constraints/0/values of {contextName: userId, operator: IN}: +1 -1 of 1 values
    -   old
    +   mine
    ```

    </details>

    <sub>*replaces*: other users get in.</sub>
    --- exit 3
    "#);
}

#[test]
fn of_drift() {
    let workspace = applied();
    by_hand(&workspace, &[Edit::Values("beta", &["ada", "bob", "mallory"]), Edit::Detach("gone")]);
    workspace.write("docs/c.yaml", segment("other", "", &users("ada, eve")));
    assert_snapshot!(workspace.run("drift -o markdown"), @"
    --- stdout
    <!-- segctl:drift:acme -->
    ### What people changed in the live system: `acme`

    **Drift: 1 changed in the live system, 1 unclear. 1 document to apply. 1 document unchanged. 1 widens who gets in.**

    #### Target `local`

    unleash 8.2.0 at `sandbox:flags.yaml`.

    - **note**: changed in Git, and not applied yet: `other`

    | Step | Object | Who gets in | Why | Where it reaches |
    | --- | --- | --- | --- | --- |
    | ✋ changed by hand | segment `beta` | **widens** | drift | `new-checkout` in `production` |
    | ❔ unclear | `checkout` |  |  |  |

    <details><summary>✋ changed by hand: segment <code>beta</code>, widens</summary>

    - written in `docs/a.yaml:3`
    - reaches `new-checkout` in `production`

    ```diff
      /constraints/0/values of {contextName: userId, operator: IN}: +1 of 3 values
    +   mallory
    ```

    </details>

    <details><summary>❔ unclear: <code>checkout</code></summary>

    - **note**: its segments differ: Git moved, or somebody changed the rule
    - written in `docs/r.yaml:3`
    - rule: strategy titled `Gradual rollout` of default/new-checkout in production

    ```diff
      /segments: -1 of 2 values
    -   gone
    ```

    </details>

    <sub>*widens*: the same users and maybe more get in. *drift*: a person changed the live system. *changed by hand*: since segctl wrote it; `apply` sets it back. *unclear*: nothing tells whether Git or the live system moved.</sub>
    --- exit 0
    ");
    let calm = applied();
    assert_snapshot!(calm.run("drift -o markdown"), @"
    --- stdout
    <!-- segctl:drift:acme -->
    ### What people changed in the live system: `acme`

    **No drift. 4 documents unchanged.**

    #### Target `local`

    unleash 8.2.0 at `sandbox:flags.yaml`.
    --- exit 0
    ");
}

#[test]
fn of_a_target_that_is_not_there() {
    let workspace = changed();
    let target = "    - {name: away, provider: unleash, url: \"http://127.0.0.1:1\", auth: {token: {env: TOKEN}}}\n";
    let file =
        std::fs::read_to_string(workspace.folder().join("segctl.yaml")).expect("it is there");
    workspace.write("segctl.yaml", format!("{file}{target}"));
    workspace.remove("docs/l.yaml");
    let variables = [
        ("GITHUB_SERVER_URL", "https://github.com"),
        ("GITHUB_REPOSITORY", "acme/web"),
        ("GITHUB_SHA", "5eafc0de"),
        ("GITHUB_RUN_ID", "42"),
    ];
    assert_snapshot!(workspace.run_with("plan -o markdown", &variables), @"
    --- stdout
    <!-- segctl:plan:acme -->
    ### What a merge will do: `acme`

    **1 of 2 targets with something to see. 1 target could not be read. 1 widens who gets in.**

    #### Target `local`

    unleash 8.2.0 at `sandbox:flags.yaml`. Plan: 1 to create, 1 to update, 1 to attach.

    | Step | Object | Who gets in | Why | Where it reaches |
    | --- | --- | --- | --- | --- |
    | 📝 update | segment `beta` | **widens** | Git moved | `new-checkout` in `production` |
    | 🔗 attach | `checkout` | not proven |  | `new-checkout` in `production` |
    | ➕ create | segment `new` |  | Git moved | `new-checkout` in `production` (new) |
    | ⚪ orphan | segment `gone` |  |  | `new-checkout` in `production` (no longer) |
    | ⚪ orphan | segment `other` |  |  |  |

    <details><summary>📝 update: segment <code>beta</code>, widens</summary>

    - written in [`docs/a.yaml:3`](https://github.com/acme/web/blob/5eafc0de/docs/a.yaml#L3)
    - reaches `new-checkout` in `production`

    ```diff
      /constraints/0/values of {contextName: userId, operator: IN}: +1 of 3 values
    +   carl
    ```

    </details>

    <details><summary>🔗 attach: <code>checkout</code>, not proven</summary>

    - written in [`docs/r.yaml:3`](https://github.com/acme/web/blob/5eafc0de/docs/r.yaml#L3)
    - rule: strategy titled `Gradual rollout` of default/new-checkout in production
    - reaches `new-checkout` in `production`

    ```diff
      /segments: +1 -1 of 2 values
    -   gone
    +   new
    ```

    </details>

    <details><summary>➕ create: segment <code>new</code></summary>

    - written in [`docs/d.yaml:3`](https://github.com/acme/web/blob/5eafc0de/docs/d.yaml#L3)
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
    - reaches `new-checkout` in `production` (no longer)

    </details>

    <details><summary>⚪ orphan: segment <code>other</code></summary>

    - **note**: managed, and no longer in Git; `--prune` deletes it

    </details>

    #### Target `away`

    unleash at `http://127.0.0.1:1`. It could not be read.

    - **error** `bad-auth`: the environment variable TOKEN is not set<br>help: set it; under `auth` stands token: an admin token or a personal access token

    <sub>*widens*: the same users and maybe more get in. *not proven*: nothing proves who gets in afterwards. *orphan*: managed, and no longer in Git; it stays.</sub>
    --- exit 6
    ");
}

#[test]
fn of_documents() {
    let workspace = Workspace::sandbox()
        .with(".git/HEAD", "")
        .with("docs/a.yaml", segment("beta", "", &users("")))
        .with("docs/b.yaml", attachment("checkout", "bata"))
        .with("docs/c.yaml", "kind: Segment\nkind: Attachment\n");
    assert_snapshot!(workspace.run("validate -o markdown"), @"
    --- stdout
    <!-- segctl:validate:acme -->
    ### Whether the documents are valid: `acme`

    **4 errors in the documents.**

    #### The documents

    - `docs/a.yaml:7:45`<br>**error** `operator-arity`: IN needs at least one of `values`<br>help: without values it would match nobody
    - `docs/b.yaml:5:14`<br>**error** `missing-reference`: target `local` has no segment `bata` (did you mean `beta`?)<br>help: write `beta`
    - `docs/c.yaml:1:1`<br>**error** `unknown-kind`: the document says no `apiVersion`<br>help: write `apiVersion: segctl.dev/v1` as its first line
    - `docs/c.yaml:2:1`<br>**error** `duplicate-key`: the key `kind` stands twice (and again here)<br>help: keep one of them; YAML would silently take the last
    --- exit 3
    ");
    let valid = Workspace::sandbox().with("docs/a.yaml", segment("beta", "", &users("ada")));
    assert_snapshot!(valid.run("validate -o markdown"), @"
    --- stdout
    <!-- segctl:validate:acme -->
    ### Whether the documents are valid: `acme`

    **All documents are valid.**
    --- exit 0
    ");
}
