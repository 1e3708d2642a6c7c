//! Mistakes in the list of targets.

use crate::diagnostic::{Code, Diagnostic};
use crate::document::{Node, Target, Workspace};
use crate::provider;
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
        if let Some(first) = targets[..at].iter().position(|it| are_one(it, target)) {
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
        if has_query(&target.url) {
            let message = format!("the url of target `{}` has a query or a fragment", target.name);
            let wrong = Diagnostic::new(Code::BadAuth, message).at(place(at, "url"), "");
            diagnostics.push(wrong.help("write the address alone; secrets stand under `auth`"));
        }
        check_auth(target, place(at, "name"), diagnostics);
        check_fields(target, at, node, diagnostics);
    }
}

/// Whether two targets are one live system, or one part of it where they name a part.
fn are_one(one: &Target, other: &Target) -> bool {
    let differ = |one: &Option<String>, other: &Option<String>| {
        one.as_ref().zip(other.as_ref()).is_some_and(|(one, other)| one != other)
    };
    live_system(&one.url) == live_system(&other.url)
        && !differ(&one.project, &other.project)
        && !differ(&one.product, &other.product)
}

/// A target says who it is let in as, in the way of its vendor.
fn check_auth(target: &Target, place: Span, diagnostics: &mut Vec<Diagnostic>) {
    let secrets = provider::capabilities(target.provider).secrets;
    let says = |name: &&str| target.auth.as_ref().is_some_and(|auth| auth.get(name).is_some());
    let is_enough = secrets.iter().any(|names| names.iter().all(&says));
    if is_enough || target.url.starts_with("sandbox:") {
        return;
    }
    let name = &target.name;
    let message = match &target.auth {
        None => format!("target `{name}` says no `auth`"),
        Some(_) => format!("target `{name}` does not say who it is let in as"),
    };
    let forms: Vec<String> = secrets.iter().map(|names| auth_yaml(target, names)).collect();
    let help = format!("write {}", forms.join(", or "));
    diagnostics.push(Diagnostic::new(Code::BadAuth, message).at(place, "").help(help));
}

/// How a workspace file names these secrets.
fn auth_yaml(target: &Target, names: &[&str]) -> String {
    let usual = provider::capabilities(target.provider).variables;
    let variable = |name: &str| {
        let variables = usual.iter().find(|(it, _)| *it == name).map(|(_, variables)| *variables);
        let variable = variables.and_then(|it| it.first()).copied().unwrap_or("SECRET");
        format!("{name}: {{env: {variable}}}")
    };
    let names: Vec<String> = names.iter().map(|name| variable(name)).collect();
    format!("`auth: {{{}}}`", names.join(", "))
}

/// A target says nothing that only another vendor's would mean.
fn check_fields(target: &Target, at: usize, node: &Node, diagnostics: &mut Vec<Diagnostic>) {
    let own = provider::capabilities(target.provider);
    for vendor in provider::all_capabilities() {
        let foreign = vendor.target_fields.iter().filter(|it| !own.target_fields.contains(it));
        for field in foreign {
            let pointer = format!("/spec/targets/{at}/{field}");
            if node.at(&pointer).is_some() {
                let message = format!(
                    "`{field}` means something to {} only, and target `{}` is {}",
                    vendor.provider, target.name, own.provider
                );
                let wrong = Diagnostic::new(Code::UnknownField, message);
                diagnostics.push(wrong.at(node.span_at(&pointer), "").help("remove it"));
            }
        }
    }
    let known = own.secrets.iter().copied().flatten();
    let known: Vec<&str> = known.copied().collect();
    let auth = node.at(&format!("/spec/targets/{at}/auth"));
    for entry in auth.map_or(&[][..], Node::entries) {
        if !known.contains(&entry.key.as_str()) {
            let message = format!("{} has no `auth.{}`", own.provider, entry.key);
            let help = format!("it takes {}", known.join(", "));
            diagnostics.push(
                Diagnostic::new(Code::UnknownField, message).at(entry.key_span, "").help(help),
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
        for entry in target.entries() {
            match entry.key.as_str() {
                "name" | "provider" | "documents" | "parallelism" | "guard" | "region"
                | "product" | "project" | "refresh" => {}
                "url" => {
                    if entry.node.as_str().is_some_and(|url| has_credentials(url) || has_query(url))
                    {
                        places.push(entry.node.span);
                    }
                }
                // `auth`, and whatever a secret could have been written to instead.
                _ => literals(&entry.node, &mut places),
            }
        }
    }
    places
}

fn literals(node: &Node, places: &mut Vec<Span>) {
    for entry in node.entries() {
        let is_reference = match entry.key.as_str() {
            "env" => entry.node.as_str().is_some_and(is_variable),
            "file" => true,
            _ => false,
        };
        if !is_reference {
            literals(&entry.node, places);
        }
    }
    node.items().iter().for_each(|item| literals(item, places));
    if !node.is_container() {
        places.push(node.span);
    }
}

fn is_variable(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Whether a url holds a query or a fragment, which no system here has.
fn has_query(url: &str) -> bool {
    url.contains(['?', '#'])
}

/// Whether a url holds a user or a password.
fn has_credentials(url: &str) -> bool {
    let authority = url.split_once("://").map_or("", |(_, rest)| rest);
    authority.split('/').next().is_some_and(|authority| authority.contains('@'))
}

/// A url in the form in which two that mean one system are equal.
pub fn live_system(url: &str) -> String {
    if let Some(fixture) = url.strip_prefix("sandbox:") {
        return format!("sandbox:{}", plain_path(fixture));
    }
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let scheme = scheme.to_lowercase();
    let host = host.to_lowercase();
    let default_port = if scheme == "https" { ":443" } else { ":80" };
    let host = host.strip_suffix(default_port).unwrap_or(&host);
    format!("{scheme}://{host}/{}", path.trim_end_matches('/'))
}

/// A relative path without `.` and without `..` that takes back a folder.
fn plain_path(path: &str) -> String {
    let mut parts: Vec<&str> = vec![];
    for part in path.split('/').filter(|part| !part.is_empty() && *part != ".") {
        if part == ".." && parts.last().is_some_and(|last| *last != "..") {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::{Target, are_one, live_system};

    #[test]
    fn parts_of_one_system_are_systems_of_their_own() {
        let target = |more: &str| -> Target {
            let text = format!("{{name: a, provider: featuresignals, url: \"https://h\"{more}}}");
            serde_yaml::from_str(&text).unwrap()
        };
        assert!(are_one(&target(""), &target(", project: web")));
        assert!(are_one(&target(", project: web"), &target(", project: web")));
        assert!(!are_one(&target(", project: web"), &target(", project: app")));
    }

    #[test]
    fn one_system_has_one_name() {
        for (one, other) in [
            ("https://h", "HTTPS://H:443/"),
            ("http://h:80/base/", "http://h/base"),
            ("sandbox:fx/f.yaml", "sandbox:./fx/a/../f.yaml"),
        ] {
            assert_eq!(live_system(one), live_system(other));
        }
        assert_ne!(live_system("sandbox:fx/f.yaml"), live_system("sandbox:fx-f.yaml"));
        assert_ne!(live_system("https://h"), live_system("http://h"));
        assert_ne!(live_system("https://h:8443"), live_system("https://h"));
    }
}
