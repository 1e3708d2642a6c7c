//! JSON pointers (RFC 6901).

use std::borrow::Cow;

/// The names that a pointer leads through.
pub(crate) fn parts(pointer: &str) -> impl Iterator<Item = Cow<'_, str>> {
    pointer.split('/').skip(1).map(|part| {
        if part.contains('~') {
            Cow::Owned(part.replace("~1", "/").replace("~0", "~"))
        } else {
            Cow::Borrowed(part)
        }
    })
}

/// A name as it stands within a pointer.
pub(crate) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::{escaped, parts};

    #[test]
    fn a_name_comes_back_whatever_is_in_it() {
        for name in ["plain", "a/b", "a~b", "~1", "~0/", ""] {
            let pointer = format!("/x/{}", escaped(name));
            assert_eq!(parts(&pointer).collect::<Vec<_>>(), ["x", name]);
        }
        assert_eq!(parts("").count(), 0);
    }
}
