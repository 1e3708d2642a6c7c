//! The same function over many items, on every core, with the results in order.

use std::num::NonZero;
use std::sync::{Mutex, PoisonError};
use std::thread;

/// How many items a thread takes at once; fewer are not worth a thread.
///
/// Items differ in size, so a thread that is done early takes what is left.
const BLOCK: usize = 64;

/// `function` of every item, in the order of the items.
pub(crate) fn map<I, R: Send>(
    items: impl IntoIterator<Item = I, IntoIter: ExactSizeIterator + Send>,
    function: impl Fn(I) -> R + Sync,
) -> Vec<R> {
    let items = items.into_iter();
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let helpers = cores.min(items.len() / BLOCK).saturating_sub(1);
    if helpers == 0 {
        return items.map(function).collect();
    }
    let left = Mutex::new((0, items));
    let next_block = || {
        let mut left = left.lock().unwrap_or_else(PoisonError::into_inner);
        let (number, items) = &mut *left;
        *number += 1;
        (*number, items.by_ref().take(BLOCK).collect::<Vec<I>>())
    };
    let work = || {
        let mut done = vec![];
        loop {
            let (number, block) = next_block();
            if block.is_empty() {
                return done;
            }
            done.push((number, block.into_iter().map(&function).collect::<Vec<R>>()));
        }
    };
    let mut done = thread::scope(|scope| {
        let helpers: Vec<_> = (0..helpers).map(|_| scope.spawn(work)).collect();
        let mut done = work();
        for helper in helpers {
            let ended = helper.join();
            done.extend(ended.unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        done
    });
    done.sort_unstable_by_key(|(number, _)| *number);
    done.into_iter().flat_map(|(_, results)| results).collect()
}

#[cfg(test)]
mod tests {
    use super::map;

    #[test]
    fn results_stand_in_the_order_of_their_items() {
        for count in [0, 1, 63, 64, 65, 128, 1_000, 1_001] {
            let doubled: Vec<usize> = (0..count).map(|it| it * 2).collect();
            assert_eq!(map(0..count, |it| it * 2), doubled);
        }
    }
}
