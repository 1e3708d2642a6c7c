//! The command line itself.

use insta::assert_snapshot;

use super::{Workspace, segment, users};

#[test]
fn help_teaches() {
    assert_snapshot!(Workspace::empty().run("--help"), @"
    --- stdout
    Keeps the audience segments of a feature-flag system equal to YAML files in Git

    Usage: segctl [OPTIONS] <COMMAND>

    Commands:
      init         Write a new workspace that works as it is, on an embedded server
      validate     Check every document, offline, and say all that is wrong
      fmt          Bring documents into canonical form; comments and meaning stay
      plan         Show what apply would do; sends nothing but reads
      apply        Bring the live system to what the documents say, then prove it
      watch        Apply whenever a file changes, until Ctrl-C
      drift        Show what people changed in the live system; sends nothing but reads
      import       Write documents of what is live and not in Git; sends nothing but reads
      schema       Print the JSON schema of documents or of the JSON output
      sandbox      Serve an embedded system on this machine, to try things out
      explain      Say what a code means and what to do about it
      providers    Say what each vendor's system lets segctl do
      completions  Print what a shell needs to complete commands and options
      man          Print the manual pages
      help         Print this message or the help of the given subcommand(s)

    Options:
      -o, --output <OUTPUT>
              What to print

              Possible values:
              - text:     For people
              - json:     One JSON object, also when the command fails. What explain, schema,
                completions and man print has a form of its own
              - markdown: For a comment on a pull request; of validate, plan, apply and drift
              - github:   Annotations of GitHub Actions; of validate, plan, apply and drift
              - sarif:    SARIF 2.1.0, for code scanning; of validate, plan, apply and drift
              - html:     One page that loads nothing; of validate, plan, apply and drift
              
              [env: SEGCTL_OUTPUT=]
              [default: text]

          --color <COLOR>
              When to use colours

              Possible values:
              - auto:   On a terminal that wants them
              - always: Always
              - never:  Never
              
              [env: SEGCTL_COLOR=]
              [default: auto]

      -q, --quiet
              Print less: only the result, errors and refusals
              
              [env: SEGCTL_QUIET=]

      -v, --verbose
              Say more to whoever looks for a cause: the requests to each server, by endpoint, and each
              finding that a comment in a document ignores
              
              [env: SEGCTL_VERBOSE=]

          --show-values
              Show values that look like people in clear: e-mail addresses, and values of the attributes
              that `spec.privacy` names. Without it they are short hashes
              
              [env: SEGCTL_SHOW_VALUES=]

          --report <FORMAT=FILE>
              Write the result in another form to a file, also when the command fails; of validate,
              plan, apply and drift. It replaces what is there, unless that is a file of the workspace
              
              [env: SEGCTL_REPORT=]

          --artifact-url <URL>
              Where readers of a report find the whole of it: a Markdown that had to be cut links there.
              In GitHub Actions it is the page of the run
              
              [env: SEGCTL_ARTIFACT_URL=]

          --timeout <SECONDS>
              How many seconds a server has to answer a request
              
              [env: SEGCTL_TIMEOUT=]
              [default: 60]

      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Examples:
      segctl init                          write a workspace that works as it is
      segctl validate                      check every document, offline
      segctl plan -t production            show what apply would do
      segctl apply -t production           ask, then do it, then prove it
      segctl explain matches-everyone      what a code means

    Exit codes: 0 done, 1 failure, 2 changes (with --detailed-exitcode), 3 invalid or refused,
    4 partly applied, 5 stale, 6 authentication, 7 guard,
    64 usage, 130 interrupted
    --- exit 0
    ");
}

#[test]
fn a_wrong_word_ends_with_64() {
    assert_snapshot!(Workspace::empty().run("pln"), @"
    --- stderr
    error: unrecognized subcommand 'pln'

      tip: a similar subcommand exists: 'plan'

    Usage: segctl [OPTIONS] <COMMAND>

    For more information, try '--help'.
    --- exit 64
    ");
}

#[test]
fn without_a_workspace_it_says_how_to_name_one() {
    assert_snapshot!(Workspace::empty().run("plan -f ."), @"
    --- stderr
    error[no-workspace]: there is no segctl.yaml here or above
     |
     = help: run inside a workspace, or name its folder with `-f`
     = help: without one: `-f DIR --provider unleash --url URL --workspace NAME`

    1 error; `segctl explain no-workspace` says more
    --- exit 3
    ");
}

#[test]
fn explain_says_what_why_and_what_to_do() {
    assert_snapshot!(Workspace::empty().run("explain matches-everyone"), @"
    --- stdout
    matches-everyone (lints)

    A segment without constraints matches everyone, and a rule without segments and constraints too.

    Why: One emptied list turns a feature on for all users.

    Example:

        apiVersion: segctl.dev/v1
        kind: Segment
        metadata: {name: everyone}
        spec:
          unleash:
            constraints: [] # error: [matches-everyone]

    Fix: Add a constraint or, where it is meant, allow: [matches-everyone].
    --- exit 0
    ");
    assert_snapshot!(Workspace::empty().run("explain matches-evryone"), @"
    --- stderr
    error: there is no code `matches-evryone`; did you mean `matches-everyone`?
    --- exit 64
    ");
}

#[test]
fn a_folder_without_a_workspace_file_can_be_described_on_the_command_line() {
    let workspace = Workspace::empty().with("docs/a.yaml", segment("beta", "", &users("ada")));
    let run = workspace.run("validate -f docs --provider unleash --url http://x --workspace acme");
    assert_snapshot!(run, @"
    --- stdout
    Valid: 1 document for unleash.
    --- exit 0
    ");
    let run = workspace
        .run("plan -f docs --provider unleash --url http://127.0.0.1:1 --workspace acme --prune");
    assert_snapshot!(run, @"
    --- stderr
    error: --prune needs a segctl.yaml
    --- exit 64
    ");
}

#[test]
fn a_command_line_that_cannot_be_read_has_an_envelope_too() {
    for arguments in ["plan --nope -o json", "plan --output=json --parallelism 0", "foo -ojson"] {
        let run = Workspace::empty().run(arguments);
        let envelope: serde_json::Value = serde_json::from_str(&run.stdout).expect("an envelope");
        assert_eq!((run.code, &envelope["failure"]["code"]), (Some(64), &"usage".into()), "{run}");
    }
    let run = Workspace::empty().run("plan --nope");
    assert_eq!((run.code, run.stdout.as_str()), (Some(64), ""));
}

#[test]
fn a_switch_in_the_environment_is_on_unless_it_says_no() {
    let workspace = Workspace::sandbox().with("docs/a.yaml", segment("beta", "", &users("ada")));
    for (value, shown) in [("1", false), ("true", false), ("0", true), ("false", true), ("", true)]
    {
        let run = workspace.run_with("validate", &[("SEGCTL_QUIET", value)]);
        assert_eq!((run.code, run.stdout.is_empty()), (Some(0), !shown), "{value}: {run}");
    }
}

#[test]
fn a_path_that_holds_no_document_is_a_mistake() {
    let workspace = Workspace::sandbox()
        .with("docs/a.yaml", segment("beta", "", &users("ada")))
        .with("imported/b.yaml", segment("gamma", "", &users("ada")));
    let run = workspace.run("plan -f imported");
    assert!(run.code == Some(64) && run.stderr.contains("no document of the workspace"), "{run}");
    assert_eq!(workspace.run("plan -f docs").code, Some(0));
}

#[test]
fn a_secret_stands_in_a_file_that_ends() {
    let config = "apiVersion: segctl.dev/v1\nkind: Workspace\nmetadata: {name: acme}\nspec:\n  documents: [\"docs/*.yaml\"]\n  targets:\n    - {name: live, provider: unleash, url: \"http://127.0.0.1:9\", auth: {token: {file: /dev/zero}}}\n";
    let workspace = Workspace::empty()
        .with("segctl.yaml", config)
        .with("docs/a.yaml", segment("beta", "", &users("ada")));
    let run = workspace.run("plan");
    assert!(run.stderr.contains("it is not a regular file"), "{run}");
}
