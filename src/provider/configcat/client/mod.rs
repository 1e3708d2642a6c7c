//! The requests to `ConfigCat`. No decisions are made here, except how to be sure that a write was
//! done.

mod patch;
mod place;
mod reader;
mod rules;
mod writer;

pub use reader::ConfigCatReader;
pub use writer::ConfigCatWriter;

pub(super) use rules::Identity;

use serde_json::Value as Json;

/// What an error's body says, in one line.
///
/// The vendor's own clients know four forms: texts by field, lists of texts by field, objects of the
/// web framework by field, and a bare text.
fn explain(body: &str) -> Option<String> {
    let said = match serde_json::from_str(body) {
        Ok(Json::Object(fields)) => {
            let each = fields.iter().map(|(field, said)| format!("{field}: {}", texts(said)));
            each.collect::<Vec<_>>().join("; ")
        }
        Ok(Json::String(text)) => text,
        Ok(_) => return None,
        Err(_) => body.trim().to_owned(),
    };
    (!said.is_empty()).then_some(said)
}

/// Every text in what is said of a field.
fn texts(said: &Json) -> String {
    match said {
        Json::String(text) => text.clone(),
        Json::Array(items) => items.iter().map(texts).collect::<Vec<_>>().join(" "),
        Json::Object(fields) => fields.values().map(texts).collect::<Vec<_>>().join(" "),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::explain;

    #[test]
    fn every_form_of_an_error_is_read() {
        for (body, said) in [
            (r#"{"Reason": ["Reason required."]}"#, "Reason: Reason required."),
            (r#"{"Name": "taken"}"#, "Name: taken"),
            (r#"{"Name": {"Errors": [{"ErrorMessage": "too long"}]}}"#, "Name: too long"),
            (r#""Circular dependency""#, "Circular dependency"),
            ("API calls quota exceeded!", "API calls quota exceeded!"),
        ] {
            assert_eq!(explain(body).as_deref(), Some(said));
        }
        assert_eq!((explain(""), explain("[]")), (None, None));
    }
}
