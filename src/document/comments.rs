//! The comments of a YAML text, told from `#` inside of texts by the parser itself.

use std::ops::Range;

use granit_parser::{Event, Options, Parser};

/// The bytes of each comment, in their order; up to a mistake in the syntax.
pub(crate) fn comments(text: &str) -> Vec<Range<usize>> {
    let mut options = Options::default();
    options.set_emit_comments(true);
    let events = Parser::new_from_str_with_options(text, options).map_while(Result::ok);
    let comments = events.filter(|(event, _)| matches!(event, Event::Comment(..)));
    comments.filter_map(|(_, span)| span.byte_range()).collect()
}

#[cfg(test)]
mod tests {
    use super::comments;

    #[test]
    fn a_comment_is_no_text() {
        let text = "# one\na: 'x # no' # two\nb: |\n  # no\n# three\nc: [d, # four\n  e#no]\n";
        let found = comments(text);
        let found: Vec<&str> = found.into_iter().map(|it| text[it].trim()).collect();
        assert_eq!(found, ["# one", "# two", "# three", "# four"]);
    }
}
