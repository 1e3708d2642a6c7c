//! Tokens, content types and wrong paths.

use super::{SEGMENTS, segment, wrong_kind_of_token};
use crate::protocol::probe::{
    Anything, Empty, Html, Including, Probe, Saying, error, get, invalid, post,
};
use serde_json::json;

pub(super) fn probes() -> Vec<Probe> {
    let new = || segment("a", &json!([]));
    let log_in = || Including(json!({"name": "AuthenticationRequired", "type": "password"}));
    let not_available = error(
        "NotFoundError",
        "The path you were looking for (/api/admin/nowhere) is not available.",
    );
    let text = "We do not accept the content-type you provided (text/plain). Try using one of the \
        content-types we do accept instead (application/json) and make sure the body is in the \
        corresponding format.";
    vec![
        get("a token may come as a bearer", SEGMENTS).by_bearer().gets(200, Anything),
        get("no token", SEGMENTS).anonymously().gets(401, log_in()),
        post("no token, no change", SEGMENTS, new()).anonymously().gets(401, log_in()),
        get("a wrong token", SEGMENTS)
            .with_token("*:*.wrong")
            .gets(401, error("UnauthorizedError", "You must log in to use Unleash.")),
        get("an SDK's token", SEGMENTS).by_client().gets(403, Including(wrong_kind_of_token())),
        post("an SDK's token, no change", SEGMENTS, new())
            .by_client()
            .gets(403, Including(wrong_kind_of_token())),
        get("health is public", "/health")
            .anonymously()
            .gets(200, Including(json!({"health": "GOOD"}))),
        get("a wrong base path shows the web page", "/nowhere/api/admin/segments").gets(200, Html),
        post("also when posting", "/nowhere/api/admin/segments", new()).gets(404, Html),
        get("a wrong admin path", "/api/admin/nowhere").gets(404, not_available),
        post("not JSON", SEGMENTS, new())
            .with_header("Content-Type", "text/plain")
            .gets(415, error("ContentTypeError", text)),
        post("broken JSON", SEGMENTS, new()).with_body("{").gets(400, Saying("JSON")),
        post("not an object", SEGMENTS, json!([]))
            .gets(400, invalid("The `/body` property must be object. You sent [].")),
        get("answers have an ETag", SEGMENTS).gets(200, Anything).keeping_header("etag", "etag"),
        get("and are not sent again", SEGMENTS)
            .with_header("If-None-Match", "{etag}")
            .gets(304, Empty),
        post("nothing was created by all this", SEGMENTS, new()).gets(201, Anything),
        get("a change has another ETag", SEGMENTS)
            .with_header("If-None-Match", "{etag}")
            .gets(200, Including(json!({"segments": [{"name": "a"}]}))),
    ]
}
