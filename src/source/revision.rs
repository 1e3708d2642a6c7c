//! A revision of a Git repository, read as the folder of the workspace was then.
//!
//! Git itself is asked, so that every kind of repository is read as it reads it. Nothing is checked
//! out, nothing is written, and no program that a repository names is run.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use super::links::{Entry, follow};
use super::tree::{Listing, ReadError, Texts, is_hidden, leads_out, text_of};
use super::{Globs, MAX_FILE_BYTES};

/// Why a revision cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum RevisionError {
    /// Git could not be started.
    #[error("`git` cannot be run: {0}")]
    NoGit(io::Error),
    /// The workspace is in no repository, or Git cannot read it.
    #[error("Git does not read the repository of the workspace: {0}")]
    NoRepository(String),
    /// The repository belongs to somebody else, so Git does not want to read it; its path as a word
    /// of a shell.
    #[error("Git does not read the repository at {0}: somebody else owns it")]
    NotOurs(String),
    /// It names several commits, or what is left without some.
    #[error("`{0}` does not name one revision")]
    NotOne(String),
    /// No commit has that name.
    #[error("the repository has no revision `{0}`")]
    Unknown(String),
    /// The commit is there, and what belongs to it is not.
    #[error("the files of `{name}` cannot be listed: {problem}")]
    Broken {
        /// The revision as named.
        name: String,
        /// What Git said.
        problem: String,
    },
}

/// The folder of a workspace as a commit has it.
#[derive(Debug)]
pub struct Revision {
    root: PathBuf,
    name: String,
    /// Files by their path in the folder.
    files: BTreeMap<String, Entry>,
    /// Every folder that any of them is in.
    folders: BTreeSet<String>,
    blobs: Mutex<Option<Blobs>>,
    ahead: usize,
}

impl Revision {
    /// The folder `root` as the revision `name` has it; it may have nothing there.
    pub fn open(root: &Path, name: &str) -> Result<Self, RevisionError> {
        let about = git(root, &["rev-parse", "--show-prefix", "--is-shallow-repository"])?
            .map_err(|complaint| no_repository(&complaint))?;
        let (prefix, shallow) = about.split_once('\n').unwrap_or_default();
        // Git takes these words for a part of the history.
        if name.is_empty() || name.starts_with('^') || name.contains("..") {
            return Err(RevisionError::NotOne(name.to_owned()));
        }
        let commit = format!("{name}^{{commit}}");
        let commit = git(root, &["rev-parse", "--verify", "--quiet", "--end-of-options", &commit])?
            .map_err(|_| RevisionError::Unknown(name.to_owned()))?;
        let commit = commit.trim();
        let mut list = vec!["ls-tree", "-r", "-z", "-l", "--full-tree", commit];
        list.extend((!prefix.is_empty()).then_some(prefix));
        let listed = git(root, &list)?.map_err(|complaint| RevisionError::Broken {
            name: name.to_owned(),
            problem: problem(&complaint),
        })?;
        let files: BTreeMap<String, Entry> =
            listed.split('\0').filter_map(|line| entry(line, prefix)).collect();
        let above = |path: &String| -> Vec<String> {
            path.match_indices('/').map(|(at, _)| path[..at].to_owned()).collect()
        };
        let folders = files.keys().flat_map(above).collect();
        let is_shallow = shallow.trim() == "true";
        let ahead = if is_shallow { 0 } else { ahead_of_here(root, commit)? };
        let (root, name) = (root.to_owned(), name.to_owned());
        Ok(Self { root, name, files, folders, blobs: Mutex::default(), ahead })
    }

    /// The name by which it was asked for.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it has a file of that path.
    pub fn has(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// How many commits it has that what is checked out lacks; 0 where the history here is cut off.
    pub fn ahead(&self) -> usize {
        self.ahead
    }

    /// Where `path` leads once links are followed.
    fn place(&self, path: &str) -> Result<String, ReadError> {
        let target = |id: &str| self.bytes(id).map(|it| String::from_utf8_lossy(&it).into_owned());
        let place = follow(path, &self.files, &target);
        let place = place.map_err(|source| ReadError::Io { path: path.to_owned(), source })?;
        place.ok_or_else(|| ReadError::Outside(path.to_owned()))
    }

    /// The files that the link at `path` makes: itself, or all in the folder that it leads to.
    fn behind(&self, path: &str) -> Result<Vec<String>, ReadError> {
        let place = self.place(path)?;
        if self.files.contains_key(&place) {
            return Ok(vec![path.to_owned()]);
        }
        if let Some(submodule) = self.submodule(&place) {
            return Err(ReadError::Submodule(submodule.to_owned()));
        }
        if !self.folders.contains(&place) {
            let source = io::ErrorKind::NotFound.into();
            return Err(ReadError::Io { path: path.to_owned(), source });
        }
        let folder = format!("{place}/");
        let inside = self.files.keys().filter_map(|it| it.strip_prefix(&folder));
        Ok(inside.map(|it| format!("{path}/{it}")).collect())
    }

    /// The submodule that `path` leads to, or into.
    fn submodule<'a>(&self, path: &'a str) -> Option<&'a str> {
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        let mut above = ends.map(|end| &path[..end]);
        above.find(|it| matches!(self.files.get(*it), Some(Entry::Elsewhere)))
    }

    /// The bytes of a blob.
    fn bytes(&self, id: &str) -> io::Result<Vec<u8>> {
        let mut blobs = self.blobs.lock().unwrap_or_else(PoisonError::into_inner);
        let running = match blobs.take() {
            Some(running) => running,
            None => Blobs::start(&self.root)?,
        };
        let running = blobs.insert(running);
        let read = running.read(id);
        if read.is_err() {
            // What is left of half an answer would be taken for the next one.
            *blobs = None;
        }
        read
    }
}

impl Texts for Revision {
    fn root(&self) -> &Path {
        &self.root
    }

    fn text(&self, path: &str) -> Result<String, ReadError> {
        if leads_out(path) {
            return Err(ReadError::Outside(path.to_owned()));
        }
        let io_error = |source| ReadError::Io { path: path.to_owned(), source };
        let not_there = || io_error(io::ErrorKind::NotFound.into());
        let place = self.place(path)?;
        if let Some(submodule) = self.submodule(&place) {
            return Err(ReadError::Submodule(submodule.to_owned()));
        }
        match self.files.get(&place).ok_or_else(not_there)? {
            Entry::File { bytes, .. } if *bytes > MAX_FILE_BYTES => {
                Err(ReadError::TooLarge { path: path.to_owned(), bytes: *bytes })
            }
            Entry::File { id, .. } => text_of(self.bytes(id).map_err(io_error)?, path),
            Entry::Link(_) | Entry::Elsewhere => {
                Err(io_error(io::Error::other("it is not a regular file")))
            }
        }
    }

    fn list(&self, globs: &Globs) -> Listing {
        let mut listing = Listing::default();
        let shows = |path: &str| !path.split('/').any(is_hidden) && globs.matches(path);
        for (path, entry) in &self.files {
            match entry {
                Entry::File { .. } if shows(path) => listing.paths.push(path.clone()),
                Entry::Link(_) if !path.split('/').any(is_hidden) => match self.behind(path) {
                    Ok(found) => listing.paths.extend(found.into_iter().filter(|it| shows(it))),
                    Err(error) if globs.reach_into(path) => listing.errors.push(error),
                    Err(_) => {}
                },
                // A document in another repository would be taken for one that is not there.
                Entry::Elsewhere if globs.reach_into(path) => {
                    listing.errors.push(ReadError::Submodule(path.clone()));
                }
                _ => {}
            }
        }
        listing.paths.sort();
        listing
    }

    fn has_folder(&self, path: &str) -> bool {
        self.folders.contains(path)
    }
}

/// An entry of `git ls-tree -l`: `MODE TYPE ID SIZE<tab>PATH`.
fn entry(line: &str, prefix: &str) -> Option<(String, Entry)> {
    let (about, path) = line.split_once('\t')?;
    let path = path.strip_prefix(prefix)?.to_owned();
    let mut about = about.split_ascii_whitespace();
    let (mode, _, id, bytes) = (about.next()?, about.next()?, about.next()?, about.next()?);
    let id = id.to_owned();
    let entry = match mode {
        "120000" => Entry::Link(id),
        "160000" => Entry::Elsewhere,
        _ => Entry::File { id, bytes: bytes.parse().unwrap_or(0) },
    };
    Some((path, entry))
}

/// How many commits `commit` has that what is checked out lacks.
fn ahead_of_here(root: &Path, commit: &str) -> Result<usize, RevisionError> {
    // Without any commit here there is nothing to be behind of.
    let counted = git(root, &["rev-list", "--count", commit, "^HEAD"])?;
    Ok(counted.ok().and_then(|it| it.trim().parse().ok()).unwrap_or(0))
}

/// Git in `root`, whatever the variables of a hook say of another repository.
fn command(root: &Path) -> Command {
    let mut git = Command::new("git");
    for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
        git.env_remove(variable);
    }
    git.env("LC_ALL", "C").env("GIT_TERMINAL_PROMPT", "0").env("GIT_OPTIONAL_LOCKS", "0");
    git.arg("--no-pager").arg("-C").arg(root).stdin(Stdio::null());
    git
}

/// Why Git does not read a repository. It says itself which setting lets it read that of somebody
/// else.
fn no_repository(complaint: &str) -> RevisionError {
    let setting = |line: &str| Some(line.split_once("--add safe.directory ")?.1.trim().to_owned());
    match complaint.lines().find_map(setting) {
        Some(path) => RevisionError::NotOurs(path),
        None => RevisionError::NoRepository(problem(complaint)),
    }
}

/// The first line of a complaint.
fn problem(complaint: &str) -> String {
    complaint.lines().next().unwrap_or_default().trim_start_matches("fatal: ").to_owned()
}

/// What a Git command prints, or what it complains of.
fn git(root: &Path, arguments: &[&str]) -> Result<Result<String, String>, RevisionError> {
    let output = command(root).args(arguments).output().map_err(RevisionError::NoGit)?;
    if output.status.success() {
        return Ok(Ok(String::from_utf8_lossy(&output.stdout).into_owned()));
    }
    Ok(Err(String::from_utf8_lossy(&output.stderr).into_owned()))
}

/// A running `git cat-file --batch`.
#[derive(Debug)]
struct Blobs {
    child: Child,
    asks: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Blobs {
    fn start(root: &Path) -> io::Result<Self> {
        let mut git = command(root);
        git.args(["cat-file", "--batch"]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = git.stderr(Stdio::null()).spawn()?;
        let gone = || io::Error::other("git has no pipe");
        let asks = child.stdin.take().ok_or_else(gone)?;
        let answers = BufReader::new(child.stdout.take().ok_or_else(gone)?);
        Ok(Self { child, asks, answers })
    }

    /// The bytes of the blob `id`, of which Git says `ID blob SIZE` before.
    fn read(&mut self, id: &str) -> io::Result<Vec<u8>> {
        writeln!(self.asks, "{id}")?;
        self.asks.flush()?;
        let mut header = String::new();
        self.answers.read_line(&mut header)?;
        let size = header.trim_end().rsplit_once(" blob ").and_then(|it| it.1.parse().ok());
        let size: usize = size.ok_or_else(|| io::Error::other("git does not have its content"))?;
        let mut bytes = vec![0; size];
        self.answers.read_exact(&mut bytes)?;
        self.answers.read_exact(&mut [0])?;
        Ok(bytes)
    }
}

impl Drop for Blobs {
    fn drop(&mut self) {
        // It only reads, so nothing is lost; and a process that nobody waits for would stay.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
