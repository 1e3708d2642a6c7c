//! What a Git revision is called where people read of it.

/// How many digits of a hash are shown.
const DIGITS: usize = 12;

/// The name of a revision; the hash of a commit is cut short, as Git does it.
pub fn short_revision(name: &str) -> &str {
    let is_hash = matches!(name.len(), 40 | 64) && name.bytes().all(|it| it.is_ascii_hexdigit());
    if is_hash { &name[..DIGITS] } else { name }
}

#[cfg(test)]
mod tests {
    use super::short_revision;

    #[test]
    fn only_a_whole_hash_is_cut_short() {
        assert_eq!(short_revision(&"016de30e".repeat(5)), "016de30e016d");
        assert_eq!(short_revision(&"016de30e".repeat(8)), "016de30e016d");
        let others = ["main".to_owned(), "016de30".to_owned(), "z".repeat(40), "\u{e9}".repeat(20)];
        for name in others {
            assert_eq!(short_revision(&name), name);
        }
    }
}
