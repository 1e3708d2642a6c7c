//! ConfigCat: the laws, and the groups.

mod groups;
mod secrecy;
mod stage;
mod updating;

use super::laws::vendor_laws;
use super::player::play_all;
use super::seen::Seen;
use super::vendor::{Planted, Server, Vendor};
use segctl::document::Provider;
use segctl::sandbox::System;
use serde_json::{Map, Value, json};
use stage::sign_in;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

/// The product `Shop`, with two flags and two environments.
#[derive(Debug)]
pub(crate) struct ConfigCat;

vendor_laws!(crate::vendors::configcat::ConfigCat);

#[tokio::test(flavor = "multi_thread")]
async fn conformance() {
    let groups = groups::groups();
    assert!(groups.len() >= 60, "{} groups are no suite", groups.len());
    play_all::<ConfigCat>(groups).await;
}

/// The rules of the laws: setting, environment; each serves true.
const RULES: [(&str, &str); 3] =
    [("checkout", "Production"), ("banner", "Production"), ("banner", "Test")];

impl Vendor for ConfigCat {
    const PROVIDER: Provider = Provider::ConfigCat;
    const SYSTEM: System = System::ConfigCat;
    const TARGET: &'static str = ", product: Shop";
    const ON_RULE: RangeInclusive<usize> = 0..=4;
    const CONTENTS: u8 = 6;

    fn spec(key: &str, content: u8) -> Value {
        let (attribute, comparator, text) = content_of(content);
        let mut block =
            json!({"name": key, "comparisonAttribute": attribute, "comparator": comparator});
        if comparator.ends_with("OneOf") {
            block["comparisonValues"] = text.split(',').collect();
        } else {
            block["comparisonValue"] = json!(text);
        }
        let mut spec = json!({"configcat": block});
        if content % 2 == 1 {
            spec["description"] = json!(format!("Content {content}."));
        }
        spec
    }

    fn key(name: &str) -> String {
        format!("Segment \"{name}\"")
    }

    fn rule(at: usize) -> Value {
        let (setting, environment) = RULES[at];
        json!({"config": "Main", "environment": environment, "setting": setting, "rule": {"serves": true}})
    }

    fn fixture(segments: &[Planted], rules: &[BTreeSet<String>; 3]) -> Value {
        let planted: Vec<Value> = segments.iter().map(plant).collect();
        let mut settings: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
        for ((setting, environment), names) in RULES.into_iter().zip(rules) {
            let country = json!({"userCondition": {"comparisonAttribute": "Country",
                "comparator": "textEquals", "comparisonValue": {"stringValue": "SE"}}});
            let on = names
                .iter()
                .map(|name| json!({"segmentCondition": {"segment": name, "comparator": "isIn"}}));
            let conditions: Vec<Value> = std::iter::once(country).chain(on).collect();
            let percentages =
                json!([{"percentage": 50, "value": true}, {"percentage": 50, "value": false}]);
            let served = json!({"defaultValue": false, "targetingRules": [
                {"conditions": conditions, "value": true},
                {"percentageOptions": percentages},
            ]});
            settings.entry(setting).or_default().insert(environment.to_owned(), served);
        }
        let settings: Vec<Value> = settings
            .into_iter()
            .map(|(key, values)| json!({"key": key, "values": values}))
            .collect();
        json!({"products": [{
            "name": "Shop",
            "environments": [{"name": "Production"}, {"name": "Test"}],
            "segments": planted,
            "configs": [{"name": "Main", "settings": settings}],
        }]})
    }

    async fn sign_in(url: &str) -> Server {
        sign_in(url)
    }

    async fn look(server: &Server) -> Seen {
        look(server).await
    }

    fn is_read(_: &str) -> bool {
        false
    }

    fn says(segment: &Value, content: u8) -> bool {
        let (attribute, comparator, text) = content_of(content);
        let set = |text: &str| text.split(',').map(str::to_owned).collect::<BTreeSet<String>>();
        segment["comparisonAttribute"] == attribute
            && segment["comparator"] == comparator
            && set(segment["comparisonValue"].as_str().unwrap_or_default()) == set(text)
    }

    fn id(segment: &Value) -> String {
        segment["segmentId"].as_str().unwrap_or_default().to_owned()
    }
}

/// Attribute, comparator and text of a content.
fn content_of(content: u8) -> (&'static str, &'static str, &'static str) {
    match content {
        0 => ("Email", "isOneOf", "ada@acme.example,grace@acme.example"),
        1 => ("Email", "sensitiveIsNotOneOf", "ada@acme.example"),
        2 => ("Email", "contains", "@acme.example, or \"so\""),
        3 => ("Version", "semVerIsOneOf", "1.2.3,2.0.0-rc.1"),
        4 => ("Age", "numberGreaterOrEquals", "18.5"),
        _ => ("Ünïque 名前", "isNotOneOf", "名前 👍,it's"),
    }
}

/// A segment of a fixture.
fn plant(segment: &Planted) -> Value {
    let fields = &segment.document;
    let text = |name: &str| fields[name].as_str().unwrap_or_default().to_owned();
    let values = fields["comparisonValues"].as_array().into_iter().flatten();
    let values: Vec<&str> = values.filter_map(Value::as_str).collect();
    let description = text("description");
    json!({
        "name": segment.key,
        "description": segment.mark.as_ref().map_or_else(|| description.clone(), |mark| mark.join(&description)),
        "comparisonAttribute": text("comparisonAttribute"),
        "comparator": text("comparator"),
        "comparisonValue": if values.is_empty() { text("comparisonValue") } else { values.join(",") },
    })
}

/// Sees every segment, and every flag of every config in every environment.
async fn look(server: &Server) -> Seen {
    let mut seen = Seen::default();
    let products = server.get("/v1/products").await;
    let mut boards = vec![];
    for product in list(&products) {
        let root = format!("/v1/products/{}", text(product, "productId"));
        let mut names = BTreeMap::new();
        for row in list(&server.get(&format!("{root}/segments")).await) {
            let id = text(row, "segmentId");
            let mut segment = server.get(&format!("/v1/segments/{id}")).await;
            strip(&mut segment, &["updatedAt", "createdAt", "product", "usage"]);
            names.insert(id, text(row, "name"));
            seen.segments.insert(text(row, "name"), segment);
        }
        let configs = server.get(&format!("{root}/configs")).await;
        let environments = server.get(&format!("{root}/environments")).await;
        for config in list(&configs) {
            for environment in list(&environments) {
                boards.push(see_board(server, config, environment, &names, &mut seen).await);
            }
        }
    }
    seen.rest = json!({"products": products, "boards": boards});
    seen
}

async fn see_board(
    server: &Server,
    config: &Value,
    environment: &Value,
    names: &BTreeMap<String, String>,
    seen: &mut Seen,
) -> Value {
    let version = text(config, "evaluationVersion");
    let (config, environment) = (text(config, "configId"), text(environment, "environmentId"));
    let path = format!("/{version}/configs/{config}/environments/{environment}/values");
    let values = server.get(&path).await;
    let (settings, rules) = match version.as_str() {
        "v1" => ("settingValues", "rolloutRules"),
        _ => ("settingFormulas", "targetingRules"),
    };
    let mut rest = vec![];
    for setting in list(&values[settings]) {
        let unit = format!("{version}/{environment}/{}", setting["setting"]["settingId"]);
        for (at, rule) in list(&setting[rules]).iter().enumerate() {
            see_rule(&unit, at, rule, names, seen);
        }
        let mut setting = setting.clone();
        let changing = ["updatedAt", "lastVersionId", "lastUpdaterUserEmail", rules];
        strip(&mut setting, &changing);
        strip(&mut setting, &["lastUpdaterUserFullName", "lastUpdaterUser"]);
        rest.push(setting);
    }
    json!({"path": path, "settings": rest, "readOnly": values["readOnly"]})
}

fn see_rule(
    unit: &str,
    at: usize,
    rule: &Value,
    names: &BTreeMap<String, String>,
    seen: &mut Seen,
) {
    let value = &rule["value"];
    let kinds = ["boolValue", "stringValue", "intValue", "doubleValue"];
    let plain = kinds.iter().map(|kind| &value[*kind]).find(|it| !it.is_null());
    let plain = if value.is_object() { plain.unwrap_or(&Value::Null) } else { value };
    let serves = if plain.is_null() { String::new() } else { plain.to_string() };
    let id = format!("{unit}/{at}/{serves}");
    let name = |id: &Value, comparator: &Value| {
        let id = id.as_str().unwrap_or_default();
        let name = names.get(id).map_or(id, String::as_str);
        if comparator == "isIn" { name.to_owned() } else { format!("!{name}") }
    };
    let mut rule = rule.clone();
    let mut on = BTreeSet::new();
    if let Some(conditions) = rule["conditions"].as_array_mut() {
        conditions.retain(|condition| {
            let segment = &condition["segmentCondition"];
            if !segment.is_null() {
                on.insert(name(&segment["segmentId"], &segment["comparator"]));
            }
            segment.is_null()
        });
    }
    if !rule["segmentId"].is_null() {
        on.insert(name(&rule["segmentId"], &rule["segmentComparator"]));
        strip(&mut rule, &["segmentId", "segmentComparator"]);
    }
    seen.on.insert(id.clone(), on);
    seen.rules.insert(id, rule);
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap_or_default().to_owned()
}

fn strip(object: &mut Value, fields: &[&str]) {
    if let Value::Object(object) = object {
        object.retain(|name, _| !fields.contains(&name.as_str()));
    }
}
