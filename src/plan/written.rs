//! Where what a step is about is written, and whether that can be opened.

use serde::{Deserialize, Serialize};

use crate::desired::Origin;

/// Where something is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Written {
    /// In the files at hand.
    Here(Origin),
    /// In the base, and no longer here: there is no such line to open, link or annotate.
    InBase(Origin),
}

impl Written {
    /// The place, where it is one of the files at hand.
    pub fn here(&self) -> Option<&Origin> {
        match self {
            Self::Here(origin) => Some(origin),
            Self::InBase(_) => None,
        }
    }

    /// The place, wherever it is.
    pub fn origin(&self) -> &Origin {
        match self {
            Self::Here(origin) | Self::InBase(origin) => origin,
        }
    }

    /// What stands before the place in a sentence.
    pub fn verb(&self) -> &'static str {
        match self {
            Self::Here(_) => "written in",
            Self::InBase(_) => "was written in",
        }
    }
}
