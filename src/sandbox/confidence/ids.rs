//! Ids: those that clients choose, and those that the server makes up.

use sha2::{Digest as _, Sha256};

use super::super::shelf::Shelf;
use super::refusal::Refusal;

const ALPHABET: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
const MADE_UP: usize = 20;

/// Checks an id that a client chose: 4 to 63 of `a-z`, `0-9` and `-`.
pub(super) fn check(what: &str, id: &str) -> Result<(), Refusal> {
    let is_allowed = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-';
    if (4..=63).contains(&id.len()) && id.bytes().all(is_allowed) {
        return Ok(());
    }
    Err(Refusal::invalid(format!(
        "{what} should be 4-63 characters, and valid characters are /[a-z][0-9]-/, got '{id}'"
    )))
}

/// An id of 20 letters and digits. The same in every new sandbox, so that what is shown can be
/// compared.
pub(super) fn make_up(shelf: Shelf<'_>) -> rusqlite::Result<String> {
    let number = shelf.next("ids")?;
    let digest = Sha256::digest(format!("id {number}"));
    let letters = digest.iter().take(MADE_UP);
    Ok(letters.map(|byte| char::from(ALPHABET[usize::from(*byte) % ALPHABET.len()])).collect())
}

/// A place in a list that has no order that could be relied on.
pub(super) fn scattered(id: &str) -> String {
    format!("{}{id}", hex(Sha256::digest(id).into_iter().take(8)))
}

/// Bytes as pairs of digits.
pub(super) fn hex(bytes: impl Iterator<Item = u8>) -> String {
    bytes.fold(String::new(), |mut text, byte| {
        for digit in [byte >> 4, byte & 15] {
            text.extend(char::from_digit(u32::from(digit), 16));
        }
        text
    })
}
