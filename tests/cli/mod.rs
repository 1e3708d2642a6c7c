//! The program as a user meets it: exact terminal text and exit codes.

mod annotations;
mod apply;
mod at_once;
mod base;
mod base_names;
mod base_of_others;
mod base_of_vendors;
mod base_submodule;
mod codes;
mod codes_confidence;
mod drift;
mod files;
mod fmt;
mod gone;
mod guard;
mod help;
mod hidden;
mod hostile;
mod ignored;
mod import;
mod import_files;
mod import_update;
mod init;
mod json;
mod markdown;
mod markdown_beside;
mod ownership;
mod people;
mod people_beside;
mod places;
mod plan;
mod policies;
mod policies_of_plans;
mod privacy;
mod progress;
mod reference;
mod renamed;
mod reports;
mod safety;
mod sandbox;
mod sarif;
mod saved;
mod saved_reasons;
mod selection;
mod side_by_side;
mod taken_over;
mod trouble;
mod usage;
mod validate;
mod workspace;

use workspace::Workspace;

/// A segment document of one constraint, with `more` under `spec`.
fn segment(name: &str, more: &str, constraint: &str) -> String {
    format!(
        "apiVersion: segctl.dev/v1\nkind: Segment\nmetadata: {{name: {name}}}\nspec:\n{more}  unleash:\n    constraints:\n      - {constraint}\n"
    )
}

/// An attachment document to the strategy `Gradual rollout` of `new-checkout` in production.
fn attachment(name: &str, segments: &str) -> String {
    format!(
        "apiVersion: segctl.dev/v1\nkind: Attachment\nmetadata: {{name: {name}}}\nspec:\n  segments: [{segments}]\n  unleash: {{feature: new-checkout, environment: production, strategy: {{title: Gradual rollout}}}}\n"
    )
}

/// `IN` on `userId`.
fn users(values: &str) -> String {
    format!("{{contextName: userId, operator: IN, values: [{values}]}}")
}
