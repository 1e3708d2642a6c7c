//! The world does not do its part.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use insta::assert_snapshot;

use super::{Workspace, segment, users};

pub(super) fn workspace_at(url: &str) -> Workspace {
    Workspace::empty().with("docs/a.yaml", segment("beta", "", &users("ada"))).with(
        "segctl.yaml",
        format!("apiVersion: segctl.dev/v1\nkind: Workspace\nmetadata: {{name: acme}}\nspec:\n  documents: [\"docs/**/*.yaml\"]\n  targets:\n    - {{name: live, provider: unleash, url: \"{url}\", auth: {{token: {{env: TOKEN}}}}}}\n"),
    )
}

/// A server that gives every request the same answer.
pub(super) fn server_that_says(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let url = format!("http://{}", listener.local_addr().expect("it is bound"));
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            // A client that went away is no trouble of this server.
            if stream.read(&mut [0; 4096]).is_ok() {
                stream.write_all(answer.as_bytes()).ok();
            }
        }
    });
    url
}

/// The output without the port, which changes.
fn text(run: &super::workspace::Run, url: &str) -> String {
    let port = url.rsplit(':').next().expect("it has one");
    run.to_string().replace(port, "PORT")
}

#[test]
fn a_missing_secret_is_named_and_never_shown() {
    let workspace = workspace_at("http://127.0.0.1:1");
    assert_snapshot!(workspace.run("plan"), @"
    --- stderr
    Target live
    error[bad-auth]: the environment variable TOKEN is not set
      help: set it; under `auth` stands token: an admin token or a personal access token
    --- exit 6
    ");
}

#[test]
fn a_server_that_is_not_there() {
    let url = "http://127.0.0.1:1";
    let run = workspace_at(url).run_with("plan", &[("TOKEN", "secret-token")]);
    // Which of the requests gives up first is up to the jitter of their retries.
    let said =
        "at 127.0.0.1:1: Connection refused (os error 111)\n  help: Check the url, the network";
    assert_eq!(run.code, Some(1), "{run}");
    assert!(run.stderr.contains("error[unreachable]: GET /api/admin/"), "{run}");
    assert!(run.stderr.contains(said), "{run}");
}

#[test]
fn a_web_page_instead_of_the_api() {
    let url = server_that_says(
        "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 4\r\nconnection: close\r\n\r\nhtml",
    );
    let run = workspace_at(&url).run_with("plan --parallelism 1", &[("TOKEN", "secret-token")]);
    assert_snapshot!(text(&run, &url), @"
    --- stderr
    Target live
    error[not-the-api]: GET /api/admin/ui-config answered with a web page
      help: write the url without /api and without a path of the UI
    --- exit 1
    ");
}

#[test]
fn a_redirect_is_not_followed_with_the_secret() {
    let url = server_that_says(
        "HTTP/1.1 302 Found\r\nlocation: https://elsewhere.example/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
    );
    let run = workspace_at(&url).run_with("plan --parallelism 1", &[("TOKEN", "secret-token")]);
    assert_snapshot!(text(&run, &url), @"
    --- stderr
    Target live
    error[not-the-api]: GET /api/admin/ui-config answered 302 Found
      help: the server redirects to https://elsewhere.example/: write that url
    --- exit 1
    ");
}

#[test]
fn wrong_credentials_end_with_6() {
    let url = server_that_says(
        "HTTP/1.1 401 Unauthorized\r\ncontent-type: application/json\r\ncontent-length: 71\r\nconnection: close\r\n\r\n{\"name\":\"UnauthorizedError\",\"message\":\"You must log in \\u001b[2Jhere.\"}",
    );
    let run = workspace_at(&url).run_with("plan --parallelism 1", &[("TOKEN", "secret-token")]);
    assert_snapshot!(text(&run, &url), @r"
    --- stderr
    Target live
    error[unauthorized]: GET /api/admin/ui-config answered 401 Unauthorized: You must log in \u{1b}[2Jhere.
      help: Set the variable or file that the target's auth names to an admin token or a personal access token.
    --- exit 6
    ");
}

#[test]
fn a_list_that_is_not_one_is_never_taken_for_empty() {
    let url = server_that_says(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}",
    );
    let run = workspace_at(&url).run_with("plan --prune", &[("TOKEN", "secret-token")]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(1), ""), "{run}");
    assert!(run.stderr.contains("error[unexpected-answer]"), "{run}");
}

#[test]
fn a_secret_in_a_url_is_refused() {
    let run = workspace_at("http://admin:hunter2@127.0.0.1:1")
        .run_with("plan --parallelism 1", &[("TOKEN", "t")]);
    assert_snapshot!(run, @"
    --- stderr
    error[bad-auth]: the url of target `live` holds a user or a password
     --> segctl.yaml:7:44
      |
    7 |     - {name: live, provider: unleash, url: **********************************, auth: {token: {env: TOKEN}}}
      |                                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: secrets stand under `auth`, as references; this one is in Git: change it

    1 error; `segctl explain bad-auth` says more
    --- exit 3
    ");
}

#[test]
fn a_literal_secret_is_a_schema_error() {
    let workspace = workspace_at("http://127.0.0.1:1");
    let config =
        std::fs::read_to_string(workspace.folder().join("segctl.yaml")).expect("it is there");
    workspace.write("segctl.yaml", config.replace("{env: TOKEN}", "secret-token"));
    assert_snapshot!(workspace.run("plan"), @r#"
    --- stderr
    error[wrong-type]: `token` must be a mapping, and this is a text
     --> segctl.yaml:7:80
      |
    7 |     - {name: live, provider: unleash, url: "http://127.0.0.1:1", auth: {token: ************}}
      |                                                                                ^^^^^^^^^^^^ a text

    1 error; `segctl explain wrong-type` says more
    --- exit 3
    "#);
}
