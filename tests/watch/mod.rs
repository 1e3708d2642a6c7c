//! `segctl watch`, in a folder that is edited, on a sandbox in this process.

mod edits;
mod random;
mod real;
mod terminal;
mod trouble;
mod watching;

use watching::{Desk, segment};
