//! Identifiers: of what a fixture declares, the same in every new data file; of the rest, by chance.

use sha2::{Digest as _, Sha256};

/// The identifier of something that a fixture declares, made of its kind and of the names on the
/// way to it.
pub(super) fn named(kind: &str, names: &[&str]) -> String {
    let mut hash = Sha256::new().chain_update(kind);
    for name in names {
        hash = hash.chain_update([0]).chain_update(name);
    }
    let bytes = hash.finalize();
    uuid(bytes.iter().take(16).fold(0, |bits, byte| (bits << 8) | u128::from(*byte)))
}

/// A random one.
pub(super) fn random() -> String {
    uuid(fastrand::u128(..))
}

fn uuid(bits: u128) -> String {
    let variant = 0x8 | ((bits >> 62) & 0x3);
    format!(
        "{:08x}-{:04x}-4{:03x}-{variant:x}{:03x}-{:012x}",
        (bits >> 96) & 0xffff_ffff,
        (bits >> 80) & 0xffff,
        (bits >> 64) & 0xfff,
        (bits >> 48) & 0xfff,
        bits & 0xffff_ffff_ffff,
    )
}

#[cfg(test)]
mod tests {
    use super::{named, random};

    #[test]
    fn a_name_has_one_identifier() {
        assert_eq!(named("config", &["Shop", "Main"]), named("config", &["Shop", "Main"]));
        assert_ne!(named("config", &["Shop", "Main"]), named("config", &["ShopM", "ain"]));
        assert_ne!(random(), random());
        assert_eq!(random().len(), 36);
    }
}
