//! The table of a vendor's fields: what is compared, and how.

/// One field of a vendor's document.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name in the API.
    pub name: &'static str,
    /// How it is compared, and what its absence means.
    pub shape: Shape,
}

impl Field {
    /// A row of the table.
    pub const fn new(name: &'static str, shape: Shape) -> Self {
        Self { name, shape }
    }
}

/// How a field is compared, and what its absence means.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// Byte for byte; absent is null.
    Exact,
    /// A text for people: the kind of line end, and blanks at the end, mean nothing. Absent and
    /// null are the empty text.
    Prose,
    /// A boolean; absent is false.
    Flag,
    /// Texts whose order and repeats mean nothing; absent is none.
    Set,
    /// Objects whose order and repeats mean nothing, because all of them hold at once.
    Objects(&'static [Field]),
}
