//! What is wrong or odd in one document.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use super::super::{OWN_LABEL, UI_LABEL};
use super::{BLOCK, decimal, is_everyone, targeting, truth};
use crate::diagnostic::{Code, Diagnostic};
use crate::document::pointer::escaped;
use crate::workspace::SegmentDocument;

/// The finest share that means anything: one of a million buckets.
const FINEST_DIGITS: usize = 6;

pub(super) fn check_id(document: &SegmentDocument, key: &str, found: &mut Vec<Diagnostic>) {
    if (4..=63).contains(&key.len()) {
        return;
    }
    let message = format!("`{key}` cannot be an id: ids have 4 to 63 characters");
    let place = document.span_at("/metadata/name");
    let help = "write `id` in the block of Confidence";
    found.push(Diagnostic::new(Code::BadValue, message).at(place, "").help(help));
}

pub(super) fn check_labels(document: &SegmentDocument, found: &mut Vec<Diagnostic>) {
    let block = document.document.spec.confidence.as_ref();
    for name in block.and_then(|it| it.labels.as_ref()).into_iter().flatten().map(|it| it.0) {
        let owner = if name.starts_with(OWN_LABEL) { "segctl" } else { "Confidence" };
        if name.starts_with(OWN_LABEL) || name == UI_LABEL {
            let message = format!("the label `{name}` is one of {owner}'s own");
            let place = document.span_at(&format!("{BLOCK}/labels/{}", escaped(name)));
            found.push(Diagnostic::new(Code::ReservedText, message).at(place, ""));
        }
    }
}

pub(super) fn check_allocation(document: &SegmentDocument, found: &mut Vec<Diagnostic>) {
    let allocation =
        document.document.spec.confidence.as_ref().and_then(|it| it.allocation.as_ref());
    let Some(text) = allocation.and_then(|it| it.proportion.as_deref()) else { return };
    let Some(share) = decimal::canonical(text) else { return };
    let place = document.span_at(&format!("{BLOCK}/allocation/proportion"));
    let mut say = |code, message: String| found.push(Diagnostic::new(code, message).at(place, ""));
    let (whole, fraction) = share.split_once('.').unwrap_or((&share, ""));
    if whole != "0" && share != "1" {
        say(Code::BadValue, format!("`proportion` is {text}, and there is no more than 1"));
    } else if whole == "0" && fraction.is_empty() {
        say(Code::NeverMatches, "`proportion` is 0, which nobody is in".to_owned());
    }
    if decimal::fraction_digits(&share) > FINEST_DIGITS {
        let message = format!("`proportion` is {text}, and a millionth is the finest share");
        say(Code::FineProportion, message);
    }
}

/// A document, and where what is found goes.
struct Check<'a> {
    document: &'a SegmentDocument,
    found: &'a mut Vec<Diagnostic>,
}

pub(super) fn check_targeting(
    document: &SegmentDocument,
    compiled: &Map<String, Json>,
    found: &mut Vec<Diagnostic>,
) {
    let mut check = Check { document, found };
    let targeting = &compiled["targeting"];
    let none = Map::new();
    let criteria = targeting.get("criteria").and_then(Json::as_object).unwrap_or(&none);
    for (name, criterion) in criteria {
        check.criterion(criterion, &format!("/criteria/{}", escaped(name)));
    }
    match targeting.get("expression") {
        Some(expression) => {
            let mut used = BTreeSet::new();
            check.expression(expression, criteria, "/expression", &mut used);
            for name in criteria.keys().filter(|name| !used.contains(name.as_str())) {
                let message = format!("the criterion `{name}` is used nowhere");
                check.say(Code::UnusedCriterion, message, &format!("/criteria/{}", escaped(name)));
            }
        }
        None if !criteria.is_empty() => {
            let message = "there are criteria and no `expression`: everyone matches".to_owned();
            check.say(Code::MissingExpression, message, "/criteria");
        }
        None => {}
    }
    if is_everyone(compiled) {
        check.say(Code::MatchesEveryone, "the segment takes in everyone".to_owned(), "");
    } else if truth::of_targeting(targeting) == Some(false) {
        check.say(Code::NeverMatches, "nobody can match the targeting".to_owned(), "");
    }
}

impl Check<'_> {
    /// Says something of the place at `pointer` within the targeting.
    fn say(&mut self, code: Code, message: String, pointer: &str) {
        let place = self.document.span_at(&format!("{BLOCK}/targeting{pointer}"));
        self.found.push(Diagnostic::new(code, message).at(place, ""));
    }

    fn criterion(&mut self, criterion: &Json, pointer: &str) {
        let Some(attribute) = criterion.get("attribute").and_then(Json::as_object) else {
            if criterion.as_object().is_some_and(Map::is_empty) {
                self.say(Code::CriterionWithoutRule, "the criterion says nothing".into(), pointer);
            }
            return;
        };
        let pointer = format!("{pointer}/attribute");
        let rules: Vec<_> = attribute.iter().filter(|(name, _)| *name != "attributeName").collect();
        let Some((name, rule)) = rules.first() else {
            let message = "the criterion has no rule, so every flag rule with it is skipped";
            return self.say(Code::CriterionWithoutRule, message.into(), &pointer);
        };
        if rules.len() > 1 {
            return self.say(Code::BadValue, "the criterion has several rules".into(), &pointer);
        }
        let pointer = format!("{pointer}/{name}");
        if matches!(name.as_str(), "anyRule" | "allRule") {
            let inner = rule.get("rule").and_then(Json::as_object);
            return match inner.and_then(|it| it.iter().next()) {
                Some((name, rule)) => self.rule(name, rule, &format!("{pointer}/rule/{name}")),
                None => self.say(Code::CriterionWithoutRule, "there is no rule".into(), &pointer),
            };
        }
        self.rule(name, rule, &pointer);
    }

    fn rule(&mut self, name: &str, rule: &Json, pointer: &str) {
        match name {
            "eqRule" => {
                let pointer = format!("{pointer}/value");
                self.value(&rule["value"], &pointer);
                if rule["value"].get("versionValue").is_some() {
                    let message = "versions are equal only when their texts are";
                    self.say(Code::VersionEquality, message.into(), &pointer);
                }
            }
            "setRule" => self.set(rule, pointer),
            "rangeRule" => self.range(rule, pointer),
            _ => {}
        }
    }

    fn set(&mut self, set: &Json, pointer: &str) {
        let pointer = format!("{pointer}/values");
        let values = set["values"].as_array().map_or(&[][..], Vec::as_slice);
        if values.is_empty() {
            return self.say(Code::EmptyRule, "the set has no values".into(), &pointer);
        }
        for (at, value) in values.iter().enumerate() {
            self.value(value, &format!("{pointer}/{at}"));
        }
        let kinds: Vec<Option<&str>> = values.iter().map(kind).collect();
        if let Some(at) = kinds.iter().position(|kind| *kind != kinds[0]) {
            let message = "only values of the type of the first one can match".to_owned();
            self.say(Code::MixedTypes, message, &format!("{pointer}/{at}"));
        }
        if kinds.contains(&Some("versionValue")) {
            let message = "versions are equal only when their texts are".to_owned();
            self.say(Code::VersionEquality, message, &pointer);
        }
        let mut seen = BTreeSet::new();
        if let Some(at) = values.iter().position(|value| !seen.insert(value.to_string())) {
            let message = "the value stands twice".to_owned();
            self.say(Code::RepeatedValue, message, &format!("{pointer}/{at}"));
        }
    }

    fn range(&mut self, range: &Json, pointer: &str) {
        let ends = range.as_object().map_or(vec![], |it| it.iter().collect());
        if ends.is_empty() {
            return self.say(Code::EmptyRule, "the range has no start and no end".into(), pointer);
        }
        for edge in ["start", "end"] {
            if ends.iter().filter(|(name, _)| name.starts_with(edge)).count() > 1 {
                self.say(Code::BadValue, format!("the range has two of `{edge}`"), pointer);
            }
        }
        for (name, value) in &ends {
            self.value(value, &format!("{pointer}/{name}"));
            if kind(value) == Some("boolValue") {
                self.say(Code::NeverMatches, "no boolean lies in a range".into(), pointer);
            }
        }
        if ends.iter().any(|(_, value)| kind(value) != kind(ends[0].1)) {
            let message = "a range between values of two types matches nothing";
            self.say(Code::MixedTypes, message.into(), pointer);
        }
    }

    fn value(&mut self, value: &Json, pointer: &str) {
        if value["stringValue"] == "null" {
            let message = "a missing attribute is taken for the text \"null\" and matches";
            self.say(Code::NullText, message.into(), pointer);
        }
        if let Some(text) = value["timestampValue"].as_str()
            && targeting::in_utc(text).is_none()
        {
            let message = format!("`{text}` is not a full time with a zone");
            self.say(Code::BadValue, message, pointer);
        }
        if let Some(text) = value["versionValue"]["version"].as_str()
            && !is_version(text)
        {
            let message = format!("`{text}` is not a version, so it is taken for 0.0.0.0");
            self.say(Code::BadValue, message, pointer);
        }
    }

    fn expression<'e>(
        &mut self,
        expression: &'e Json,
        criteria: &Map<String, Json>,
        pointer: &str,
        used: &mut BTreeSet<&'e str>,
    ) {
        if let Some(name) = expression["ref"].as_str() {
            used.insert(name);
            if !criteria.contains_key(name) {
                let message = format!("there is no criterion `{name}`");
                self.say(Code::UndefinedCriterion, message, &format!("{pointer}/ref"));
            }
        } else if let Some(inner) = expression.get("not") {
            if truth::of(inner, Some(criteria)) == Some(false) {
                let message = "`not` of what nobody matches lets everyone in".to_owned();
                self.say(Code::NegatesNothing, message, pointer);
            }
            self.expression(inner, criteria, &format!("{pointer}/not"), used);
        } else if let Some((name, all)) = ["and", "or"]
            .iter()
            .find_map(|name| Some((name, expression.get(name)?["operands"].as_array()?)))
        {
            if all.is_empty() {
                let message = format!("`{name}` has no operands");
                self.say(Code::EmptyRule, message, &format!("{pointer}/{name}"));
            }
            for (at, operand) in all.iter().enumerate() {
                let pointer = format!("{pointer}/{name}/operands/{at}");
                self.expression(operand, criteria, &pointer, used);
            }
        } else {
            self.say(Code::EmptyRule, "the expression says nothing".to_owned(), pointer);
        }
    }
}

/// Which type a value is of.
pub(super) fn kind(value: &Json) -> Option<&str> {
    value.as_object()?.keys().next().map(String::as_str)
}

/// Two to four numbers with dots between them, and perhaps something after `-`.
fn is_version(text: &str) -> bool {
    let numbers: Vec<&str> = text.split_once('-').map_or(text, |(it, _)| it).split('.').collect();
    let is_number = |it: &&str| !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_digit());
    (2..=4).contains(&numbers.len()) && numbers.iter().all(is_number)
}
