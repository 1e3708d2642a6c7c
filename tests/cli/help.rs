//! What `--help` teaches. That every command shows examples, and that they parse, is held in
//! `src/cli/args.rs`.

use insta::assert_snapshot;

use super::Workspace;

#[test]
fn alone_it_lists_the_commands_in_the_order_of_use() {
    let run = Workspace::empty().run("");
    assert_eq!((run.code, run.stdout.as_str()), (Some(64), ""), "{run}");
    let all = run.stderr.split("\nCommands:\n").nth(1).and_then(|it| it.split("\n\n").next());
    let commands = all.unwrap_or_default().lines();
    let names: Vec<&str> = commands.filter_map(|it| it.split_whitespace().next()).collect();
    let order = ["init", "validate", "fmt", "plan", "apply", "drift", "schema", "sandbox", "man"];
    let places: Vec<_> = order.iter().map(|it| names.iter().position(|name| name == it)).collect();
    assert!(places.is_sorted() && places[0] == Some(0), "{names:?}");
}

#[test]
fn a_command_says_what_it_does_how_it_ends_and_how_it_is_used() {
    assert_snapshot!(taught("apply"), @"
    Bring the live system to what the documents say, then prove it

    Usage: segctl apply [OPTIONS] [PLANFILE]

    Arguments:
      [PLANFILE]
              A plan that `plan --out` saved; without it, a plan is made from the documents

    ...
    It shows the plan and asks; only `yes` is yes. A PLANFILE is what was looked at before, so it is
    shown and applied without a question. What it touched is read again in the end, and must be what Git
    says. Run again after any failure, it goes on where it stopped.

    Where a step is refused, nothing is applied without --keep-going. Of a PLANFILE, a step whose object
    moved since is left undone with all that waits for it, and the others are done.

    Exit codes: 0 applied, or nothing to do; 1 something failed; 2 applied, with --detailed-exitcode; 3
    a document is invalid or a step refused; 4 partly applied; 5 the live system moved meanwhile; 6 the
    credentials are not enough; 7 the guard of the target; 130 interrupted.

    Examples:
      segctl apply -t production                     show, ask, do, prove
      segctl apply plan.json                         a plan that `plan --out plan.json` saved
      segctl apply -t production --auto-approve      for CI: do not ask
      segctl apply -t eu -t us --auto-approve        several targets, side by side
      segctl apply -t production --adopt beta-users  take over a segment that people made
      segctl apply -t production --keep-going        do the rest although a step is refused
    ");
    assert_snapshot!(taught("plan"), @"
    Show what apply would do; sends nothing but reads

    Usage: segctl plan [OPTIONS]

    ...
    Each line begins with what would be done: + create, ~ change, - delete. Nothing is written.

    Exit codes: 0 planned, 1 something failed, 2 with --detailed-exitcode when there are changes, 3 a
    document is invalid or a step refused, 6 the credentials are not enough.

    Examples:
      segctl plan                                  all targets
      segctl plan -t production                    one target
      segctl plan -t production --out plan.json    save it, for `segctl apply plan.json`
      segctl plan -l team=growth                   only documents with this label
      segctl plan -f segments/beta-users.yaml      only the documents of this file
      segctl plan --base origin/main               say why each step is there
      segctl plan --prune                          also delete what is no longer in Git
      segctl plan --detailed-exitcode              for CI: 2 when there are changes
    ");
    assert_snapshot!(taught("fmt"), @"
    Bring documents into canonical form; comments and meaning stay

    Usage: segctl fmt [OPTIONS] [PATH]...

    Arguments:
      [PATH]...
              Files, or folders of a workspace; `-` formats stdin to stdout; without any, the workspace

    ...
    Fields take the order of the schema, and the lists `values`, `segments` and `allow` are sorted.
    Comments go with what they are about; quotes, styles, blank lines, anchors and line breaks stay.
    What a document means never changes. Files that `valuesFrom` names are left alone: they are often
    written by a program, in its own order.

    Exit codes: 0 done or nothing to do, 1 with --check or --diff when a file would change, 3 a file is
    not YAML.

    Examples:
      segctl fmt                           format segctl.yaml and every document
      segctl fmt segments/beta-users.yaml  format one file
      segctl fmt attachments               format the documents in a folder
      segctl fmt --check                   for CI: list what is not formatted
      segctl fmt --diff                    show what would change
      segctl fmt -                         from stdin to stdout, for editors
    ");
}

/// The help of a command without its list of options.
fn taught(command: &str) -> String {
    let help = Workspace::empty().run(&format!("{command} --help")).stdout;
    let (above, rest) = help.split_once("Options:\n").expect("options");
    let (_, below) = rest.split_once("-h, --help\n").expect("the last option");
    format!("{above}...\n{}", below.split_once("\n\n").expect("more").1)
}
