//! Takes parts out of a collection in brackets, and puts parts in.

use std::ops::Range;

use super::collection::{Changes, New, Unit};
use super::{Done, Editor, Unplaced};
use crate::format::units::Edit;

impl Editor<'_> {
    pub(super) fn arrange_flow(&mut self, changes: &Changes<'_>) -> Done {
        let units = &changes.units;
        let close = changes.end - 1;
        if units.iter().all(|it| !it.is_kept) {
            return self.anew(changes, close);
        }
        let mut at = 0;
        while at < units.len() {
            if units[at].is_kept {
                at += 1;
                continue;
            }
            let count = units[at..].iter().take_while(|it| !it.is_kept).count();
            self.take_run(units, at, count)?;
            at += count;
        }
        let mut new = changes.new.iter().peekable();
        while let Some(one) = new.next() {
            let mut together = vec![one];
            while let Some(next) = new.next_if(|it| it.after == one.after) {
                together.push(next);
            }
            self.put(units, close, one.after, &together);
        }
        Ok(())
    }

    /// All items anew. Comments stay, unless they stand among what goes.
    fn anew(&mut self, changes: &Changes<'_>, close: usize) -> Done {
        let inside = changes.collection.inside;
        let units = &changes.units;
        let text: Vec<String> = changes.new.iter().map(New::flow).collect();
        let is_free = |range: Range<usize>| self.source.comments_in(range).is_empty();
        let range = match (units.first(), units.last()) {
            (Some(first), Some(last)) if !is_free(inside..close) || !text.is_empty() => {
                if units.iter().all(|it| self.has_lines(it)) {
                    self.anew_in_lines(first, last, close, units, &text);
                    return Ok(());
                }
                first.head..last.end
            }
            _ => inside..close,
        };
        if !is_free(range.clone()) {
            return Err(Unplaced::Layout);
        }
        self.edits.push(Edit { range, text: text.join(", ") });
        Ok(())
    }

    fn anew_in_lines(
        &mut self,
        first: &Unit,
        last: &Unit,
        close: usize,
        units: &[Unit],
        text: &[String],
    ) {
        let line = self.source.line_start(first.head);
        let indent = &self.source.text[line..first.head];
        let comma = if self.has_comma(last.end, close) { "," } else { "" };
        let end = format!(",{}", self.line_break);
        let lines: Vec<String> = text.iter().map(|it| format!("{indent}{it}")).collect();
        if !lines.is_empty() {
            let text = format!("{}{comma}{}", lines.join(&end), self.line_break);
            self.edits.push(Edit { range: line..line, text });
        }
        for unit in units {
            let range = self.source.line_start(unit.head)..self.source.line_end(unit.end);
            self.edits.push(Edit { range, text: String::new() });
        }
    }

    /// Takes out `count` units that stand beside each other.
    fn take_run(&mut self, units: &[Unit], at: usize, count: usize) -> Done {
        let run = &units[at..at + count];
        if run.iter().all(|it| self.has_lines(it)) {
            for unit in run {
                let line = self.source.line_start(unit.head);
                let range = line..self.source.line_end(unit.end);
                self.edits.push(Edit { range, text: String::new() });
            }
            return Ok(());
        }
        let (start, end) = (run[0].head, run[count - 1].end);
        let text = self.source.text;
        let shares_line = |from: usize, to: usize| !text[from..to].contains('\n');
        let range = match units.get(at + count) {
            Some(next) if shares_line(end, next.head) => start..next.head,
            Some(_) => start..self.behind_comma(end),
            None => match units[..at].last() {
                Some(last) if shares_line(last.end, start) => last.end..end,
                _ => start..end,
            },
        };
        if !self.source.comments_in(range.clone()).is_empty() {
            return Err(Unplaced::Layout);
        }
        self.edits.push(Edit { range, text: String::new() });
        Ok(())
    }

    /// Whether a unit has its lines for itself, but for a comma and a comment.
    fn has_lines(&self, unit: &Unit) -> bool {
        let source = &self.source;
        let line = source.line_start(unit.head);
        let end = source.line_end(unit.end);
        let comment = source.comments_in(unit.end..end).first().map_or(end, |it| it.start);
        let rest = source.text[unit.end..comment].trim();
        source.text[line..unit.head].trim().is_empty() && matches!(rest, "" | ",") && end > unit.end
    }

    fn has_comma(&self, at: usize, close: usize) -> bool {
        let mut from = at;
        for comment in self.source.comments_in(at..close) {
            if self.source.text[from..comment.start].contains(',') {
                return true;
            }
            from = comment.end;
        }
        self.source.text[from..close].contains(',')
    }

    /// The byte after the comma that follows on the same line, or `at`.
    fn behind_comma(&self, at: usize) -> usize {
        let rest = &self.source.text[at..];
        let blanks = rest.len() - rest.trim_start_matches(' ').len();
        if rest[blanks..].starts_with(',') { at + blanks + 1 } else { at }
    }

    /// Puts in units after a kept one, or before the first of those.
    fn put(&mut self, units: &[Unit], close: usize, after: Option<usize>, new: &[&New<'_>]) {
        let texts: Vec<String> = new.iter().map(|it| it.flow()).collect();
        let Some(at) = after else {
            self.put_first(units, &texts);
            return;
        };
        let unit = &units[at];
        if !self.has_lines(unit) {
            let text: String = texts.iter().flat_map(|it| [", ", it]).collect();
            self.edits.push(Edit { range: unit.end..unit.end, text });
            return;
        }
        let next = units.get(at + 1).map_or(close, |it| it.head);
        let had_comma = self.has_comma(unit.end, next);
        if !had_comma {
            self.edits.push(Edit { range: unit.end..unit.end, text: ",".to_owned() });
        }
        let end = self.source.line_end(unit.end);
        let indent = &self.source.text[self.source.line_start(unit.head)..unit.head];
        let lines: Vec<String> = texts.iter().map(|it| format!("{indent}{it}")).collect();
        let mut text = lines.join(&format!(",{}", self.line_break));
        text.push_str(if had_comma { "," } else { "" });
        text.push_str(self.line_break);
        self.edits.push(Edit { range: end..end, text });
    }

    fn put_first(&mut self, units: &[Unit], texts: &[String]) {
        let Some(first) = units.iter().find(|it| it.is_kept) else { return };
        let (at, before, after) = if self.has_lines(first) {
            let line = self.source.line_start(first.head);
            (line, &self.source.text[line..first.head], self.line_break)
        } else {
            (first.head, "", " ")
        };
        let text: String = texts.iter().flat_map(|it| [before, it, ",", after]).collect();
        self.edits.push(Edit { range: at..at, text });
    }
}
