//! Installs the servers of `tests/servers/package-lock.json`, once per lock file.

use super::hold::{Folder, Process, Stop};
use sha2::{Digest as _, Sha256};
use std::fs::{File, create_dir_all, read_dir, remove_dir_all, rename, write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

const PACKAGE: &str = include_str!("../servers/package.json");
const LOCK: &str = include_str!("../servers/package-lock.json");
pub(super) const NPM: [&str; 6] = [
    "ci",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--no-update-notifier",
    "--loglevel=error",
];

/// The installed packages.
#[derive(Debug)]
pub(crate) struct Installed {
    root: PathBuf,
}

impl Installed {
    /// The folder of one package.
    pub(crate) fn package(&self, name: &str) -> PathBuf {
        self.root.join("node_modules").join(name)
    }

    /// The Node.js which runs the servers.
    pub(crate) fn node(&self) -> PathBuf {
        self.package(&format!("node-{}", platform())).join("bin/node")
    }

    /// The `native` folder of PostgreSQL, with `bin`, `lib` and `share`.
    pub(crate) fn postgres(&self) -> PathBuf {
        self.package(&format!("@embedded-postgres/{}", platform())).join("native")
    }

    /// A command that runs JavaScript which may `require` any installed package.
    pub(crate) fn javascript(&self, script: &str) -> Command {
        let mut node = Command::new(self.node());
        node.current_dir(&self.root).args(["-e", script]);
        node
    }
}

/// The installed packages; the first call of all installs them (about half a minute).
///
/// A file lock keeps two test processes apart. An install is made beside its place and renamed
/// when complete: an interrupted one is redone.
pub(crate) fn installed() -> &'static Installed {
    static INSTALLED: OnceLock<Installed> = OnceLock::new();
    INSTALLED.get_or_init(|| {
        let base = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let name = format!("servers-{}-{}", platform(), key(PACKAGE, LOCK));
        let root = base.join(&name);
        create_dir_all(base).expect("the target folder of cargo can be written to");
        let guard = File::create(base.join("servers.lock")).expect("a lock file can be made");
        guard.lock().expect("the lock file can be locked");
        if !root.exists() {
            sweep(base);
            install(&base.join(format!("{name}.partial-{}", std::process::id())), &root);
        }
        Installed { root }
    })
}

/// Installs into `partial`, checks that all is there, and renames it to `root`.
fn install(partial: &Path, root: &Path) {
    let folder = Folder::create(partial.to_owned()).expect("a folder for the install can be made");
    write(partial.join("package.json"), PACKAGE).expect("package.json can be written");
    write(partial.join("package-lock.json"), LOCK).expect("package-lock.json can be written");
    let mut npm = Command::new("npm");
    run(npm.args(NPM).current_dir(partial), "npm could not install the servers under test");

    let fresh = Installed { root: partial.to_owned() };
    for needed in [fresh.node(), fresh.postgres().join("bin/postgres")] {
        assert!(
            needed.exists(),
            "npm has installed nothing at {}: there is no package for this platform ({}), or npm \
             skips optional packages (`npm config get omit` should be empty)",
            needed.display(),
            platform(),
        );
    }
    // The install step of the package itself, which npm has been told to leave out.
    let mut links = Command::new(fresh.node());
    links.arg("scripts/hydrate-symlinks.js").current_dir(fresh.postgres().join(".."));
    run(&mut links, "the symbolic links of PostgreSQL's libraries could not be made");
    rename(partial, root).expect("the finished install can be renamed");
    drop(folder);
}

/// Runs a command to its end, or panics with what it is for and what it said.
pub(crate) fn run(command: &mut Command, complaint: &str) {
    let shown = format!("{command:?}");
    match Process::start(command, Stop::Kill, None) {
        Err(error) => panic!("{complaint}: {shown} could not be started: {error}"),
        Ok(mut process) => {
            let succeeded = process.succeeds();
            assert!(succeeded, "{complaint}: {shown} failed and said:\n{}", process.log_tail());
        }
    }
}

/// Removes what killed installs have left.
fn sweep(base: &Path) {
    for entry in read_dir(base).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().contains(".partial-") {
            remove_dir_all(entry.path()).ok();
        }
    }
}

/// Changes when anything about a package changes.
pub(super) fn key(package: &str, lock: &str) -> String {
    let hash = Sha256::new().chain_update(package).chain_update(lock).finalize();
    hash[..6].iter().fold(String::new(), |key, byte| key + &format!("{byte:02x}"))
}

/// The platform in the words of Node.js.
fn platform() -> String {
    let system = match std::env::consts::OS {
        "macos" => "darwin",
        other => other,
    };
    let machine = match std::env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    format!("{system}-{machine}")
}
