//! The guard of a target: how much of it one apply may change.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The largest shares of a target that one apply may change without `--force-guard`.
///
/// Each counts from 10 objects of its kind on; 100% never holds an apply back.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Guard {
    /// Managed segments that are deleted.
    pub delete: Percent,
    /// Managed segments whose content changes.
    pub update: Percent,
    /// Rules with managed segments whose set of segments changes.
    pub attach: Percent,
    /// Values that one list of a segment loses. Counts from 10 values on.
    pub values: Percent,
}

impl Default for Guard {
    fn default() -> Self {
        Self { delete: Percent(30), update: Percent(50), attach: Percent(50), values: Percent(50) }
    }
}

impl Guard {
    /// The smaller share of each kind.
    #[must_use]
    pub fn stricter(self, other: Self) -> Self {
        Self {
            delete: self.delete.min(other.delete),
            update: self.update.min(other.update),
            attach: self.attach.min(other.attach),
            values: self.values.min(other.values),
        }
    }
}

/// A share, from `0%` to `100%`.
#[derive(
    Clone, Copy, Debug, Serialize, Deserialize, JsonSchema, PartialEq, Eq, PartialOrd, Ord,
)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String", extend("pattern" = "^(100|[1-9]?[0-9])%$"), example = &"30%")]
pub struct Percent(u8);

impl Percent {
    /// Whether `part` of `whole` is more than this share.
    pub fn is_exceeded_by(self, part: usize, whole: usize) -> bool {
        part * 100 > whole * usize::from(self.0)
    }
}

impl TryFrom<String> for Percent {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let number = text.strip_suffix('%').and_then(|number| number.parse().ok());
        match number.filter(|number| *number <= 100) {
            Some(number) => Ok(Self(number)),
            None => Err(format!("`{text}` is no share: write it as `30%`")),
        }
    }
}

impl From<Percent> for String {
    fn from(share: Percent) -> Self {
        share.to_string()
    }
}

impl std::fmt::Display for Percent {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}%", self.0)
    }
}
