//! `-o markdown` of what is no plan, or no plan of one target.

use insta::assert_snapshot;

use super::drift::{Edit, by_hand};
use super::markdown::{applied, changed};
use super::{Workspace, attachment, segment, users};

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

    - written in `docs/a.yaml:8`
    - reaches `new-checkout` in `production`

    ```diff
      /constraints/0/values of {contextName: userId, operator: IN}: +1 of 3 values
    +   mallory
    ```

    </details>

    <details><summary>❔ unclear: <code>checkout</code></summary>

    - **note**: its segments differ: Git moved, or somebody changed the rule
    - written in `docs/r.yaml:5`
    - rule: strategy titled `Gradual rollout` of default/new-checkout in production

    ```diff
      /segments: -1 of 2 values
    -   gone
    ```

    </details>

    <sub>*widens*: the same users and maybe more get in. *drift*: a person changed the live system. *changed by hand*: since segctl wrote it; `apply` sets it back unless said otherwise. *unclear*: nothing tells whether Git or the live system moved.</sub>
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

    **1 of 2 targets with something to see. 1 target could not be read. 1 widens who gets in, 1 is not proven to leave it.**

    #### Target `local`

    unleash 8.2.0 at `sandbox:flags.yaml`. Plan: 1 to create, 1 to update, 1 to attach. 2 orphans stay: managed, and no longer in Git.

    | Step | Object | Who gets in | Why | Where it reaches |
    | --- | --- | --- | --- | --- |
    | 📝 update | segment `beta` | **widens** | unknown | `new-checkout` in `production` |
    | 🔗 attach | `checkout` | not proven | unknown | `new-checkout` in `production` |
    | ➕ create | segment `new` |  | unknown | `new-checkout` in `production` (new) |
    | ⚪ orphan | segment `gone` |  | unknown | `new-checkout` in `production` (no longer) |
    | ⚪ orphan | segment `other` |  | unknown |  |

    <details><summary>📝 update: segment <code>beta</code>, widens</summary>

    - written in [`docs/a.yaml:8`](https://github.com/acme/web/blob/5eafc0de/docs/a.yaml#L8)
    - why: Git moved: without a base nothing tells this change from earlier ones
    - reaches `new-checkout` in `production`

    ```diff
      /constraints/0/values of {contextName: userId, operator: IN}: +1 of 3 values
    +   carl
    ```

    </details>

    <details><summary>🔗 attach: <code>checkout</code>, not proven</summary>

    - written in [`docs/r.yaml:5`](https://github.com/acme/web/blob/5eafc0de/docs/r.yaml#L5)
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

    - written in [`docs/d.yaml:3`](https://github.com/acme/web/blob/5eafc0de/docs/d.yaml#L3)
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

    #### Target `away`

    unleash at `http://127.0.0.1:1`. It could not be read.

    - **error** `bad-auth`: the environment variable TOKEN is not set<br>help: set it; under `auth` stands token: an admin token or a personal access token

    <sub>*widens*: the same users and maybe more get in. *not proven*: nothing proves who gets in afterwards. *unknown*: nothing tells why it differs. *orphan*: managed, and no longer in Git; it stays.</sub>
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
