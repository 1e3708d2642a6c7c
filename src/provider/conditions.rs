//! What a change of a list of conditions does to the audience, from what happens to each.

use crate::plan::Effect;

/// What one condition more and one less do.
#[derive(Clone, Copy, Debug)]
pub(super) struct Count {
    pub(super) more: Effect,
    pub(super) less: Effect,
}

impl Count {
    /// Of conditions that hold all at once.
    pub(super) const ALL: Self = Self { more: Effect::Narrows, less: Effect::Widens };
    /// Of conditions of which any will do.
    pub(super) const ANY: Self = Self { more: Effect::Widens, less: Effect::Narrows };
}

/// What happens when the conditions `gone` are there no more, and `new` ones are. One that `becomes`
/// another is one that changed; of several it might have become, one is chosen that proves something.
pub(super) fn changes<T>(
    gone: &[&T],
    mut new: Vec<&T>,
    count: Count,
    becomes: impl Fn(&T, &T) -> Option<Effect>,
) -> Vec<Effect> {
    let mut changes = vec![];
    for old in gone {
        let found = new.iter().enumerate().filter_map(|(at, new)| Some((at, becomes(old, new)?)));
        changes.push(match found.min_by_key(|(_, change)| *change == Effect::Replaces) {
            None => count.less,
            Some((at, change)) => {
                new.swap_remove(at);
                change
            }
        });
    }
    changes.extend(new.iter().map(|_| count.more));
    changes
}
