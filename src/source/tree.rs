//! The workspace folder: lists and reads files, and refuses whatever lies outside of it.

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use walkdir::WalkDir;

use super::Globs;

/// The largest file that is read, in bytes.
///
/// Unleash refuses a request over 100 kB, so a document anywhere near this size is a mistake.
pub const MAX_FILE_BYTES: u64 = 4 * 1024 * 1024;

/// The names of the workspace file.
pub const WORKSPACE_FILES: [&str; 2] = ["segctl.yaml", "segctl.yml"];

/// The workspace file in `folder` itself or, with `upward`, in the nearest folder above it.
pub fn find_workspace_file(folder: &Path, upward: bool) -> Option<PathBuf> {
    let ancestors = folder.ancestors().take(if upward { usize::MAX } else { 1 });
    ancestors
        .flat_map(|folder| WORKSPACE_FILES.iter().map(move |name| folder.join(name)))
        .find(|path| path.is_file())
}

/// Why a file was not read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The path, or a symbolic link on it, leads out of the workspace.
    #[error("`{0}` leads out of the workspace")]
    Outside(String),
    /// The file is larger than [`MAX_FILE_BYTES`].
    #[error("`{path}` has {bytes} bytes; at most {MAX_FILE_BYTES} are read")]
    TooLarge {
        /// The path as given.
        path: String,
        /// Its size in bytes.
        bytes: u64,
    },
    /// The bytes are not UTF-8.
    #[error("`{path}` is not text: byte {offset} is not UTF-8")]
    NotText {
        /// The path as given.
        path: String,
        /// The first bad byte, from 0.
        offset: usize,
    },
    /// A revision has it in a submodule, a repository of its own.
    #[error("`{0}` is a submodule, and what is in one is not read")]
    Submodule(String),
    /// The operating system said no.
    #[error("cannot read `{path}`: {source}")]
    Io {
        /// The path as given.
        path: String,
        /// What the system said.
        source: io::Error,
    },
}

/// What [`Tree::list`] found.
#[derive(Debug, Default)]
pub struct Listing {
    /// Paths relative to the workspace, sorted.
    pub paths: Vec<String>,
    /// The folders that were looked into, in the same form.
    pub folders: Vec<String>,
    /// What could not be looked at.
    pub errors: Vec<ReadError>,
}

/// Where the files of a workspace are read from: a folder, or what a revision has of it.
///
/// Paths are relative to the folder of the workspace.
pub trait Texts: Sync {
    /// The folder of the workspace, with every link resolved.
    fn root(&self) -> &Path;

    /// The text of the file at `path`, without a byte order mark.
    fn text(&self, path: &str) -> Result<String, ReadError>;

    /// Lists the files that fit `globs`.
    ///
    /// Folders and files whose name begins with a dot are left out. What could not be looked at is
    /// an error: a missing document would read as an orphan.
    fn list(&self, globs: &Globs) -> Listing;

    /// Whether there is a folder at `path`.
    fn has_folder(&self, path: &str) -> bool;

    /// The folders on the way to `path` that exist, the workspace folder first.
    fn folders_above(&self, path: &str) -> Vec<String> {
        let parts = path.match_indices('/').map(|(end, _)| &path[..end]);
        let exists = |folder: &&str| folder.is_empty() || self.has_folder(folder);
        [""].into_iter().chain(parts).take_while(exists).map(str::to_owned).collect()
    }
}

/// A folder from which files are read.
#[derive(Debug)]
pub struct Tree {
    root: PathBuf,
    /// Folders and where they really are.
    real_folders: Mutex<HashMap<PathBuf, PathBuf>>,
}

impl Tree {
    /// Opens the folder `root`.
    pub fn open(root: &Path) -> io::Result<Self> {
        Ok(Self { root: fs::canonicalize(root)?, real_folders: Mutex::default() })
    }

    /// The place of `path` with every link resolved, and what stands there.
    fn resolve(&self, path: &str) -> io::Result<(PathBuf, fs::Metadata)> {
        let path = self.root.join(path);
        if let (Some(folder), Some(name)) = (path.parent(), path.file_name()) {
            let file = self.real_folder(folder)?.join(name);
            let metadata = fs::symlink_metadata(&file)?;
            if !metadata.is_symlink() {
                return Ok((file, metadata));
            }
        }
        let real = fs::canonicalize(path)?;
        let metadata = fs::metadata(&real)?;
        Ok((real, metadata))
    }

    /// The place of `folder` with every link resolved; found out once, for all of its files.
    fn real_folder(&self, folder: &Path) -> io::Result<PathBuf> {
        let mut known = self.real_folders.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(real) = known.get(folder) {
            return Ok(real.clone());
        }
        let real = fs::canonicalize(folder)?;
        known.insert(folder.to_owned(), real.clone());
        Ok(real)
    }

    fn walk_error(&self, error: walkdir::Error) -> ReadError {
        let path = error.path().map(|path| self.relative(path)).unwrap_or_default();
        ReadError::Io { path, source: error.into() }
    }

    /// Whether `path` is inside the folder once links are resolved.
    fn holds(&self, path: &Path) -> bool {
        fs::canonicalize(path).is_ok_and(|real| real.starts_with(&self.root))
    }

    fn relative(&self, path: &Path) -> String {
        let path = path.strip_prefix(&self.root).unwrap_or(path);
        path.to_string_lossy().replace('\\', "/")
    }
}

impl Texts for Tree {
    fn root(&self) -> &Path {
        &self.root
    }

    fn text(&self, path: &str) -> Result<String, ReadError> {
        // Told from the path alone, so that nobody learns what exists outside.
        if leads_out(path) {
            return Err(ReadError::Outside(path.to_owned()));
        }
        let io_error = |source| ReadError::Io { path: path.to_owned(), source };
        let (real, metadata) = self.resolve(path).map_err(io_error)?;
        if !real.starts_with(&self.root) {
            return Err(ReadError::Outside(path.to_owned()));
        }
        // Opening a pipe would wait for somebody to write into it.
        if !metadata.is_file() {
            return Err(io_error(io::Error::other("it is not a regular file")));
        }
        let file = fs::File::open(&real).map_err(io_error)?;
        let bytes = file.metadata().map_err(io_error)?.len();
        text_of(read_bounded(file, bytes, path)?, path)
    }

    fn list(&self, globs: &Globs) -> Listing {
        let mut paths = BTreeSet::new();
        let mut folders = vec![];
        let mut errors = vec![];
        for root in globs.roots() {
            let root = self.root.join(&root);
            if !root.exists() {
                continue;
            }
            let mut walk = WalkDir::new(root).follow_links(true).sort_by_file_name().into_iter();
            while let Some(entry) = walk.next() {
                let entry = match entry {
                    Ok(entry) => entry,
                    Err(error) => {
                        errors.push(self.walk_error(error));
                        continue;
                    }
                };
                let path = self.relative(entry.path());
                let hidden = entry.depth() > 0 && is_hidden(&entry.file_name().to_string_lossy());
                let leaves = entry.path_is_symlink() && !self.holds(entry.path());
                let matters = entry.file_type().is_dir() || globs.matches(&path);
                if leaves && !hidden && matters {
                    errors.push(ReadError::Outside(path));
                } else if !hidden && !leaves && entry.file_type().is_file() && matters {
                    paths.insert(path);
                }
                if entry.file_type().is_dir() {
                    if hidden || leaves {
                        walk.skip_current_dir();
                    } else {
                        folders.push(self.relative(entry.path()));
                    }
                }
            }
        }
        Listing { paths: paths.into_iter().collect(), folders, errors }
    }

    fn has_folder(&self, path: &str) -> bool {
        !leads_out(path) && self.root.join(path).is_dir()
    }
}

/// All of a file that is called `path` and said to have so many bytes, unless it is too large.
///
/// The bound holds also for a file that grows, and for a device that reports no size. A part of it
/// would be taken for the whole.
pub fn read_bounded(file: impl Read, bytes: u64, path: &str) -> Result<Vec<u8>, ReadError> {
    let too_large = |bytes| ReadError::TooLarge { path: path.to_owned(), bytes };
    if bytes > MAX_FILE_BYTES {
        return Err(too_large(bytes));
    }
    let mut content = Vec::with_capacity(usize::try_from(bytes).unwrap_or(0));
    file.take(MAX_FILE_BYTES + 1)
        .read_to_end(&mut content)
        .map_err(|source| ReadError::Io { path: path.to_owned(), source })?;
    let read = u64::try_from(content.len()).unwrap_or(u64::MAX);
    if read > MAX_FILE_BYTES { Err(too_large(read)) } else { Ok(content) }
}

/// The text of the bytes of the file that is called `path`, without a byte order mark.
pub(super) fn text_of(mut content: Vec<u8>, path: &str) -> Result<String, ReadError> {
    if content.starts_with("\u{feff}".as_bytes()) {
        content.drain(..3);
    }
    String::from_utf8(content).map_err(|error| ReadError::NotText {
        path: path.to_owned(),
        offset: error.utf8_error().valid_up_to(),
    })
}

/// Whether a file or folder of that name is left out of listings.
pub(super) fn is_hidden(name: &str) -> bool {
    name.starts_with('.')
}

/// Whether a relative path climbs above its start, or is not relative.
pub(super) fn leads_out(path: &str) -> bool {
    let mut depth = 0_usize;
    for component in Path::new(path).components() {
        match component {
            Component::Normal(_) => depth += 1,
            Component::CurDir => {}
            Component::ParentDir if depth > 0 => depth -= 1,
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return true,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_grows_while_it_is_read_is_not_cut_off() {
        let grown = |bytes: u64| read_bounded(io::repeat(b'a').take(bytes), 1, "list.txt");
        let whole = grown(MAX_FILE_BYTES).expect("the largest file");
        assert_eq!(u64::try_from(whole.len()).ok(), Some(MAX_FILE_BYTES));
        let error = grown(MAX_FILE_BYTES + 1).expect_err("one byte more");
        assert!(matches!(error, ReadError::TooLarge { .. }), "{error}");
    }
}
