//! segctl keeps the audience segments of a feature-flag system equal to YAML files in Git.

pub mod diagnostic;
pub mod document;
pub mod load;
mod parallel;
pub mod provider;
pub mod sandbox;
pub mod source;
pub mod workspace;
