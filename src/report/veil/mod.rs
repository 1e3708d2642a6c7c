//! What is told of people: nothing that names one, unless the user asks for it.
//!
//! Plans are pasted into pull requests, logs and tickets. E-mail addresses anywhere, and every value
//! of an attribute that the workspace calls private, are short hashes there: equal texts have equal
//! ones, so that a reviewer sees what moves. A hash of a text that can be guessed can be guessed.

mod conditions;
mod emails;
mod plan;
mod sources;

use std::collections::BTreeSet;

use serde_json::Value as Json;

use self::conditions::names_private;
use crate::desired::short_hash;
use crate::document::Provider;
use crate::provider::{self, Failure};

/// Puts short hashes in the place of what names people.
#[derive(Clone, Debug)]
pub struct Veil {
    /// Whether all is shown in clear.
    lifted: bool,
    /// The attributes whose values are private.
    attributes: BTreeSet<String>,
}

/// The private texts of one object, which messages about it may repeat.
type Texts = BTreeSet<String>;

impl Veil {
    /// Covers e-mail addresses, and the values of `attributes`.
    pub fn new(attributes: impl IntoIterator<Item = String>) -> Self {
        Self { lifted: false, attributes: attributes.into_iter().collect() }
    }

    /// Covers nothing.
    pub fn lifted() -> Self {
        Self { lifted: true, attributes: BTreeSet::new() }
    }

    /// A text without the e-mail addresses in it.
    pub fn text(&self, text: &str) -> String {
        if self.lifted { text.to_owned() } else { emails::replace(text, &covered) }
    }

    /// A JSON value without the e-mail addresses in its texts.
    pub fn json(&self, value: &mut Json) {
        if !self.lifted {
            self.cover(value, None, false, &mut Texts::new());
        }
    }

    /// A failure, of which a server may have said anything.
    pub fn failure(&self, failure: &Failure) -> Failure {
        let message = self.text(&failure.message);
        let help = failure.help.as_deref().map(|help| self.text(help));
        Failure { message, help, ..failure.clone() }
    }

    /// A message about an object whose private texts are `private`.
    fn message(&self, message: &str, private: &Texts) -> String {
        let mut message = message.to_owned();
        for text in private {
            let quoted = format!("`{text}`");
            if message.contains(&quoted) {
                message = message.replace(&quoted, &format!("`{}`", covered(text)));
            }
        }
        self.text(&message)
    }

    /// Covers what is private in a value of a vendor's document; `inside` says whether it belongs to
    /// a private attribute. What is covered is added to `texts`.
    fn cover(&self, value: &mut Json, vendor: Option<Provider>, inside: bool, texts: &mut Texts) {
        match value {
            Json::String(text) if inside => {
                // What is hidden altogether stays so.
                if !text.starts_with("hidden #") && !text.is_empty() {
                    let hash = covered(text);
                    texts.insert(std::mem::replace(text, hash));
                }
            }
            Json::String(text) => *text = self.text(text),
            Json::Number(number) if inside => {
                let text = number.to_string();
                *value = covered(&text).into();
                texts.insert(text);
            }
            Json::Array(items) => {
                for item in items {
                    self.cover(item, vendor, inside, texts);
                }
            }
            Json::Object(object) => {
                let attribute = vendor.map(provider::attribute);
                let private =
                    attribute.is_some_and(|it| names_private(object, it, &self.attributes));
                for (key, value) in object {
                    let kept = attribute.is_some_and(|it| it.keeps(key));
                    self.cover(value, vendor, (inside || private) && !kept, texts);
                }
            }
            Json::Null | Json::Bool(_) | Json::Number(_) => {}
        }
    }
}

/// What stands in the place of a private text.
fn covered(text: &str) -> String {
    format!("private #{}", short_hash(text))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn equal_texts_have_equal_hashes() {
        let veil = Veil::new([]);
        let shown = veil.text("ada@acme.example, bob@acme.example and <ada@acme.example>");
        let [first, second, third] = shown
            .split("private #")
            .skip(1)
            .map(|it| &it[..8])
            .collect::<Vec<_>>()
            .try_into()
            .expect("three hashes");
        assert!(first == third && first != second, "{shown}");
        assert_eq!(Veil::lifted().text("ada@acme.example"), "ada@acme.example");
    }

    #[test]
    fn the_values_of_private_attributes_are_covered_in_the_words_of_each_vendor() {
        let veil = Veil::new(["phone".to_owned()]);
        for vendor in Provider::ALL {
            let words = provider::attribute(vendor);
            let condition = json!({
                words.operator: "IN", words.field: "phone",
                "values": ["12", 12], "rule": {"value": {"numberValue": 12}},
            });
            let mut shown = json!({"conditions": [condition.clone()]});
            veil.cover(&mut shown, Some(vendor), false, &mut Texts::new());
            let text = shown.to_string();
            assert_eq!(text.matches("private #").count(), 3, "{text}");
            assert!(
                text.contains("phone") && !text.contains("12\"") && !text.contains(":12"),
                "{text}"
            );
            let mut other = json!({"conditions": [condition]});
            Veil::new(["email".to_owned()]).cover(
                &mut other,
                Some(vendor),
                false,
                &mut Texts::new(),
            );
            assert!(!other.to_string().contains("private"), "{other}");
        }
    }
}
