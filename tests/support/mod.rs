//! What tests need to talk to real Unleash servers, and to anything that claims to be like one;
//! and to run segctl itself.

pub(crate) mod admin;
pub(crate) mod folder;
pub(crate) mod http;
pub(crate) mod marks;
pub(crate) mod packages;
pub(crate) mod sandbox;
pub(crate) mod scratch;
pub(crate) mod served;
pub(crate) mod servers;
pub(crate) mod slow;
pub(crate) mod steward;
pub(crate) mod strange;
pub(crate) mod terminal;
pub(crate) mod workspace;

mod hold;
mod install;
mod postgres;
mod unleash;
