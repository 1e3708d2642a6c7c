//! What is told of people: nothing that names one, unless the user asks for it.
//!
//! Plans are pasted into pull requests, logs and tickets. E-mail addresses anywhere, and every value
//! of an attribute that the workspace calls private, are short hashes there: equal texts have equal
//! ones, so that a reviewer sees what moves. A hash of a text that can be guessed can be guessed.
//! Names of files stay, and `true` and `false`.

mod conditions;
mod cover;
mod emails;
mod messages;
mod places;
mod plan;
mod sources;

pub use cover::Cover;

use serde_json::Value as Json;

use self::conditions::{Attributes, may_hold_value};
use self::emails::SIGNS;
use self::messages::Texts;
use crate::desired::short_hash;
use crate::document::Provider;
use crate::provider::{self, Failure};

/// Puts short hashes in the place of what names people; by default only of e-mail addresses.
#[derive(Clone, Debug, Default)]
pub struct Veil {
    /// Whether all is shown in clear.
    lifted: bool,
    attributes: Attributes,
}

impl Veil {
    /// Covers e-mail addresses, and the values of `attributes`.
    pub fn new(attributes: impl IntoIterator<Item = String>) -> Self {
        let attributes = attributes.into_iter().map(|it| fold(&it)).collect();
        let attributes = Attributes::These(attributes);
        Self { lifted: false, attributes }
    }

    /// Covers e-mail addresses, and the values of every attribute: nobody could say which are
    /// private.
    pub fn of_all() -> Self {
        Self { lifted: false, attributes: Attributes::All }
    }

    /// Covers what either covers.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let lifted = self.lifted && other.lifted;
        Self { lifted, attributes: self.attributes.and(other.attributes) }
    }

    /// Covers nothing.
    pub fn lifted() -> Self {
        Self { lifted: true, ..Self::new([]) }
    }

    /// A text without the e-mail addresses in it.
    pub fn text(&self, text: &str) -> String {
        if self.lifted { text.to_owned() } else { emails::replace(text, &covered) }
    }

    /// A JSON value without the e-mail addresses in its texts.
    pub fn json(&self, value: &mut Json) {
        if !self.lifted {
            self.cover(value, None, false, &mut Texts::default());
        }
    }

    /// A failure, of which a server may have said anything.
    pub fn failure(&self, failure: &Failure) -> Failure {
        self.failure_about(failure, &Texts::default())
    }

    /// A failure about an object whose private texts are `private`.
    fn failure_about(&self, failure: &Failure, private: &Texts) -> Failure {
        let shown = |text: &str| self.foreign_message(text, private);
        let (message, help) = (shown(&failure.message), failure.help.as_deref().map(shown));
        Failure { message, help, ..failure.clone() }
    }

    /// Covers the e-mail addresses in each of `texts`.
    fn hide<'t>(&self, texts: impl IntoIterator<Item = &'t mut String>) {
        for text in texts {
            if text.contains(SIGNS) {
                *text = self.text(text);
            }
        }
    }

    /// Covers what is private in a value of a vendor's document; `inside` says whether it belongs to
    /// a private attribute. What is covered is added to `texts`.
    fn cover(&self, value: &mut Json, vendor: Option<Provider>, inside: bool, texts: &mut Texts) {
        match value {
            Json::String(text) if inside => {
                // What is hidden altogether stays so.
                if !text.starts_with("hidden #") && !text.is_empty() {
                    let hash = covered(text);
                    texts.insert(&std::mem::replace(text, hash));
                }
            }
            Json::String(text) => self.hide([text]),
            Json::Number(number) if inside => {
                let text = number.to_string();
                *value = covered(&text).into();
                texts.insert(&text);
            }
            Json::Array(items) => {
                for item in items {
                    self.cover(item, vendor, inside, texts);
                }
            }
            Json::Object(object) => {
                let attribute = vendor.map(provider::attribute);
                let condition = attribute.filter(|it| self.attributes.are_of(object, it));
                for (key, value) in &mut *object {
                    let is_value = condition.is_some_and(|it| may_hold_value(&[it], key));
                    self.cover(value, vendor, inside || is_value, texts);
                }
                // A name that people give to a part of a segment.
                if object.keys().any(|key| key.contains(SIGNS)) {
                    let named = std::mem::take(object).into_iter();
                    *object = named.map(|(key, value)| (self.text(&key), value)).collect();
                }
            }
            Json::Null | Json::Bool(_) | Json::Number(_) => {}
        }
    }
}

/// A text as it is compared: without blanks around it, and without case.
fn fold(text: &str) -> String {
    text.trim().to_lowercase()
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
        for vendor in Provider::ALL {
            let words = provider::attribute(vendor);
            let condition = json!({
                "name": "12 people", words.operator: "IN", words.field: "phone",
                words.values[0]: ["12", {"rule": {"value": {"numberValue": 12}}}], "new": 12,
            });
            let shown = |veil: Veil| {
                let mut shown = json!({"conditions": [condition.clone()]});
                veil.cover(&mut shown, Some(vendor), false, &mut Texts::default());
                shown.to_string()
            };
            for veil in [Veil::new(["phone".to_owned()]), Veil::of_all()] {
                let text = shown(veil);
                assert_eq!(text.matches("private #").count(), 3, "{text}");
                assert!(
                    text.contains("\"12 people\"")
                        && !text.contains("12\"")
                        && !text.contains(":12"),
                    "{text}"
                );
            }
            let other = shown(Veil::new(["email".to_owned()]));
            assert!(!other.contains("private"), "{other}");
        }
    }

    #[test]
    fn a_name_inside_of_a_document_is_covered_too() {
        let mut document = json!({"criteria": {"ada@acme.example": {"ref": "ada@acme.example"}}});
        Veil::new([]).json(&mut document);
        let hash = covered("ada@acme.example");
        assert_eq!(document, json!({"criteria": {hash.clone(): {"ref": hash}}}));
    }
}
