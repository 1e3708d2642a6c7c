//! Organizations, products, configs, environments and settings.

use reqwest::Method;
use serde_json::{Value, json};

use super::Stage;

#[tokio::test]
async fn a_product_shows_what_is_in_it() {
    let stage = Stage::new().await;
    let organizations = stage.get("/v1/organizations").await;
    let organization = organizations[0].clone();
    assert_eq!(organization["name"], "Acme");
    let products = stage.get("/v1/products").await;
    assert_eq!(products[0]["organization"], organization);
    assert_eq!(products[1]["name"], "Other");
    let id = products[0]["productId"].as_str().unwrap();
    assert_eq!(stage.get(&format!("/v1/products/{id}")).await, products[0]);

    let configs = stage.get(&format!("/v1/products/{id}/configs")).await;
    let versions: Vec<&Value> =
        configs.as_array().unwrap().iter().map(|it| &it["evaluationVersion"]).collect();
    assert_eq!(versions, ["v2", "v1"]);
    assert_eq!(configs[0]["product"], products[0]);
    let environments = stage.get(&format!("/v1/products/{id}/environments")).await;
    assert_eq!(environments[1]["name"], "Production");
    assert_eq!(environments[1]["reasonRequired"], true);
    assert_eq!(environments[0]["reasonRequired"], false);

    let config = configs[0]["configId"].as_str().unwrap();
    let settings = stage.get(&format!("/v1/configs/{config}/settings")).await;
    assert_eq!(settings[0]["settingId"], 1);
    assert_eq!(settings[1]["settingType"], "string");
    assert_eq!(settings[1]["predefinedVariations"][1]["value"]["stringValue"], "dark");
    let organization = organization["organizationId"].as_str().unwrap();
    let limits =
        stage.get(&format!("/v1/organizations/{organization}/organization-limitations")).await;
    assert_eq!(limits["maxComparisonValueLength"], 65_535);
}

#[tokio::test]
async fn what_is_not_there_is_404() {
    let stage = Stage::new().await;
    let nobody = "00000000-0000-4000-8000-000000000000";
    for path in [
        "/v1/nothing".to_owned(),
        "/v3/me".to_owned(),
        format!("/v1/products/{nobody}/segments"),
        format!("/v1/products/{nobody}/configs"),
        format!("/v1/segments/{nobody}"),
        format!("/v2/environments/{}/settings/99/value", stage.environment("Test").await),
    ] {
        let answer = stage.ask(Method::GET, &path, None).await;
        assert_eq!((answer.status, answer.body), (404, json!("")), "{path}");
    }
}
