//! Mistakes in the list of targets.

use crate::diagnostic::{Code, Diagnostic};
use crate::document::{Node, Workspace};
use crate::source::Span;

/// Says which targets of `workspace`, read from `node`, stand in each other's way.
pub fn check_targets(workspace: &Workspace, node: &Node, diagnostics: &mut Vec<Diagnostic>) {
    let targets = &workspace.spec.targets;
    for (at, target) in targets.iter().enumerate() {
        let place = |at: usize, field: &str| node.span_at(&format!("/spec/targets/{at}/{field}"));
        if let Some(first) = targets[..at].iter().position(|it| it.name == target.name) {
            let message = format!("two targets are named `{}`", target.name);
            diagnostics.push(
                Diagnostic::new(Code::DuplicateTarget, message)
                    .at(place(at, "name"), "and again here")
                    .at(place(first, "name"), "first here"),
            );
        }
        let system = live_system(&target.url);
        if let Some(first) = targets[..at].iter().position(|it| live_system(&it.url) == system) {
            let message = format!(
                "targets `{}` and `{}` are the same live system",
                targets[first].name, target.name
            );
            diagnostics.push(
                Diagnostic::new(Code::DuplicateTarget, message)
                    .at(place(at, "url"), "and again here")
                    .at(place(first, "url"), "first here")
                    .help("they would overwrite and prune each other's segments"),
            );
        }
        if has_credentials(&target.url) {
            let message = format!("the url of target `{}` holds a user or a password", target.name);
            diagnostics.push(
                Diagnostic::new(Code::BadAuth, message).at(place(at, "url"), "").help(
                    "secrets stand under `auth`, as references; this one is in Git: change it",
                ),
            );
        }
        if target.auth.is_none() && !target.url.starts_with("sandbox:") {
            diagnostics.push(
                Diagnostic::new(Code::BadAuth, format!("target `{}` says no `auth`", target.name))
                    .at(place(at, "name"), "")
                    .help("write `auth: {token: {env: UNLEASH_TOKEN}}`"),
            );
        }
    }
}

/// Places of the workspace file at which a secret may stand, although none should.
///
/// Whatever stands under `auth` and is no reference, and what stands before the `@` of a url.
pub fn secret_places(node: &Node) -> Vec<Span> {
    let mut places = vec![];
    for target in node.at("/spec/targets").map_or(&[][..], Node::items) {
        if let Some(auth) = target.get("auth") {
            literals(auth, &mut places);
        }
        if let Some(url) = target.get("url")
            && url.as_str().is_some_and(has_credentials)
        {
            places.push(url.span);
        }
    }
    places
}

fn literals(node: &Node, places: &mut Vec<Span>) {
    for entry in node.entries() {
        if entry.key != "env" && entry.key != "file" {
            literals(&entry.node, places);
        }
    }
    node.items().iter().for_each(|item| literals(item, places));
    if !node.is_container() {
        places.push(node.span);
    }
}

/// Whether a url holds a user or a password.
fn has_credentials(url: &str) -> bool {
    let authority = url.split_once("://").map_or("", |(_, rest)| rest);
    authority.split('/').next().is_some_and(|authority| authority.contains('@'))
}

/// A url in the form in which two that mean one system are equal.
pub fn live_system(url: &str) -> String {
    match url.split_once("://") {
        Some((scheme, rest)) => {
            let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
            let path = path.trim_end_matches('/');
            format!("{scheme}://{}/{path}", host.to_lowercase())
        }
        None => url.to_owned(),
    }
}
