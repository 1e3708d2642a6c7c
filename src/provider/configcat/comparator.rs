//! The comparators: how each is written, and what it compares with.

use serde_json::Value as Json;

use crate::document::Comparator;

/// What a comparator compares with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    /// Any of several texts.
    Texts,
    /// Any of several versions.
    Versions,
    /// One text, as it stands.
    Text,
    /// One version.
    Version,
    /// One number.
    Number,
}

impl Takes {
    /// Whether it is a list.
    pub(super) fn is_list(self) -> bool {
        matches!(self, Self::Texts | Self::Versions)
    }
}

/// What `comparator` compares with.
pub(super) fn takes(comparator: Comparator) -> Takes {
    match comparator {
        Comparator::IsOneOf
        | Comparator::IsNotOneOf
        | Comparator::SensitiveIsOneOf
        | Comparator::SensitiveIsNotOneOf => Takes::Texts,
        Comparator::SemVerIsOneOf | Comparator::SemVerIsNotOneOf => Takes::Versions,
        Comparator::Contains | Comparator::DoesNotContain => Takes::Text,
        Comparator::SemVerLess
        | Comparator::SemVerLessOrEquals
        | Comparator::SemVerGreater
        | Comparator::SemVerGreaterOrEquals => Takes::Version,
        Comparator::NumberEquals
        | Comparator::NumberDoesNotEqual
        | Comparator::NumberLess
        | Comparator::NumberLessOrEquals
        | Comparator::NumberGreater
        | Comparator::NumberGreaterOrEquals => Takes::Number,
    }
}

/// Whether nobody may see what `comparator` compares with.
pub(super) fn is_sensitive(comparator: Comparator) -> bool {
    matches!(comparator, Comparator::SensitiveIsOneOf | Comparator::SensitiveIsNotOneOf)
}

/// The name of a comparator in the API, which is that of documents.
pub(super) fn name(comparator: Comparator) -> String {
    match serde_json::to_value(comparator) {
        Ok(Json::String(name)) => name,
        _ => String::new(),
    }
}

/// The comparator of that name; the API reads names without regard to case.
pub(super) fn of_name(name: &str) -> Option<Comparator> {
    serde_json::from_value(Json::from(name)).ok()
}
