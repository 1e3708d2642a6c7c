//! segctl keeps the audience segments of a feature-flag system equal to YAML files in Git.

pub mod source;
pub mod document;
pub mod workspace;
pub mod load;
pub mod desired;
pub mod live;
pub mod plan;
pub mod apply;
pub mod cli;
pub mod reconcile;
pub mod report;
pub mod provider;
pub mod sandbox;
pub mod diagnostic;
mod parallel;
