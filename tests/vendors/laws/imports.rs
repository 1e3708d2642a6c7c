//! Law 6: what import writes is what is live, so that a plan of it is empty but for old marks.

use super::holds;
use super::states::{State, states};
use super::world::fixture;
use crate::support::marks::is_of_mark;
use crate::support::scratch::Scratch;
use crate::vendors::vendor::Vendor;
use serde_json::Value;

/// An import into an empty workspace says all that is live, and a plan of it is empty but for old marks.
pub(crate) fn round_trip<V: Vendor>() {
    holds(states::<V>(), async |state: State| {
        let scratch = Scratch::new();
        scratch.write("fixture.yaml", fixture::<V>(&state)?.to_string());
        scratch.write("segctl.yaml", workspace::<V>());
        let import = scratch.segctl(&["import", "-o", "json"]);
        let printed = String::from_utf8_lossy(&import.stdout);
        let envelope: Value = serde_json::from_str(&printed).map_err(|it| it.to_string())?;
        let import = &envelope["targets"][0]["import"];
        let documents = import["documents"].as_array().map_or(0, Vec::len);
        let expected = state.standing.len() + 1;
        if envelope["ok"] != true || documents < expected {
            return Err(format!("{documents} documents instead of {expected}: {envelope:#}"));
        }
        // Marks of ours that are out of date are all that is left, and who is told of them.
        let plan = scratch.segctl(&["plan", "-o", "json"]);
        let printed = String::from_utf8_lossy(&plan.stdout).into_owned();
        let envelope: Value = serde_json::from_str(&printed).map_err(|it| it.to_string())?;
        let mut steps = envelope["targets"][0]["steps"].as_array().into_iter().flatten();
        let expected = steps.all(|it| is_of_mark(it) || it["action"] == "refresh");
        if plan.status.success() && expected { Ok(()) } else { Err(printed) }
    });
}

fn workspace<V: Vendor>() -> String {
    let (provider, more) = (V::PROVIDER.block(), V::TARGET);
    format!(
        "apiVersion: segctl.dev/v1\nkind: Workspace\nmetadata: {{name: acme}}\nspec:\n  targets:\n    \
         - {{name: live, provider: {provider}, url: \"sandbox:fixture.yaml\"{more}}}\n"
    )
}
