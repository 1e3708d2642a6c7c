//! Signing in, tokens that end, and what roles allow.

use serde_json::{Value, json};

use super::{FIXTURE, Served, says};

async fn log_in(served: &Served, email: &str, password: &str) -> (u16, Value) {
    let body = json!({ "email": email, "password": password });
    served.json("POST", "/v1/auth/login", body).await
}

#[tokio::test]
async fn a_wrong_password_has_a_body_of_its_own_and_ten_of_them_lock() {
    let served = Served::new().await;
    let (status, body) = log_in(&served, "owner@sandbox.example", "wrong").await;
    assert_eq!(status, 401);
    assert_eq!(
        (&body["attempts_used"], &body["attempts_allowed"], &body["remaining"]),
        (&json!(1), &json!(10), &json!(9))
    );
    assert!(body.get("message").is_none());
    for _ in 0..9 {
        log_in(&served, "owner@sandbox.example", "wrong").await;
    }
    let (status, body) = log_in(&served, "owner@sandbox.example", "sandbox-password").await;
    assert_eq!((status, body["retry_after_unix"].is_i64()), (429, true));
    assert_eq!(log_in(&served, "viewer@sandbox.example", "sandbox-password").await.0, 200);
}

#[tokio::test]
async fn a_refresh_gives_a_flat_pair_and_the_old_token_stays_valid() {
    let mut served = Served::new().await;
    let (_, answer) = log_in(&served, "owner@sandbox.example", "sandbox-password").await;
    let refresh = json!({ "refresh_token": answer["tokens"]["refresh_token"] });
    let (status, first) = served.json("POST", "/v1/auth/refresh", refresh.clone()).await;
    let (_, second) = served.json("POST", "/v1/auth/refresh", refresh).await;
    assert_eq!(status, 200);
    assert!(first["expires_at"].is_i64() && first["tokens"].is_null());
    assert_ne!(first["access_token"], second["access_token"]);
    second["access_token"].as_str().unwrap().clone_into(&mut served.token);
    served.get(&served.segments()).await;
    let access = json!({ "refresh_token": second["access_token"] });
    let answer = served.json("POST", "/v1/auth/refresh", access).await;
    assert!(says(&answer, 401, "invalid refresh token"), "{answer:?}");
}

#[tokio::test]
async fn each_trouble_with_a_token_has_its_words() {
    let mut served = Served::new().await;
    let path = served.segments();
    let bare = served.client.get(format!("{}{path}", served.sandbox.url()));
    let bare: Value =
        bare.header("x-api-key", "fs_srv_1").send().await.unwrap().json().await.unwrap();
    assert_eq!(bare["error"], "missing authorization header");
    let odd = served.client.get(format!("{}{path}", served.sandbox.url()));
    let odd = odd.header("authorization", format!("bearer {}", served.token)).send().await.unwrap();
    assert_eq!(odd.json::<Value>().await.unwrap()["error"], "invalid authorization format");
    let (status, _) = served.json("POST", "/v1/auth/logout", json!({})).await;
    assert_eq!(status, 200);
    let answer = served.json("GET", &path, Value::Null).await;
    assert!(says(&answer, 401, "token has been revoked"), "{answer:?}");
    served.token = "nonsense".to_owned();
    let answer = served.json("GET", &path, Value::Null).await;
    assert!(says(&answer, 401, "invalid or expired token"), "{answer:?}");
}

#[tokio::test]
async fn a_token_expires_by_the_clock_or_by_its_uses() {
    let short = FIXTURE.replace("options: {", "options: {accessTokenRequests: 3, ");
    let served = Served::of(&short).await;
    for _ in 0..2 {
        served.get(&served.segments()).await;
    }
    let answer = served.json("GET", &served.segments(), Value::Null).await;
    assert!(says(&answer, 401, "token_expired"), "{answer:?}");

    let over = FIXTURE.replace("options: {", "options: {accessTokenSeconds: 2, ");
    let served = Served::of(&over).await;
    tokio::time::sleep(std::time::Duration::from_millis(2100)).await;
    let answer = served.json("GET", &served.segments(), Value::Null).await;
    assert!(says(&answer, 401, "token_expired"), "{answer:?}");
}

#[tokio::test]
async fn a_second_factor_and_single_sign_on_shut_passwords_out() {
    let fixture = FIXTURE.replace(
        "options: {",
        "users: [{email: safe@sandbox.example, role: admin, mfaCode: '123456'}]\n\
         options: {ssoEnforced: true, ",
    );
    let served = Served::of(&fixture).await;
    let answer = log_in(&served, "safe@sandbox.example", "sandbox-password").await;
    assert!(says(&answer, 403, "mfa_required"), "{answer:?}");
    let answer = log_in(&served, "developer@sandbox.example", "sandbox-password").await;
    assert_eq!(answer.0, 403);
    assert_eq!(log_in(&served, "owner@sandbox.example", "sandbox-password").await.0, 200);
}

#[tokio::test]
async fn a_viewer_reads_and_a_developer_edits_rules_only_where_allowed() {
    let fixture = FIXTURE.replace(
        "options: {",
        "users:\n  - {email: dev@sandbox.example, role: developer, \
         permissions: {staging: [can_edit_rules]}}\noptions: {",
    );
    let mut served = Served::of(&fixture).await;
    let production = served.state("checkout", "production").await;
    let staging = served.state("checkout", "staging").await;
    let draft = json!({ "key": "x", "name": "X" });
    let rules = json!({ "rules": [] });

    served.become_role("viewer").await;
    served.get(&served.segments()).await;
    let answer = served.create(draft.clone()).await;
    assert!(says(&answer, 403, "insufficient permissions"), "{answer:?}");

    served.become_role("developer").await;
    assert_eq!(served.create(draft).await.0, 201);
    let answer = served.json("PUT", &production, rules.clone()).await;
    let told = "you do not have permission to edit rules in this environment";
    assert!(says(&answer, 403, told), "{answer:?}");
    assert_eq!(served.json("PUT", &production, json!({ "enabled": false })).await.0, 403);
    assert_eq!(served.json("PUT", &production, json!({})).await.0, 200);

    let (_, answer) = log_in(&served, "dev@sandbox.example", "sandbox-password").await;
    answer["tokens"]["access_token"].as_str().unwrap().clone_into(&mut served.token);
    assert_eq!(served.json("PUT", &staging, rules.clone()).await.0, 200);
    assert_eq!(served.json("PUT", &staging, json!({ "enabled": true })).await.0, 403);
    assert_eq!(served.json("PUT", &production, rules).await.0, 403);
}
