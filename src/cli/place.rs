//! Finds the workspace that a command line names.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value as Json, json};

use super::args::Source;
use crate::load::Home;
use crate::provider::{self, Capabilities};
use crate::source::{WORKSPACE_FILES, find_workspace_file};

/// Where a workspace is, and what of it the steps are narrowed to.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) home: Home,
    pub(super) narrowed_to: Vec<PathBuf>,
}

impl Place {
    /// Finds what `source` names; none where there is no workspace. The error is about the command
    /// line.
    pub(super) fn find(source: &Source) -> Result<Option<Self>, String> {
        let found = find(source)?;
        let home = match found.workspace_file {
            Some(file) => Some(Home::File(file)),
            None => without_file(source)?
                .map(|(folder, workspace)| Home::CommandLine(folder, workspace)),
        };
        Ok(home.map(|home| Self { home, narrowed_to: found.narrowed_to }))
    }
}

struct Found {
    workspace_file: Option<PathBuf>,
    narrowed_to: Vec<PathBuf>,
}

fn find(source: &Source) -> Result<Found, String> {
    let absolute = |path: &Path| {
        std::path::absolute(path).map_err(|error| format!("{}: {error}", path.display()))
    };
    if let Some(config) = &source.config {
        if !config.is_file() {
            return Err(format!("--config: there is no file {}", config.display()));
        }
        let narrowed_to = source.file.clone();
        return Ok(Found { workspace_file: Some(absolute(config)?), narrowed_to });
    }
    let mut found = Found { workspace_file: None, narrowed_to: vec![] };
    for path in &source.file {
        if !path.exists() {
            return Err(format!("-f: there is no {}", path.display()));
        }
        let path = absolute(path)?;
        let own = if path.is_dir() {
            find_workspace_file(&path, false)
        } else {
            let name = path.file_name().unwrap_or_default();
            WORKSPACE_FILES.iter().any(|it| name == *it).then(|| path.clone())
        };
        let file = match own {
            Some(file) => Some(file),
            None => {
                found.narrowed_to.push(path.clone());
                find_workspace_file(&path, true)
            }
        };
        match (&found.workspace_file, file) {
            (Some(one), Some(other)) if *one != other => {
                return Err("-f names paths of different workspaces".to_owned());
            }
            (None, Some(file)) => found.workspace_file = Some(file),
            _ => {}
        }
    }
    if source.file.is_empty() {
        found.workspace_file = find_workspace_file(&absolute(Path::new("."))?, true);
    }
    let ad_hoc = source.provider.is_some() || source.url.is_some() || source.workspace.is_some();
    if found.workspace_file.is_some() && ad_hoc {
        return Err(
            "--provider, --url and --workspace are for folders without a segctl.yaml".to_owned()
        );
    }
    Ok(found)
}

/// The folder, and the workspace file that the command line stands for, where it does.
fn without_file(source: &Source) -> Result<Option<(PathBuf, String)>, String> {
    let all = "without a segctl.yaml give all of --provider, --url and --workspace";
    let (Some(provider), Some(name)) = (source.provider, &source.workspace) else {
        let some = source.provider.is_some() || source.url.is_some() || source.workspace.is_some();
        return if some { Err(all.to_owned()) } else { Ok(None) };
    };
    let vendor = provider::capabilities(provider);
    let said = vendor.url_variables.iter().find_map(|name| std::env::var(name).ok());
    let own = vendor.default_url.map(str::to_owned);
    let Some(url) = source.url.clone().or(said).or(own) else {
        return Err(all.to_owned());
    };
    let [folder] = &source.file[..] else {
        return Err("without a segctl.yaml give one folder of documents with -f".to_owned());
    };
    let workspace = json!({
        "apiVersion": "segctl.dev/v1",
        "kind": "Workspace",
        "metadata": {"name": name},
        "spec": {
            "documents": ["**/*.{yaml,yml}"],
            "targets": [{
                "name": provider.block(),
                "provider": provider.block(),
                "url": url,
                "auth": auth_of_environment(vendor),
            }],
        },
    });
    let text = serde_yaml::to_string(&workspace).map_err(|error| error.to_string())?;
    Ok(Some((folder.clone(), text)))
}

/// References to the secrets of a vendor, by the variables that are set or, where none is, by those
/// that could be.
fn auth_of_environment(vendor: &Capabilities) -> Json {
    let variable = |secret: &str| {
        let named = vendor.variables.iter().find(|(name, _)| *name == secret);
        let names = named.map_or(&[][..], |(_, variables)| *variables);
        let set = names.iter().find(|name| std::env::var_os(name).is_some());
        (set.or(names.first()).copied().unwrap_or_default(), set.is_some())
    };
    let is_set = |names: &&&[&str]| names.iter().all(|name| variable(name).1);
    let way = vendor.secrets.iter().find(is_set).or(vendor.secrets.first());
    let references = way.into_iter().copied().flatten();
    let references: Map<String, Json> =
        references.map(|name| ((*name).to_owned(), json!({"env": variable(name).0}))).collect();
    Json::Object(references)
}

/// `paths` as the workspace in `root` names them.
pub(super) fn relative(paths: &[PathBuf], root: &Path) -> Result<Vec<String>, String> {
    let inside = |path: &PathBuf| {
        let real = path.canonicalize().map_err(|error| format!("{}: {error}", path.display()))?;
        let inside = real
            .strip_prefix(root)
            .map_err(|_| format!("-f: {} is outside of the workspace", path.display()))?;
        Ok(inside.to_string_lossy().replace('\\', "/"))
    };
    paths.iter().map(inside).collect()
}
