//! Takes lines out of a collection in block style, and puts lines in.

use std::ops::Range;

use super::collection::{Changes, New, Unit};
use super::{Done, Editor, Unplaced};
use crate::format::units::{Edit, Line};

impl Editor<'_> {
    pub(super) fn arrange_block(&mut self, changes: &Changes<'_>) -> Done {
        let units = &changes.units;
        let first = units.first().ok_or(Unplaced::Layout)?;
        let column = self.column(first.head);
        // What stands beside the dash of an item around it goes on standing there.
        let beside = units.iter().take_while(|it| !it.is_kept).count();
        let from = if self.is_alone(first) { 0 } else { self.take_beside(units, beside)? };
        for unit in units.iter().skip(from).filter(|it| !it.is_kept) {
            let range = self.lines(unit)?;
            self.edits.push(Edit { range, text: String::new() });
        }
        let mut new = changes.new.iter().peekable();
        while let Some(one) = new.next() {
            let mut together = vec![one];
            while let Some(next) = new.next_if(|it| it.after == one.after) {
                together.push(next);
            }
            let edit = match one.after {
                Some(at) => self.behind(&units[at], column, &together),
                None => self.ahead(first, column, &together),
            };
            self.edits.push(edit);
        }
        Ok(())
    }

    /// Whether nothing but blanks stands before a unit on its line.
    fn is_alone(&self, unit: &Unit) -> bool {
        let line = self.source.line_start(unit.head);
        self.source.text[line..unit.head].trim_start_matches(' ').is_empty()
    }

    /// Takes out the first units, the first of which shares its line; gives how many.
    fn take_beside(&mut self, units: &[Unit], count: usize) -> Result<usize, Unplaced> {
        if count == 0 {
            return Ok(0);
        }
        let next = units.get(count).ok_or(Unplaced::Layout)?;
        let last = self.source.line_end(units[count - 1].end).min(next.head);
        // A comment on the next one stands beside the dash then.
        let comment = self.source.comments_in(last..next.head).first();
        let end = comment.map_or(next.head, |it| it.start);
        self.edits.push(Edit { range: units[0].head..end, text: String::new() });
        Ok(count)
    }

    /// The lines of a unit that has them for itself.
    fn lines(&self, unit: &Unit) -> Result<Range<usize>, Unplaced> {
        let line = self.source.line_start(unit.head);
        let is_alone = self.is_alone(unit);
        is_alone.then(|| line..self.source.line_end(unit.end)).ok_or(Unplaced::Layout)
    }

    /// New units below another one.
    fn behind(&self, unit: &Unit, column: usize, new: &[&New<'_>]) -> Edit {
        let at = self.source.line_end(unit.end);
        let lines: Vec<String> = new.iter().map(|it| self.line(it, column)).collect();
        let is_ended = self.source.text[..at].ends_with('\n');
        let text = if is_ended {
            lines.iter().flat_map(|it| [it.as_str(), self.line_break]).collect()
        } else {
            lines.iter().flat_map(|it| [self.line_break, it.as_str()]).collect()
        };
        Edit { range: at..at, text }
    }

    /// New units above the first one and the comments that belong to it.
    fn ahead(&self, first: &Unit, column: usize, new: &[&New<'_>]) -> Edit {
        if !self.is_alone(first) {
            let blanks = " ".repeat(column);
            let lines = new.iter().map(|it| {
                let line = self.line(it, column);
                format!("{}{}{blanks}", &line[column..], self.line_break)
            });
            return Edit { range: first.head..first.head, text: lines.collect() };
        }
        let mut at = self.source.line_start(first.head);
        while at > 0 {
            let above = self.source.line_start(at - 1);
            if !matches!(self.source.line(above), Line::Comment(_)) {
                break;
            }
            at = above;
        }
        let lines = new.iter().map(|it| format!("{}{}", self.line(it, column), self.line_break));
        Edit { range: at..at, text: lines.collect() }
    }

    fn line(&self, new: &New<'_>, column: usize) -> String {
        self.with_line_breaks(&format!("{:column$}{}", "", new.lines(column)))
    }
}
