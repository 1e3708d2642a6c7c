//! Files that are written whole, or not at all.

use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;

use crate::diagnostic::Code;
use crate::provider::Failure;

/// Who may read a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Readers {
    /// Whoever may read what is there, or else what the user writes.
    AsUsual,
    /// Nobody but the user, where the system knows such files.
    Owner,
}

/// Writes a file for `readers` whole, or leaves what is there as it is. A link goes on leading to it.
///
/// `may_go` is asked last, when all but the exchange is done.
pub(super) fn replace(
    path: &Path,
    content: &str,
    readers: Readers,
    may_go: impl FnOnce() -> io::Result<()>,
) -> io::Result<()> {
    let (path, permissions) = match path.canonicalize() {
        Ok(path) => {
            let permissions = fs::metadata(&path)?.permissions();
            (path, (readers == Readers::AsUsual).then_some(permissions))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => (path.to_owned(), None),
        Err(error) => return Err(error),
    };
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.partly", std::process::id()));
    let partly = path.with_file_name(name);
    let written = new_file(&partly, readers)
        .and_then(|file| fill(file, content))
        .and_then(|()| permissions.map_or(Ok(()), |it| fs::set_permissions(&partly, it)))
        .and_then(|()| may_go())
        .and_then(|()| fs::rename(&partly, &path));
    if written.is_err() {
        // It may never have come to be.
        fs::remove_file(&partly).ok();
    }
    written
}

/// Writes a report to `path`, in the place of what is there; a pipe or a device is written to.
pub(super) fn write_report(path: &Path, content: &str) -> Result<(), Failure> {
    let takes_bytes = fs::metadata(path).is_ok_and(|it| !it.is_file() && !it.is_dir());
    let written = if takes_bytes {
        fs::OpenOptions::new()
            .append(true)
            .open(path)
            .and_then(|mut it| it.write_all(content.as_bytes()))
    } else {
        replace(path, content, Readers::AsUsual, || Ok(()))
    };
    written.map_err(|error| {
        let message = format!("the report cannot be written to {}: {error}", path.display());
        Failure::new(Code::NotSaved, message)
    })
}

/// Writes a file that does not exist yet.
pub(super) fn create(path: &Path, content: &str) -> io::Result<()> {
    fill(new_file(path, Readers::AsUsual)?, content)
}

fn fill(mut file: fs::File, content: &str) -> io::Result<()> {
    file.write_all(content.as_bytes())?;
    file.sync_all()
}

fn new_file(path: &Path, readers: Readers) -> io::Result<fs::File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if readers == Readers::Owner {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    #[cfg(not(unix))]
    let _ = readers;
    options.open(path)
}
