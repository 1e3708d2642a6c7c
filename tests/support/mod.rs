//! What tests need to talk to real Unleash servers.

mod hold;
mod install;
mod postgres;
pub(crate) mod servers;
mod unleash;
