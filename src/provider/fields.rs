//! The table of a vendor's fields: what is compared, and how.

use serde_json::{Map, Value as Json};

/// One field of a vendor's document.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name in the API.
    pub name: &'static str,
    /// How it is compared, and what its absence means.
    pub shape: Shape,
    /// When its value is shown to nobody; never, unless said.
    pub hidden: Option<Hidden>,
}

/// When the value of a field is shown to nobody: where the text of another field begins like this.
#[derive(Clone, Copy, Debug)]
pub struct Hidden {
    /// The other field.
    pub field: &'static str,
    /// How its text begins.
    pub begins: &'static str,
}

impl Field {
    /// A row of the table.
    pub const fn new(name: &'static str, shape: Shape) -> Self {
        Self { name, shape, hidden: None }
    }

    /// A row whose value is shown to nobody where the text of `field` begins with `begins`.
    #[must_use]
    pub const fn hidden_where(self, field: &'static str, begins: &'static str) -> Self {
        Self { hidden: Some(Hidden { field, begins }), ..self }
    }
}

/// How a condition of a vendor says of which attribute its values are.
#[derive(Clone, Copy, Debug)]
pub struct Attribute {
    /// The field that holds the conditions; none where a segment is one.
    pub conditions: Option<&'static str>,
    /// The field that names the attribute.
    pub field: &'static str,
    /// The field that says how the values are compared.
    pub operator: &'static str,
    /// The fields that hold values.
    pub values: &'static [&'static str],
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
    /// Any JSON, in which the order of fields and the order and repeats of items mean nothing;
    /// absent is null.
    Tree,
}

/// `document` without the fields that say no more than their absence does.
pub(super) fn without_defaults(
    fields: &[Field],
    document: &Map<String, Json>,
) -> Map<String, Json> {
    let present = fields.iter().filter_map(|field| {
        let value = document.get(field.name)?;
        let value = match (field.shape, value) {
            (_, Json::Null) | (Shape::Flag, Json::Bool(false)) => return None,
            (Shape::Prose, Json::String(text)) if text.is_empty() => return None,
            (Shape::Set | Shape::Objects(_), Json::Array(items)) if items.is_empty() => {
                return None;
            }
            (Shape::Objects(fields), Json::Array(items)) => {
                let objects = items.iter().filter_map(Json::as_object);
                objects.map(|object| without_defaults(fields, object)).collect()
            }
            _ => value.clone(),
        };
        Some((field.name.to_owned(), value))
    });
    present.collect()
}
