//! How much is answered, and what a fixture may say.

use serde_json::{Value, json};

use super::{FIXTURE, Served, start};

#[tokio::test]
async fn each_answer_says_what_is_left_and_one_too_many_says_how_long() {
    let served = Served::of(&FIXTURE.replace("100000", "3")).await;
    let header = |answer: &reqwest::Response, name: &str| {
        let value = answer.headers()[name].to_str().unwrap();
        value.parse::<i64>().unwrap()
    };
    // The helper has listed the projects already.
    let answer = served.send("GET", &served.segments(), None).await;
    assert_eq!(answer.headers()["api-version"], "v1");
    let left = (header(&answer, "x-ratelimit-limit"), header(&answer, "x-ratelimit-remaining"));
    assert_eq!(left, (3, 1));
    let soon = chrono::Utc::now().timestamp();
    assert!((soon..=soon + 61).contains(&header(&answer, "x-ratelimit-reset")));
    served.send("GET", &served.segments(), None).await;
    let answer = served.send("GET", &served.segments(), None).await;
    assert_eq!(answer.status(), 429);
    assert!((1..=60).contains(&header(&answer, "retry-after")));
    assert_eq!(answer.json::<Value>().await.unwrap()["error"], "rate limit exceeded");
    served.sandbox.limit_requests(100);
    served.get(&served.segments()).await;
}

#[tokio::test]
async fn signing_in_has_a_limit_of_its_own() {
    let served = Served::of(&FIXTURE.replace("loginsPerMinute: 1000", "loginsPerMinute: 2")).await;
    served.sign_in("viewer").await;
    let body = json!({ "email": "viewer@sandbox.example", "password": "sandbox-password" });
    assert_eq!(served.json("POST", "/v1/auth/login", body).await.0, 429);
}

#[tokio::test]
async fn only_one_version_of_the_api_is_there() {
    let served = Served::new().await;
    let url = format!("{}/v1/projects", served.sandbox.url());
    let other = served.client.get(url).header("accept-version", "v2").send().await.unwrap();
    assert_eq!(other.status(), 406);
}

#[tokio::test]
async fn a_fixture_has_no_unknown_words_or_places() {
    for (fixture, says) in [
        ("flags: [{nmae: a}]", "nmae"),
        ("flags: [{key: a, states: {moon: {}}}]", "moon"),
        ("segments: [{key: a, project: moon}]", "moon"),
        ("users: [{email: a, role: boss}]", "boss"),
        ("users: [{email: a, role: developer, permissions: {moon: []}}]", "moon"),
    ] {
        let folder = std::env::temp_dir().join(format!("segctl-fs-{:032x}", fastrand::u128(..)));
        std::fs::create_dir(&folder).unwrap();
        std::fs::write(folder.join("fixture.yaml"), fixture).unwrap();
        let message = start(&folder).await.err().unwrap().to_string();
        std::fs::remove_dir_all(&folder).unwrap();
        assert!(message.contains(says), "{fixture}: {message}");
    }
}

#[tokio::test]
async fn a_fixture_is_planted_once() {
    let mut served = Served::new().await;
    let before = served.segment("beta").await;
    served.update("beta", json!({ "name": "Beta" })).await;
    served.again().await;
    let after = served.segment("beta").await;
    assert_eq!((&after["id"], &after["name"]), (&before["id"], &json!("Beta")));
}
