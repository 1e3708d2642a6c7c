//! What becomes of the parts of a mapping or a list.

use granit_parser::ScalarStyle;
use serde_json::{Map, Value as Json};

use super::align::align;
use super::{Done, Editor, Spot, Unplaced, defines_used, scalar, yaml};
use crate::format::tree::{Collection, Entry, Item};

/// An entry or an item as it stands.
#[derive(Debug)]
pub(super) struct Unit {
    /// Its first byte: in block style the key or the dash.
    pub(super) head: usize,
    pub(super) end: usize,
    pub(super) is_kept: bool,
}

/// An entry or an item that is new.
#[derive(Debug)]
pub(super) struct New<'a> {
    /// The kept unit that it follows.
    pub(super) after: Option<usize>,
    part: Part<'a>,
}

#[derive(Debug)]
enum Part<'a> {
    Field(&'a str, &'a Json),
    Item(&'a Json, Option<ScalarStyle>),
}

impl New<'_> {
    /// Its text within brackets.
    pub(super) fn flow(&self) -> String {
        match self.part {
            Part::Field(key, value) => format!("{key}: {}", yaml::flow(value)),
            Part::Item(value, style) => scalar::styled(value, style, true),
        }
    }

    /// Its lines without the indentation of the first one, and without the last line break.
    pub(super) fn lines(&self, column: usize) -> String {
        let lines = match self.part {
            Part::Field(key, value) => yaml::field(key, value, column),
            Part::Item(value, style) if value.is_string() => {
                format!("{:column$}- {}", "", scalar::styled(value, style, false))
            }
            Part::Item(value, _) => yaml::item_of(value, column),
        };
        lines[column..].trim_end_matches('\n').to_owned()
    }
}

/// All that becomes of one collection.
pub(super) struct Changes<'a> {
    pub(super) collection: Collection,
    /// The byte after the collection.
    pub(super) end: usize,
    pub(super) units: Vec<Unit>,
    pub(super) new: Vec<New<'a>>,
}

impl Editor<'_> {
    pub(super) fn map(
        &mut self,
        spot: Spot,
        item: &Item,
        collection: Collection,
        entries: &[Entry],
        now: &Map<String, Json>,
        want: &Map<String, Json>,
    ) -> Done {
        let own = |key: &str| entries.iter().position(|it| it.key.text() == Some(key));
        if let Some(key) = now.keys().find(|it| own(it).is_none() && !want.contains_key(*it)) {
            return Err(Unplaced::Merged(key.clone()));
        }
        let mut units = vec![];
        for entry in entries {
            let key = entry.key.text().ok_or(Unplaced::Layout)?;
            let is_kept = key == "<<" || want.contains_key(key);
            if is_kept {
                if let (Some(now), Some(want)) = (now.get(key), want.get(key))
                    && now != want
                {
                    let colon = self.colon(&entry.key).ok_or(Unplaced::Layout)?;
                    let column = self.column(entry.key.range.start);
                    let spot = Spot::Field { colon, column, is_flow: collection.is_flow };
                    self.value(spot, &entry.value, now, want)?;
                }
            } else {
                self.may_go(&entry.value)?;
            }
            let range = entry.range();
            let end = self.colon(&entry.key).map_or(range.end, |colon| range.end.max(colon));
            units.push(Unit { head: range.start, end, is_kept });
        }
        let mut after = None;
        let mut new = vec![];
        for (key, value) in want {
            match own(key) {
                Some(at) => after = Some(at),
                None if now.get(key) == Some(value) => {}
                None => {
                    // What overrides a merged key stands behind it.
                    let merge = now.get(key).and(entries.len().checked_sub(1));
                    new.push(New { after: after.or(merge), part: Part::Field(key, value) });
                }
            }
        }
        let changes = Changes { collection, end: item.range.end, units, new };
        self.arrange(spot, item, &changes, "{}")
    }

    pub(super) fn list(
        &mut self,
        spot: Spot,
        item: &Item,
        collection: Collection,
        items: &[Item],
        now: &[Json],
        want: &[Json],
    ) -> Done {
        if items.len() != now.len() {
            return Err(Unplaced::Layout);
        }
        let alignment = align(now, want);
        let mut units = vec![];
        for ((item, now), to) in items.iter().zip(now).zip(&alignment.kept) {
            let head = if collection.is_flow { item.range.start } else { self.dash(item)? };
            match to {
                Some(to) => {
                    let spot = Spot::Item { is_flow: collection.is_flow };
                    self.value(spot, item, now, &want[*to])?;
                }
                None => self.may_go(item)?,
            }
            units.push(Unit { head, end: item.range.end, is_kept: to.is_some() });
        }
        let like = items.last().and_then(scalar::style_of);
        let new = alignment.added.into_iter().map(|(after, to)| {
            let style = after.and_then(|it| scalar::style_of(&items[it])).or(like);
            New { after, part: Part::Item(&want[to], style) }
        });
        let changes = Changes { collection, end: item.range.end, units, new: new.collect() };
        self.arrange(spot, item, &changes, "[]")
    }

    /// Whether an item can be taken out: nothing may refer to what stands in it.
    fn may_go(&self, item: &Item) -> Done {
        let anchored = item.anchor.as_ref().filter(|it| self.used.contains(*it));
        match anchored {
            Some(name) => Err(Unplaced::Anchored(name.clone())),
            None if defines_used(item, &self.used) => Err(Unplaced::Layout),
            None => Ok(()),
        }
    }

    /// The dash before an item.
    fn dash(&self, item: &Item) -> Result<usize, Unplaced> {
        let before = self.source.text[..item.range.start].trim_end();
        before.ends_with('-').then(|| before.len() - 1).ok_or(Unplaced::Layout)
    }

    /// Takes out what goes and puts in what is new.
    fn arrange(&mut self, spot: Spot, item: &Item, changes: &Changes<'_>, empty: &str) -> Done {
        let goes = changes.units.iter().any(|it| !it.is_kept);
        if !goes && changes.new.is_empty() {
            return Ok(());
        }
        if changes.units.is_empty() && !spot.is_flow() {
            // Brackets with nothing in them: the value may as well be lines.
            return Err(Unplaced::Layout);
        }
        if changes.collection.is_flow {
            return self.arrange_flow(changes);
        }
        let is_emptied = changes.new.is_empty() && changes.units.iter().all(|it| !it.is_kept);
        if is_emptied {
            let Spot::Field { colon, .. } = spot else { return Err(Unplaced::Layout) };
            if item.anchor.is_some() {
                return Err(Unplaced::Layout);
            }
            self.edits.push(crate::format::units::Edit {
                range: colon..colon,
                text: format!(" {empty}"),
            });
        }
        self.arrange_block(changes)
    }
}
