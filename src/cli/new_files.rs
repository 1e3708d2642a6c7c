//! Files that segctl makes: all of them or none, and never over one that is there.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Component, Path, PathBuf};

use crate::diagnostic::Code;
use crate::provider::Failure;

/// `path` with every link resolved as far as it exists, and without `.` and `..`.
pub(super) fn settled(path: &Path) -> std::io::Result<PathBuf> {
    let mut settled = PathBuf::new();
    for component in std::path::absolute(path)?.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                settled.pop();
            }
            component => settled.push(component),
        }
        match settled.canonicalize() {
            Ok(real) => settled = real,
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(settled)
}

/// The path of `to` from the folder `from`, both absolute, with `/`.
pub(super) fn relative(from: &Path, to: &Path) -> String {
    let (from, to): (Vec<_>, Vec<_>) = (from.components().collect(), to.components().collect());
    let shared = from.iter().zip(&to).take_while(|(one, other)| one == other).count();
    let up = from[shared..].iter().map(|_| "..".to_owned());
    let down = to[shared..].iter().map(|it| it.as_os_str().to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}

/// A file that is to be made.
#[derive(Debug)]
pub(super) struct NewFile<'a> {
    /// The folder that it must not leave by a link.
    pub(super) root: &'a Path,
    /// Its path.
    pub(super) path: PathBuf,
    /// What it holds.
    pub(super) text: &'a str,
}

/// Writes `files`, none of which may exist.
///
/// When one cannot be written, or `is_stopped`, those before it are removed again.
pub(super) fn write_new(
    files: &[NewFile<'_>],
    is_stopped: impl Fn() -> bool,
) -> Result<(), Failure> {
    refuse_taken(files.iter().map(|it| it.path.as_path()))?;
    let mut written = vec![];
    for file in files {
        let result = if is_stopped() {
            Err(Failure::new(Code::Interrupted, "interrupted while files were written"))
        } else {
            write_one(file, &mut written)
        };
        if let Err(failure) = result {
            return Err(undo(failure, &written));
        }
    }
    Ok(())
}

/// Fails when any of `paths` is there; a link that leads nowhere is there too.
pub(super) fn refuse_taken<'a>(paths: impl Iterator<Item = &'a Path>) -> Result<(), Failure> {
    let there = paths.filter(|path| fs::symlink_metadata(path).is_ok());
    let there: Vec<String> = there.map(|path| path.display().to_string()).collect();
    if there.is_empty() {
        return Ok(());
    }
    let message = format!("nothing was written, because these exist: {}", there.join(", "));
    let failure = Failure::new(Code::NotSaved, message);
    Err(failure.help("move them away, or name another folder"))
}

fn write_one(file: &NewFile<'_>, written: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let NewFile { root, path, text } = file;
    let cannot = |error: std::io::Error| not_written(path, &error);
    if let Some(folder) = path.parent().filter(|it| !it.as_os_str().is_empty()) {
        // Before the folder is made: a link could lead it elsewhere.
        if !settled(folder).map_err(cannot)?.starts_with(root) {
            let message = format!("{} leads out of {}", folder.display(), root.display());
            return Err(Failure::new(Code::OutsideWorkspace, message));
        }
        fs::create_dir_all(folder).map_err(cannot)?;
    }
    let mut file = OpenOptions::new().write(true).create_new(true).open(path).map_err(cannot)?;
    written.push(path.clone());
    file.write_all(text.as_bytes()).map_err(cannot)
}

/// That the file at `path` cannot be written.
pub(super) fn not_written(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(Code::NotSaved, format!("{} cannot be written: {error}", path.display()))
}

/// Removes what was written, and says in `failure` what became of it.
pub(super) fn undo(failure: Failure, written: &[PathBuf]) -> Failure {
    let left: Vec<String> = written
        .iter()
        .filter(|path| fs::remove_file(path).is_err())
        .map(|path| path.display().to_string())
        .collect();
    let what = if left.is_empty() {
        "nothing was kept".to_owned()
    } else {
        format!("these were written and could not be removed: {}", left.join(", "))
    };
    Failure { message: format!("{}; {what}", failure.message), ..failure }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_from_folder_to_file() {
        for (from, to, path) in [
            ("/w/segments", "/w/schemas/s.json", "../schemas/s.json"),
            ("/w/a/b/segments", "/w/schemas/s.json", "../../../schemas/s.json"),
            ("/elsewhere/segments", "/w/s.json", "../../w/s.json"),
            ("/w", "/w/s.json", "s.json"),
        ] {
            assert_eq!(relative(Path::new(from), Path::new(to)), path);
        }
    }
}
