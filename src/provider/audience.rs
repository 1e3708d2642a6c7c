//! What of a vendor's segment says who is meant.

/// What of a segment says who is meant.
#[derive(Clone, Copy, Debug)]
pub struct Audience {
    /// The fields of the table that say it; the others are what people read, and who owns it.
    pub fields: &'static [&'static str],
    /// How its conditions match by regular expression; none where they cannot.
    pub regex: Option<RegexField>,
    /// Whether a rule may ask that a user is not in a segment.
    pub excludes: bool,
}

/// The field by which conditions of a segment say that they match by regular expression.
#[derive(Clone, Copy, Debug)]
pub struct RegexField {
    /// The list of conditions in the vendor's block.
    pub list: &'static str,
    /// The field of a condition.
    pub operator: &'static str,
    /// The word.
    pub word: &'static str,
}
