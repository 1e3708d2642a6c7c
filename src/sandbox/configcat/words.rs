//! The enumerations of the API. As observed, they are read without regard to case and written in
//! the one spelling.

/// How a segment, or a rule of an old config, compares.
pub(super) const ROLLOUT: [&str; 18] = [
    "isOneOf",
    "isNotOneOf",
    "contains",
    "doesNotContain",
    "semVerIsOneOf",
    "semVerIsNotOneOf",
    "semVerLess",
    "semVerLessOrEquals",
    "semVerGreater",
    "semVerGreaterOrEquals",
    "numberEquals",
    "numberDoesNotEqual",
    "numberLess",
    "numberLessOrEquals",
    "numberGreater",
    "numberGreaterOrEquals",
    "sensitiveIsOneOf",
    "sensitiveIsNotOneOf",
];

/// How a user condition of a new config compares to a text.
pub(super) const USER_TEXT: [&str; 8] = [
    "semVerLess",
    "semVerLessOrEquals",
    "semVerGreater",
    "semVerGreaterOrEquals",
    "textEquals",
    "textDoesNotEqual",
    "sensitiveTextEquals",
    "sensitiveTextDoesNotEqual",
];

/// How a user condition of a new config compares to a number.
pub(super) const USER_NUMBER: [&str; 8] = [
    "numberEquals",
    "numberDoesNotEqual",
    "numberLess",
    "numberLessOrEquals",
    "numberGreater",
    "numberGreaterOrEquals",
    "dateTimeBefore",
    "dateTimeAfter",
];

/// How a user condition of a new config compares to a list.
pub(super) const USER_LIST: [&str; 20] = [
    "isOneOf",
    "isNotOneOf",
    "sensitiveIsOneOf",
    "sensitiveIsNotOneOf",
    "containsAnyOf",
    "doesNotContainAnyOf",
    "semVerIsOneOf",
    "semVerIsNotOneOf",
    "textStartsWithAnyOf",
    "textNotStartsWithAnyOf",
    "textEndsWithAnyOf",
    "textNotEndsWithAnyOf",
    "sensitiveTextStartsWithAnyOf",
    "sensitiveTextNotStartsWithAnyOf",
    "sensitiveTextEndsWithAnyOf",
    "sensitiveTextNotEndsWithAnyOf",
    "arrayContainsAnyOf",
    "arrayDoesNotContainAnyOf",
    "sensitiveArrayContainsAnyOf",
    "sensitiveArrayDoesNotContainAnyOf",
];

/// How a rule refers to a segment.
pub(super) const SEGMENT: [&str; 2] = ["isIn", "isNotIn"];

/// How a rule refers to another flag.
pub(super) const PREREQUISITE: [&str; 2] = ["equals", "doesNotEqual"];

/// The one spelling of a word.
pub(super) fn spelled(words: &[&'static str], text: &str) -> Option<&'static str> {
    words.iter().find(|word| word.eq_ignore_ascii_case(text)).copied()
}
