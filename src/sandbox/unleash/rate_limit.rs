//! How many requests a minute are answered; the others get 429.

use super::Outcome;
use super::answer::Answer;
use crate::sandbox::rate::Rate;

/// The answer, or that there were too many requests. Observed: the limit is told in either.
pub(super) fn limited(rate: &Rate, answer: impl FnOnce() -> Outcome) -> Answer {
    let place = rate.count();
    let answer = if place.is_over() {
        Answer::html(429, "Too many requests, please try again later.")
            .with("retry-after", place.seconds_left.to_string())
    } else {
        answer().unwrap_or_else(Answer::from)
    };
    answer
        .with("ratelimit-policy", format!("{};w=60", place.most))
        .with("ratelimit-limit", place.most.to_string())
        .with("ratelimit-remaining", place.remaining().to_string())
        .with("ratelimit-reset", place.seconds_left.to_string())
}
