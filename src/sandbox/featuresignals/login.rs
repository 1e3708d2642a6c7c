//! Signing in, renewing tokens and signing out.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::{TimeDelta, Utc};
use rusqlite::{Connection, OptionalExtension as _, params};
use serde_json::{Value, json};

use super::caller::{self, Caller};
use super::decode::{body, text};
use super::refusal::{Outcome, Refusal};
use super::{World, clock};
use crate::sandbox::exchange::{Asked, Reply};

/// How often a password may be wrong within [`WINDOW`].
const ATTEMPTS: usize = 10;
const WINDOW: Duration = Duration::from_secs(15 * 60);

/// Wrong passwords by email; like the real server's, the count does not survive a restart.
#[derive(Default)]
pub(super) struct Failures(Mutex<HashMap<String, Vec<Instant>>>);

impl Failures {
    /// How many there are, after one more where `failed`.
    fn count(&self, email: &str, failed: bool) -> usize {
        let mut failures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let times = failures.entry(email.to_owned()).or_default();
        times.retain(|time| time.elapsed() < WINDOW);
        if failed {
            times.push(Instant::now());
        }
        times.len()
    }
}

struct User {
    id: String,
    email: String,
    password: String,
    role: String,
    mfa_code: Option<String>,
}

/// `POST /v1/auth/…`.
pub(super) fn route(world: &World, asked: &Asked<'_>, verb: &str) -> Outcome {
    if world.logins.count().is_over() {
        return Err(Refusal::new(429, "rate limit exceeded").with("retry-after", "60"));
    }
    match verb {
        "login" => log_in(world, asked),
        "refresh" => refresh(world, asked),
        "logout" => log_out(world, asked),
        _ => Err(Refusal::no_route()),
    }
}

fn log_in(world: &World, asked: &Asked<'_>) -> Outcome {
    let fields = body(asked.body, &["email", "password", "mfa_code"])?;
    let field = |name| Ok::<_, Refusal>(text(&fields, name)?.unwrap_or_default());
    let (email, password, code) = (field("email")?, field("password")?, field("mfa_code")?);
    let used = world.failures.count(&email, false);
    if used >= ATTEMPTS {
        return Err(locked(used));
    }
    world.store.write(|tx| {
        let user = find(tx, "email", &email)?.filter(|user| user.password == password);
        let Some(user) = user else {
            return Err(wrong(world.failures.count(&email, true)));
        };
        if user.mfa_code.as_ref().is_some_and(|expected| *expected != code) {
            return Err(Refusal::new(403, "mfa_required"));
        }
        if world.options.sso_enforced && user.role != "owner" {
            return Err(Refusal::new(403, "sso_required"));
        }
        let (user_body, organization) = (show(&user), organization());
        let tokens = issue(world, tx, &user.id, &user.role)?;
        let answer = json!({
            "user": user_body,
            "organization": organization,
            "tokens": tokens,
            "onboarding_completed": true,
        });
        Ok(Reply::json(200, &answer))
    })
}

fn wrong(used: usize) -> Refusal {
    let body = json!({
        "error": "invalid credentials",
        "attempts_used": used,
        "attempts_allowed": ATTEMPTS,
        "remaining": ATTEMPTS.saturating_sub(used),
    });
    Refusal::shaped(401, body)
}

fn locked(used: usize) -> Refusal {
    let again = Utc::now() + TimeDelta::minutes(15);
    let body = json!({
        "error": "too many failed attempts",
        "attempts_used": used,
        "attempts_allowed": ATTEMPTS,
        "retry_after": again.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        "retry_after_unix": again.timestamp(),
    });
    Refusal::shaped(429, body)
}

/// The old refresh token stays valid, and the role is the one that it was issued for.
fn refresh(world: &World, asked: &Asked<'_>) -> Outcome {
    let fields = body(asked.body, &["refresh_token"])?;
    let token = text(&fields, "refresh_token")?.unwrap_or_default();
    let invalid = || Refusal::new(401, "invalid refresh token");
    world.store.write(|tx| {
        let held = caller::find(tx, &token)?.filter(|it| it.refreshes && !it.has_expired());
        let held = held.ok_or_else(invalid)?;
        let user = find(tx, "id", &held.user)?.ok_or_else(invalid)?;
        let mut answer = issue(world, tx, &held.user, &held.role)?;
        answer["user"] = show(&user);
        answer["organization"] = organization();
        answer["onboarding_completed"] = json!(true);
        Ok(Reply::json(200, &answer))
    })
}

/// Takes back the access token only.
fn log_out(world: &World, asked: &Asked<'_>) -> Outcome {
    let caller: Caller = world.caller(asked)?;
    world.store.write(|tx| {
        tx.execute("UPDATE tokens SET revoked = TRUE WHERE token = ?1", [caller.token])?;
        Ok(Reply::json(200, &json!({ "message": "logged out" })))
    })
}

/// A new pair of tokens.
fn issue(world: &World, db: &Connection, user: &str, role: &str) -> Result<Value, Refusal> {
    let options = &world.options;
    let now = clock::now();
    let make = |refreshes: bool, seconds: i64| -> rusqlite::Result<(String, i64)> {
        let token = format!(
            "sandbox.{}.{:032x}",
            if refreshes { "refresh" } else { "access" },
            fastrand::u128(..)
        );
        let expires_at = now + seconds * 1_000_000;
        let sql = "INSERT INTO tokens VALUES (?1, ?2, ?3, ?4, ?5, FALSE)";
        db.execute(sql, params![token, refreshes, user, role, expires_at])?;
        Ok((token, expires_at))
    };
    let (access, expires_at) = make(false, options.access_token_seconds)?;
    let (refresh, _) = make(true, options.refresh_token_seconds)?;
    Ok(json!({
        "access_token": access,
        "refresh_token": refresh,
        "expires_at": expires_at / 1_000_000,
    }))
}

fn find(db: &Connection, column: &str, value: &str) -> rusqlite::Result<Option<User>> {
    let sql = format!("SELECT * FROM users WHERE {column} = ?1");
    let mut statement = db.prepare_cached(&sql)?;
    let user = statement.query_row([value], |row| {
        Ok(User {
            id: row.get("id")?,
            email: row.get("email")?,
            password: row.get("password")?,
            role: row.get("role")?,
            mfa_code: row.get("mfa_code")?,
        })
    });
    user.optional()
}

fn show(user: &User) -> Value {
    json!({ "id": user.id, "email": user.email, "name": user.email })
}

fn organization() -> Value {
    json!({ "id": clock::id_for("organization"), "name": "Sandbox", "slug": "sandbox" })
}
