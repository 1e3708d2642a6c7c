//! Sandboxes for tests: in this process, each over data of its own.

use super::folder::Folder;
use segctl::sandbox::{Options, Sandbox, System};
use std::ops::Deref;

/// The backend token for the environment `development`.
pub(crate) const CLIENT_TOKEN: &str = "*:development.sandbox-client-token";

/// A running sandbox. It stops on drop, and its data goes with it.
pub(crate) struct OwnSandbox {
    sandbox: Sandbox,
    _folder: Folder,
}

impl Deref for OwnSandbox {
    type Target = Sandbox;

    fn deref(&self) -> &Sandbox {
        &self.sandbox
    }
}

/// Starts a sandbox of Unleash in the world that `fixture` describes.
pub(crate) async fn sandbox(fixture: &str) -> OwnSandbox {
    sandbox_of(System::Unleash, fixture).await
}

/// Starts a sandbox of `system` in the world that `fixture` describes.
pub(crate) async fn sandbox_of(system: System, fixture: &str) -> OwnSandbox {
    let folder = Folder::new();
    let options = Options {
        system,
        fixture: Some(folder.write("fixture.yaml", fixture)),
        data: folder.path().join("sandbox.db"),
        port: 0,
    };
    match Sandbox::start(options).await {
        Ok(sandbox) => {
            // Every deletion asks for archived flags, and tests delete more than people do.
            sandbox.limit_searches(100_000);
            OwnSandbox { sandbox, _folder: folder }
        }
        Err(error) => panic!("the sandbox does not start: {error}\n{fixture}"),
    }
}
