//! What a client sends to make or change a segment.

use super::super::exchange::Asked;
use super::body;
use super::fixture::Limits;
use super::refusal::{Problems, Refusal};
use super::words::{ROLLOUT, spelled};

/// The members that were sent and are not null.
pub(super) struct Draft {
    pub(super) name: Option<String>,
    pub(super) description: Option<String>,
    pub(super) attribute: Option<String>,
    pub(super) comparator: Option<&'static str>,
    pub(super) value: Option<String>,
}

impl Draft {
    /// Reads a body.
    pub(super) fn read(asked: &Asked<'_>) -> Result<Self, Refusal> {
        let members = body::object(asked)?;
        let text = |name| body::text(&members, name);
        let comparator = text("comparator")?
            .map(|word| spelled(&ROLLOUT, &word).ok_or_else(|| body::not_converted("comparator")));
        Ok(Self {
            name: text("name")?,
            description: text("description")?,
            attribute: text("comparisonAttribute")?,
            comparator: comparator.transpose()?,
            value: text("comparisonValue")?,
        })
    }

    /// Refuses what is too long, and what was sent but says nothing.
    pub(super) fn check(&self, limits: &Limits) -> Result<(), Refusal> {
        let mut problems = Problems::default();
        for (field, text, most) in [
            ("Name", &self.name, 255),
            ("Description", &self.description, 1000),
            ("ComparisonAttribute", &self.attribute, 1000),
            ("ComparisonValue", &self.value, limits.comparison_value_length),
        ] {
            let Some(text) = text else { continue };
            if text.encode_utf16().count() > most {
                problems.add(
                    field,
                    format!("The field {field} must be a string with a maximum length of {most}."),
                );
            }
            // Inferred: a required text is not blank, as the framework has it.
            if field != "Description" && text.trim().is_empty() {
                problems.add(field, required(field));
            }
        }
        problems.done()
    }

    /// Refuses also what is missing.
    pub(super) fn check_all_there(&self, limits: &Limits) -> Result<(), Refusal> {
        let mut problems = Problems::default();
        for (field, is_there) in [
            ("Name", self.name.is_some()),
            ("ComparisonAttribute", self.attribute.is_some()),
            ("Comparator", self.comparator.is_some()),
            ("ComparisonValue", self.value.is_some()),
        ] {
            if !is_there {
                problems.add(field, required(field));
            }
        }
        problems.done()?;
        self.check(limits)
    }
}

fn required(field: &str) -> String {
    format!("The {field} field is required.")
}
