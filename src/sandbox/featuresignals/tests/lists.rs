//! Pages of lists.

use serde_json::{Value, json};

use super::Served;

async fn keys(served: &Served, query: &str) -> (Vec<String>, Value) {
    let page = served.get(&format!("{}?{query}", served.segments())).await;
    let keys = page["data"].as_array().unwrap().iter();
    (keys.map(|it| it["key"].as_str().unwrap().to_owned()).collect(), page)
}

/// A sandbox with the segments `s000`, `s001` and so on beside `beta`, made in the opposite order.
async fn with_segments(count: usize) -> Served {
    let served = Served::new().await;
    for number in (0..count).rev() {
        let key = format!("s{number:03}");
        assert_eq!(served.create(json!({ "key": key, "name": key })).await.0, 201);
    }
    served
}

#[tokio::test]
async fn a_page_is_50_long_unless_asked_and_never_above_100() {
    let served = with_segments(120).await;
    for (query, limit) in [
        ("", 50),
        ("limit=0", 50),
        ("limit=-1", 50),
        ("limit=many", 50),
        ("limit=99", 99),
        ("limit=100", 100),
        ("limit=101", 100),
    ] {
        let (keys, page) = keys(&served, query).await;
        assert_eq!((keys.len(), &page["limit"]), (limit, &json!(limit)), "{query}");
        assert_eq!((&page["total"], &page["has_more"]), (&json!(121), &json!(true)), "{query}");
    }
    let (rest, page) = keys(&served, "limit=100&offset=100").await;
    assert_eq!((rest.len(), &page["has_more"]), (21, &json!(false)));
    assert_eq!(page["meta"]["pagination"]["last_page"], 2);
    let (none, page) = keys(&served, "offset=500").await;
    assert_eq!((none.len(), &page["has_more"]), (0, &json!(false)));
    assert_eq!(keys(&served, "offset=-5").await.1["offset"], 0);
}

#[tokio::test]
async fn the_newest_cannot_be_asked_for_first() {
    let served = with_segments(3).await;
    let oldest_first = ["beta", "s002", "s001", "s000"];
    for query in ["", "sort=created_at", "sort=created_at:desc", "sort=nonsense"] {
        assert_eq!(keys(&served, query).await.0, oldest_first, "{query}");
    }
    assert_eq!(keys(&served, "sort=key:asc").await.0, ["beta", "s000", "s001", "s002"]);
    assert_eq!(keys(&served, "sort=key:desc").await.0, ["s002", "s001", "s000", "beta"]);
    served.update("s002", json!({})).await;
    assert_eq!(keys(&served, "sort=updated_at").await.0.last().unwrap(), "s002");
}

#[tokio::test]
async fn flags_come_without_rules_and_archived_ones_too() {
    let served = Served::new().await;
    let list = served.get(&format!("/v1/projects/{}/flags?sort=key:asc", served.project)).await;
    let flags = list["data"].as_array().unwrap();
    let seen: Vec<_> = flags.iter().map(|it| (it["key"].clone(), it["status"].clone())).collect();
    assert_eq!(seen, [(json!("checkout"), json!("active")), (json!("old"), json!("archived"))]);
    assert!(flags.iter().all(|flag| flag.get("rules").is_none()));
}
