//! `segctl man`: the manual pages.

use std::path::{Path, PathBuf};

use clap::{Args, Command, CommandFactory as _};
use clap_mangen::Man;

use super::args::Cli;
use super::exit::Exit;
use super::output;

/// Options of `man`.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  segctl man | man -l -\n  \
                        segctl man plan | man -l -\n  \
                        segctl man --out ~/.local/share/man/man1")]
pub(super) struct ManArgs {
    /// The command that the page is about; without it, segctl itself
    command: Option<String>,
    /// Write every page into this folder instead of printing one
    #[arg(long, value_name = "DIR", env = "SEGCTL_OUT", conflicts_with = "command")]
    out: Option<PathBuf>,
}

pub(super) fn run(args: &ManArgs) -> Exit {
    let mut root = Cli::command();
    root.build();
    if let Some(folder) = &args.out {
        return written(folder, &root);
    }
    let about = match &args.command {
        None => Some(&root),
        Some(name) => root.find_subcommand(name),
    };
    let Some(about) = about else {
        let name = args.command.as_deref().unwrap_or_default();
        output::error(&format!("there is no command `{name}`"));
        return Exit::Usage;
    };
    match page(about) {
        Ok(page) => {
            output::verbatim(&String::from_utf8_lossy(&page));
            Exit::Ok
        }
        Err(error) => failed(&error),
    }
}

/// Writes the page of each command into `folder`, as `segctl-plan.1`.
fn written(folder: &Path, root: &Command) -> Exit {
    let write = |command: &Command| {
        let name = command.get_display_name().unwrap_or(command.get_name());
        std::fs::write(folder.join(format!("{name}.1")), page(command)?)
    };
    let commands = root.get_subcommands().filter(|it| it.get_name() != "help");
    let written = std::fs::create_dir_all(folder)
        .and_then(|()| write(root))
        .and_then(|()| commands.into_iter().try_for_each(write));
    match written {
        Ok(()) => Exit::Ok,
        Err(error) => failed(&error),
    }
}

fn page(command: &Command) -> std::io::Result<Vec<u8>> {
    let mut page = vec![];
    let source = concat!("segctl ", env!("CARGO_PKG_VERSION"));
    Man::new(command.clone()).source(source).manual("segctl").render(&mut page)?;
    Ok(page)
}

fn failed(error: &std::io::Error) -> Exit {
    output::error(&format!("the manual cannot be written: {error}"));
    Exit::Failure
}
