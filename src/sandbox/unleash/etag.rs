//! Weak `ETag`s of the real server's shape: the length in hex, a dash, a digest.

use std::hash::{DefaultHasher, Hasher as _};

/// The weak `ETag` of a body. The digest is not the real server's: `ETag`s are opaque.
pub(super) fn weak(body: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    hasher.write(body);
    format!("W/\"{:x}-{:016x}\"", body.len(), hasher.finish())
}

/// Whether an `If-None-Match` header names the tag; weak and strong count as equal.
pub(super) fn matches(header: &str, tag: &str) -> bool {
    let plain = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    header.trim() == "*" || header.split(',').any(|known| plain(known) == plain(tag))
}
