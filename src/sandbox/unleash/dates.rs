//! Which texts JavaScript reads as a date, since the server accepts just those.
//!
//! There are three ways: a plain number, the ISO form, and the lenient reading of the V8 engine,
//! of which the parts that people meet are reproduced here.

use std::sync::LazyLock;

use regex::Regex;

/// JavaScript dates end 100,000,000 days away from 1970.
const MILLISECONDS_MAX: f64 = 8.64e15;
const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
/// Words that may follow a number without spoiling the date.
const ZONES: [&str; 14] =
    ["z", "t", "utc", "gmt", "am", "pm", "est", "edt", "cst", "cdt", "mst", "mdt", "pst", "pdt"];

#[expect(clippy::unwrap_used, reason = "the pattern is constant and tested")]
static NUMBER: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^[+-]?\d+(\.\d+)?$").unwrap());

#[expect(clippy::unwrap_used, reason = "the pattern is constant and tested")]
static ISO: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)^(?:\d{4}|[+-]\d{6})(?:-(?<month>\d\d)(?:-(?<day>\d\d))?)?",
        r"(?:T(?<hour>\d\d):(?<minute>\d\d)(?::(?<second>\d\d)(?:\.(?<fraction>\d+))?)?",
        r"(?:Z|[+-](?<ahead>\d\d):?[0-5]\d)?)?$",
    ))
    .unwrap()
});

#[expect(clippy::unwrap_used, reason = "the pattern is constant and tested")]
static TOKEN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?<time>\d+:\d+(?::\d+(?:\.\d+)?)?)|(?<number>\d+)|(?<word>\p{L}+)|(?<sign>[+-])")
        .unwrap()
});

/// Whether the server takes the text for a date.
pub(super) fn is_date(text: &str) -> bool {
    if NUMBER.is_match(text) {
        return text.parse::<f64>().is_ok_and(|value| value.abs() <= MILLISECONDS_MAX);
    }
    let text = text.trim();
    is_iso(text) || is_lenient(text)
}

fn is_iso(text: &str) -> bool {
    let Some(parts) = ISO.captures(text) else {
        return false;
    };
    let part = |name: &str| parts.name(name).and_then(|part| part.as_str().parse::<u32>().ok());
    let zero = |name: &str| part(name).unwrap_or(0) == 0;
    // 24:00 is the end of a day. A 31 February is accepted as observed: it becomes a day in March.
    let midnight = zero("minute") && zero("second") && zero("fraction");
    (1..=12).contains(&part("month").unwrap_or(1))
        && (1..=31).contains(&part("day").unwrap_or(1))
        && (part("hour").unwrap_or(0) < 24 || (part("hour") == Some(24) && midnight))
        && part("ahead").unwrap_or(0) < 24
        && part("minute").unwrap_or(0) < 60
        && part("second").unwrap_or(0) < 60
}

/// V8's reading of anything else: up to three numbers, a month by name, a time, a zone.
fn is_lenient(text: &str) -> bool {
    let mut numbers: Vec<u32> = Vec::new();
    let mut month: Option<u32> = None;
    let mut timed = false;
    let mut read_number = false;
    let mut after_sign = false;
    // Where the last word ended that means nothing.
    let mut garbage_end = None;
    for token in TOKEN.captures_iter(text) {
        if let Some(time) = token.name("time") {
            if !is_time(time.as_str()) {
                return false;
            }
            timed = true;
            read_number = true;
        } else if let Some(number) = token.name("number") {
            if garbage_end == Some(number.start()) {
                return false;
            }
            // After a time, a signed number is an offset.
            if !(timed && after_sign) {
                let Ok(number) = number.as_str().parse() else {
                    return false;
                };
                numbers.push(number);
            }
            read_number = true;
        } else if let Some(word) = token.name("word") {
            let end = word.end();
            let word = word.as_str().to_lowercase();
            let named = MONTHS.iter().position(|name| word.starts_with(name));
            match (named, read_number) {
                (Some(index), _) => month = u32::try_from(index + 1).ok(),
                // `T` belongs to the ISO form; where that failed, so does this.
                (None, true) if word == "t" || !ZONES.contains(&word.as_str()) => return false,
                (None, _) => garbage_end = Some(end),
            }
        }
        after_sign = token.name("sign").is_some();
    }
    is_day(&numbers, month)
}

fn is_time(text: &str) -> bool {
    let mut parts = text.split(':').map(|part| part.parse::<f64>().unwrap_or(f64::MAX));
    let hour = parts.next().unwrap_or(0.0);
    let rest: Vec<f64> = parts.collect();
    rest.iter().all(|part| *part < 60.0)
        && (hour < 24.0 || (hour <= 24.0 && rest.iter().all(|part| *part <= 0.0)))
}

/// Which number is the day depends on how many there are and on how large the first is.
fn is_day(numbers: &[u32], named: Option<u32>) -> bool {
    if numbers.is_empty() || numbers.len() > 3 {
        return false;
    }
    let number = |index: usize| numbers.get(index).copied().unwrap_or(1);
    let day_first = (1..=31).contains(&number(0));
    let (month, day) = match named {
        Some(month) if !day_first => (month, number(1)),
        Some(month) => (month, number(0)),
        None if !day_first => (number(1), number(2)),
        None => (number(0), number(1)),
    };
    (1..=12).contains(&month) && (1..=31).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::is_date;

    #[test]
    fn dates_are_judged_as_observed() {
        for good in [
            "2024",
            "2024-01-31",
            "1706695200000",
            "Jan 5 2024",
            "2024-01-31T10:00",
            "2024-1-5",
            "5",
            "2024-02-31",
            "2024-01-31 10:00",
            "+2024",
            "2024-01-31T10:00:00+0100",
            "Sat, 03 Feb 2024 10:00:00 GMT",
            "20240131",
            "1.5",
            "13",
            "a 5",
            "2024-01",
            "2024-01-31T10:00:00.1Z",
            "01/31/2024",
            "2024-01-31T10:00Z",
            "2024-01-31T24:00:00Z",
            "31 Jan 2024",
            " 2024-01-31 ",
            "hello 2024",
            "Jan 2024",
            "2024-01-31t10:00:00z",
        ] {
            assert!(is_date(good), "{good}");
        }
        for bad in [
            "tomorrow",
            "31/01/2024",
            "2024-13-45",
            "2024-01-31T25:00:00Z",
            "now",
            "99999999999999999999",
            "2024-W05",
            "2024-1-5T10:00",
            "2024-01-31T10:00:00+25:00",
            "foo2024",
            "",
            " ",
        ] {
            assert!(!is_date(bad), "{bad}");
        }
    }
}
