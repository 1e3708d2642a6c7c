//! From a target of the workspace to a reader of its live system.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use reqwest::Url;
use secrecy::{ExposeSecret as _, SecretString};

use super::context::Context;
use super::output;
use crate::diagnostic::Code;
use crate::document::{Provider, SecretRef, Target};
use crate::provider::{self, AnyReader, Connect, Failure};
use crate::sandbox::{Options, Sandbox, System};
use crate::source::{Texts as _, Tree};
use crate::workspace::live_system;

/// How many requests are in flight at once, unless something else is said.
const PARALLELISM: usize = 4;
/// How many seconds a server has to answer a request.
static TIMEOUT: AtomicU64 = AtomicU64::new(60);

/// Applies `--timeout` to every connection from now on.
pub(super) fn set_timeout(seconds: u64) {
    TIMEOUT.store(seconds, Ordering::SeqCst);
}

/// The largest file of a secret, in bytes.
const SECRET_BYTES: u64 = 64 * 1024;
/// The scheme of an embedded server.
const SANDBOX: &str = "sandbox:";

/// Secrets by their names under `auth`.
type Secrets = BTreeMap<&'static str, SecretString>;

/// A reader and, for an embedded server, the server, which lives as long.
pub(super) struct Connection {
    /// The reader.
    pub(super) reader: AnyReader,
    /// The embedded server.
    _sandbox: Option<Sandbox>,
}

/// Connects to `target` of the workspace in `root`.
pub(super) async fn connect(
    target: &Target,
    context: &Context,
    parallelism: Option<u8>,
) -> Result<Connection, Failure> {
    let root = &context.root;
    let parallelism = parallelism.map(usize::from).or(target.parallelism).unwrap_or(PARALLELISM);
    let (url, secrets, sandbox) = match target.url.strip_prefix(SANDBOX) {
        Some(fixture) => {
            let sandbox = start_sandbox(target.provider, root, fixture).await?;
            let secrets = sandbox.credentials().iter().map(|(name, it)| (*name, (*it).into()));
            (sandbox.url().to_owned(), secrets.collect(), Some(sandbox))
        }
        None => (target.url.clone(), secrets(target, root)?, None),
    };
    let mut options = target.options();
    if sandbox.is_some() {
        // The sandbox gives tokens at the same address.
        options.iam_url = Some(url.clone());
    }
    let connect = Connect {
        url: address(&url)?,
        secrets,
        options,
        author: author(target, context),
        parallelism,
        answer_within: Some(Duration::from_secs(TIMEOUT.load(Ordering::SeqCst))),
        on_wait: Some(output::waiting),
    };
    let reader = provider::connect(target.provider, &connect)?;
    Ok(Connection { reader, _sandbox: sandbox })
}

/// Who changes what, for systems that keep a reason of each change.
fn author(target: &Target, context: &Context) -> String {
    let workspace = context.workspace.as_ref().map_or("", |it| it.metadata.name.as_str());
    let keeps_reasons = provider::capabilities(target.provider).target_fields.contains(&"reason");
    let commit = keeps_reasons.then(|| commit(&context.root)).flatten().unwrap_or_default();
    format!("segctl {workspace} {commit}").trim_end().to_owned()
}

/// The commit that is checked out, where there is one.
fn commit(root: &Path) -> Option<String> {
    let mut git = Command::new("git");
    let git = git.args(["rev-parse", "--short=12", "HEAD"]).current_dir(root).output().ok()?;
    let commit = String::from_utf8(git.stdout).ok()?;
    git.status.success().then(|| commit.trim().to_owned())
}

async fn start_sandbox(provider: Provider, root: &Path, fixture: &str) -> Result<Sandbox, Failure> {
    let failed = |problem: String| Failure::new(Code::SandboxFailed, problem);
    let system = System::of_name(provider.block())
        .ok_or_else(|| failed(format!("there is no sandbox of {}", provider.block())))?;
    // Read once for its place alone: a fixture stands inside the workspace, as all that is read.
    let tree = Tree::open(root).map_err(|error| failed(error.to_string()))?;
    tree.text(fixture).map_err(|error| failed(error.to_string()))?;
    let options = Options {
        system,
        fixture: Some(root.join(fixture)),
        data: sandbox_data(root, fixture),
        port: 0,
    };
    Sandbox::start(options).await.map_err(|error| failed(with_causes(&error)))
}

/// The file that keeps the data of the sandbox of a fixture: one system per fixture.
fn sandbox_data(root: &Path, fixture: &str) -> PathBuf {
    let system = live_system(&format!("{SANDBOX}{fixture}"));
    let path = system.trim_start_matches(SANDBOX);
    // `%` stands for `/`, and for itself, so that two fixtures never share a file.
    let name = path.replace('%', "%%").replace('/', "%");
    root.join(".segctl/sandbox").join(format!("{name}.db"))
}

fn address(url: &str) -> Result<Url, Failure> {
    let wrong = |what: &str| {
        let failure = Failure::new(Code::NotTheApi, format!("the url of the target {what}"));
        failure.help("write it as https://flags.example.com")
    };
    let url = Url::parse(url).map_err(|error| wrong(&format!("cannot be read: {error}")))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("holds a user or a password; secrets stand under `auth`"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("has a query or a fragment"));
    }
    for end in ["/api", "/v1"] {
        if url.path().trim_end_matches('/').ends_with(end) {
            return Err(wrong(&format!("ends with {end}, which segctl adds itself")));
        }
    }
    Ok(url)
}

/// The secrets that let segctl in, the first of the vendor's ways that the target names whole.
fn secrets(target: &Target, root: &Path) -> Result<Secrets, Failure> {
    let ways = provider::capabilities(target.provider).secrets;
    let reference = |name: &str| target.auth.as_ref().and_then(|auth| auth.get(name));
    let is_whole = |names: &&&[&str]| names.iter().all(|name| reference(name).is_some());
    let Some(names) = ways.iter().find(is_whole) else {
        let names: Vec<String> = ways.iter().map(|it| it.join(" and ")).collect();
        let message = format!("target `{}` says no `auth` of {}", target.name, names.join(", or "));
        return Err(Failure::new(Code::BadAuth, message));
    };
    let known = names.iter().filter_map(|name| Some((*name, reference(name)?)));
    let help = provider::capabilities(target.provider).auth;
    known.map(|(name, reference)| Ok((name, secret(reference, root, help)?))).collect()
}

fn secret(reference: &SecretRef, root: &Path, help: &str) -> Result<SecretString, Failure> {
    let (secret, place) = look_up(reference, root, help)?;
    if secret.expose_secret().trim().is_empty() {
        return Err(Failure::new(Code::BadAuth, format!("{place} is empty")));
    }
    Ok(secret)
}

/// The secret, and where it stood; `help` is what the vendor takes.
fn look_up(
    reference: &SecretRef,
    root: &Path,
    help: &str,
) -> Result<(SecretString, String), Failure> {
    match reference {
        SecretRef { env: Some(name), .. } => {
            let place = format!("the environment variable {name}");
            let secret = std::env::var(name).map_err(|_| {
                Failure::new(Code::BadAuth, format!("{place} is not set"))
                    .help(format!("set it; under `auth` stands {help}"))
            })?;
            Ok((secret.into(), place))
        }
        SecretRef { file: Some(path), .. } => {
            let place = "the file that `auth` names".to_owned();
            let secret = read_secret(&root.join(path)).map_err(|error| {
                Failure::new(Code::BadAuth, format!("{place} cannot be read: {error}"))
                    .help(format!("mend the path; under `auth` stands {help}"))
            })?;
            Ok((secret, place))
        }
        SecretRef { env: None, file: None } => {
            Err(Failure::new(Code::BadAuth, "the reference to the secret is empty"))
        }
    }
}

/// The text of a regular file that is small enough for a secret: a device has no end, and a pipe
/// may wait for ever.
fn read_secret(path: &Path) -> io::Result<SecretString> {
    let metadata = std::fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    if metadata.len() > SECRET_BYTES {
        return Err(io::Error::other(format!("it has more than {SECRET_BYTES} bytes")));
    }
    std::fs::read_to_string(path).map(SecretString::from)
}

/// What an error says, down to its first cause.
pub(super) fn with_causes(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
