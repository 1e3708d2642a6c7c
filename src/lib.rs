//! segctl keeps the audience segments of a feature-flag system equal to YAML files in Git.

pub mod apply;
pub mod cli;
pub mod desired;
pub mod diagnostic;
pub mod document;
pub mod live;
pub mod load;
mod parallel;
pub mod plan;
pub mod provider;
pub mod reconcile;
pub mod report;
pub mod sandbox;
pub mod source;
pub mod workspace;
