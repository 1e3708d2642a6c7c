//! As much of Rust as these tests need.

use super::files::Source;

/// The source without comments and without the content of its texts; its lines stay where they
/// are.
pub(super) fn code_only(source: Source) -> Source {
    let mut code = String::new();
    let mut rest = source.text.as_str();
    while let Some(next) = rest.chars().next() {
        let skipped = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if let Some(length) = text_at(rest) {
            length
        } else {
            code.push(next);
            rest = &rest[next.len_utf8()..];
            continue;
        };
        let (gone, left) = rest.split_at(skipped);
        code.extend(gone.chars().filter(|it| *it == '\n'));
        rest = left;
    }
    Source { text: code, ..source }
}

/// The length of the text literal that the source begins with.
fn text_at(source: &str) -> Option<usize> {
    for quote in ["'\"'", "'\\\"'"] {
        if source.starts_with(quote) {
            return Some(quote.len());
        }
    }
    if let Some(raw) = source.strip_prefix('r') {
        let hashes: String = raw.chars().take_while(|it| *it == '#').collect();
        let body = raw[hashes.len()..].strip_prefix('"')?;
        let end = format!("\"{hashes}");
        let length = body.find(&end)? + end.len();
        return Some(source.len() - body.len() + length);
    }
    let body = source.strip_prefix('"')?;
    let mut is_escaped = false;
    for (at, char) in body.char_indices() {
        match char {
            '"' if !is_escaped => return Some(at + 2),
            _ => is_escaped = char == '\\' && !is_escaped,
        }
    }
    None
}

/// The files that the modules of a file may stand in.
pub(super) fn modules(source: &Source) -> Vec<String> {
    let folder = match source.path.rsplit_once('/') {
        Some((folder, "main.rs" | "lib.rs" | "mod.rs")) => folder.to_owned(),
        _ => source.path.trim_end_matches(".rs").to_owned(),
    };
    let lines = source.text.lines().map(str::trim);
    let names = lines.filter_map(|line| {
        let declared = line.strip_suffix(';')?;
        let (visibility, name) = declared.rsplit_once("mod ")?;
        (visibility.is_empty() || visibility.starts_with("pub")).then_some(name)
    });
    names
        .flat_map(|name| [format!("{folder}/{name}.rs"), format!("{folder}/{name}/mod.rs")])
        .collect()
}

#[test]
fn texts_and_comments_are_not_code() {
    let text = "a \"b // \\\" c\" d // e\nr#\"f \" g\"# h '\"' i \"j";
    let source = Source { path: String::new(), text: text.to_owned() };
    assert_eq!(code_only(source).text, "a  d \n h  i \"j");
}
