//! Regular expressions of Go, by way of those of Rust, which differ in little.

use regex::Regex;

/// The largest number of repetitions that Go takes.
const REPEATS: u32 = 1000;

/// Whether `expression` is found in `text`; one that Go does not understand is found nowhere.
pub(super) fn finds(expression: &str, text: &str) -> bool {
    let translated = translate(expression).and_then(|it| Regex::new(&it).ok());
    translated.is_some_and(|it| it.is_match(text))
}

/// The expression in Rust's dialect.
fn translate(expression: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = expression;
    let mut in_class = false;
    // Where a class has begun, its first `]` is a character like any other.
    let mut opens_class = false;
    while let Some(next) = rest.chars().next() {
        let first_in_class = std::mem::take(&mut opens_class);
        if let Some(after) = rest.strip_prefix(r"\Q") {
            let (literal, after) = after.split_once(r"\E").unwrap_or((after, ""));
            out.push_str(&regex::escape(literal));
            rest = after;
            continue;
        }
        if next == '\\' {
            let escaped = rest[1..].chars().next()?;
            out.push_str(&escape(escaped, in_class, rest)?);
            rest = &rest[1 + escaped.len_utf8()..];
            continue;
        }
        let mut taken = next.len_utf8();
        match next {
            '[' if !in_class => {
                in_class = true;
                opens_class = true;
                out.push('[');
                if rest[1..].starts_with('^') {
                    out.push('^');
                    taken = 2;
                }
            }
            '[' if rest.starts_with("[:") && rest.contains(":]") => {
                taken = rest.find(":]")? + 2;
                out.push_str(&rest[..taken]);
            }
            ']' if in_class && !first_in_class => {
                in_class = false;
                out.push(']');
            }
            // Rust knows sets of sets and operations on them, Go does not.
            '[' | ']' | '&' | '~' if in_class => {
                out.push('\\');
                out.push(next);
            }
            '(' if !in_class => check_flags(rest).map(|()| out.push('('))?,
            '{' if !in_class => check_repeats(rest).map(|()| out.push('{'))?,
            _ => out.push(next),
        }
        rest = &rest[taken..];
    }
    Some(out)
}

/// An escape; the classes know no letters but those of ASCII.
fn escape(escaped: char, in_class: bool, rest: &str) -> Option<String> {
    let class = match escaped {
        'd' => "0-9",
        'w' => "0-9A-Za-z_",
        's' => r"\t\n\x0c\r\x20",
        'D' => return Some("[^0-9]".to_owned()),
        'W' => return Some("[^0-9A-Za-z_]".to_owned()),
        'S' => return Some(r"[^\t\n\x0c\r\x20]".to_owned()),
        'b' if !in_class => return Some(r"(?-u:\b)".to_owned()),
        'B' if !in_class => return Some(r"(?-u:\B)".to_owned()),
        'A' | 'z' if !in_class => return Some(format!(r"\{escaped}")),
        'a' | 'f' | 'n' | 'r' | 't' | 'v' | 'x' | 'p' | 'P' => {
            return Some(rest[..2].to_owned());
        }
        other if other.is_ascii() && !other.is_ascii_alphanumeric() => {
            return Some(regex::escape(&other.to_string()));
        }
        _ => return None,
    };
    Some(if in_class { class.to_owned() } else { format!("[{class}]") })
}

/// Of the flags after `(?`, Go does not know `x`, `u` and `R`.
fn check_flags(rest: &str) -> Option<()> {
    let Some(flags) = rest.strip_prefix("(?") else { return Some(()) };
    let flags = flags.split([')', ':', '<', 'P']).next().unwrap_or_default();
    flags.chars().all(|it| "imsU-".contains(it)).then_some(())
}

fn check_repeats(rest: &str) -> Option<()> {
    let counts = rest[1..].split('}').next().unwrap_or_default();
    let too_many = |count: &str| count.parse::<u32>().is_ok_and(|count| count > REPEATS);
    (!counts.split(',').any(too_many)).then_some(())
}
