//! What tests need to talk to real Unleash servers, and to anything that claims to be like one.

pub(crate) mod admin;
pub(crate) mod http;
pub(crate) mod servers;

mod hold;
mod install;
mod postgres;
mod unleash;
