//! Mistakes in the list of targets.

use crate::diagnostic::{Code, Diagnostic};
use crate::document::{Node, Workspace};

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
        if target.auth.is_none() && !target.url.starts_with("sandbox:") {
            diagnostics.push(
                Diagnostic::new(Code::BadAuth, format!("target `{}` says no `auth`", target.name))
                    .at(place(at, "name"), "")
                    .help("write `auth: {token: {env: UNLEASH_TOKEN}}`"),
            );
        }
    }
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
