//! Tokens, content types and wrong paths.

use super::{SEGMENTS, segment};
use crate::protocol::probe::{Anything, Empty, Html, Including, Probe, get, post};
use serde_json::json;

pub(super) fn probes() -> Vec<Probe> {
    let new = || segment("a", &json!([]));
    vec![
        get("bearer", SEGMENTS).as_bearer().gets(200, Anything),
        get("nothing", SEGMENTS).anonymously().gets(401, Including(json!({"name": "AuthenticationRequired"}))),
        get("wrong", SEGMENTS).with_token("*:*.wrong").gets(401, Anything),
        get("client", SEGMENTS).as_client().gets(403, Including(json!({"message": "invalid token: expected a different token type for this endpoint"}))),
        post("anonymous write", SEGMENTS, new()).anonymously().gets(401, Anything),
        post("client write", SEGMENTS, new()).as_client().gets(403, Anything),
        get("health", "/health").anonymously().gets(200, Including(json!({"health": "GOOD"}))),
        get("wrong base GET", "/nowhere/api/admin/segments").gets(200, Html),
        post("wrong base POST", "/nowhere/api/admin/segments", new()).gets(404, Html),
        get("wrong admin path", "/api/admin/nowhere").gets(404, Anything),
        post("no content type", SEGMENTS, new()).with_header("Content-Type", "text/plain").gets(415, Including(json!({"name": "ContentTypeError"}))),
        post("broken", SEGMENTS, new()).with_body("{").gets(400, Anything),
        post("array", SEGMENTS, json!([])).gets(400, Anything),
        get("etag", SEGMENTS).gets(200, Anything).keeping_header("etag", "etag"),
        get("unchanged", SEGMENTS).with_header("If-None-Match", "{etag}").gets(304, Empty),
    ]
}
