//! Documents in any style, made by what was drawn, with words that can be found again.

/// Choices, made by what proptest drew; nothing drawn is the plainest choice.
pub(super) struct Tape<'a> {
    drawn: &'a [u8],
    out: String,
    /// How many words there are; each is its own, so that it can be found again.
    words: usize,
    comments: usize,
    anchors: usize,
    has_anchors: bool,
    /// What stands in the text for each word.
    pub(super) raw: Vec<(String, String)>,
}

impl<'a> Tape<'a> {
    pub(super) fn new(drawn: &'a [u8], has_anchors: bool) -> Self {
        Self {
            drawn,
            out: String::new(),
            words: 0,
            comments: 0,
            anchors: 0,
            has_anchors,
            raw: vec![],
        }
    }

    pub(super) fn pick(&mut self, of: usize) -> usize {
        let Some((first, rest)) = self.drawn.split_first() else { return 0 };
        self.drawn = rest;
        usize::from(*first) % of
    }

    fn seldom(&mut self) -> bool {
        self.pick(5) == 4
    }

    fn write(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn comment(&mut self) -> String {
        self.comments += 1;
        let odd = ["", ": [x", " 'a", " # b", ", - c"][self.pick(5)];
        format!("# <c{}>{odd}", self.comments)
    }

    /// Comments and blank lines above a line.
    fn above(&mut self, indent: usize) {
        for _ in 0..[0, 0, 0, 1, 2][self.pick(5)] {
            let comment = self.comment();
            let indent = if self.seldom() { self.pick(9) } else { indent };
            self.write(&format!("{}{comment}\n", " ".repeat(indent)));
        }
        if self.seldom() {
            let blank = ["\n", "  \n", "\n\n"][self.pick(3)];
            self.write(blank);
        }
    }

    fn end(&mut self) {
        if self.seldom() {
            let comment = self.comment();
            self.write(&format!("  {comment}"));
        }
        self.write("\n");
    }

    /// A word in some quotes, with an anchor or, where there is one, an alias.
    fn word(&mut self) -> String {
        let kind = if self.has_anchors { self.pick(9) } else { self.pick(7) };
        if kind == 8 && self.anchors > 0 {
            let name = self.pick(self.anchors) + 1;
            return format!("*a{name}");
        }
        self.words += 1;
        let mut word = format!("<w{}>", self.words);
        let raw = match kind {
            0 | 1 => {
                word = format!("w{}w", self.words);
                word.clone()
            }
            2 => format!("'it''s {word}'"),
            3 => format!("\"{word} \\u0041 #\""),
            4 => format!("\"{word}\""),
            5 => {
                word = format!("{}", 70_000 + self.words);
                word.clone()
            }
            _ => format!("'{word}'"),
        };
        self.raw.push((word, raw.clone()));
        if kind == 7 {
            self.anchors += 1;
            return format!("&a{} {raw}", self.anchors);
        }
        raw
    }

    fn key(&mut self) -> String {
        let quote = ["", "", "", "'", "\""][self.pick(5)];
        self.words += 1;
        format!("{quote}k{}k{quote}", self.words)
    }

    fn flow(&mut self, depth: usize) -> String {
        let kind = if depth > 2 { 0 } else { self.pick(4) };
        let gap = ["", " "][self.pick(2)];
        // Of those with nothing in them none could be told from another.
        let least = usize::from(depth > 0);
        let comma = [", ", ",", " ,  "][self.pick(3)];
        match kind {
            2 => {
                let items: Vec<String> =
                    (0..least + self.pick(3)).map(|_| self.flow(depth + 1)).collect();
                format!("[{gap}{}{gap}]", items.join(comma))
            }
            3 => {
                let mut items = vec![];
                for _ in 0..least + self.pick(3) {
                    items.push(format!("{}: {}", self.key(), self.flow(depth + 1)));
                }
                format!("{{{gap}{}{gap}}}", items.join(comma))
            }
            _ => self.word(),
        }
    }

    /// A list in brackets with an item on each line.
    fn flow_lines(&mut self, indent: usize) {
        let count = self.pick(4) + 1;
        self.write(" [");
        self.end();
        for at in 0..count {
            self.above(indent + 2);
            let item = self.flow(2);
            let comma = if at + 1 < count || self.pick(2) == 1 { "," } else { "" };
            self.write(&format!("{}{item}{comma}", " ".repeat(indent + 2)));
            self.end();
        }
        self.write(&format!("{}]", " ".repeat(indent)));
        self.end();
    }

    fn prose(&mut self, indent: usize) {
        self.words += 1;
        let style = ["|", "|-", ">-", "|2-"][self.pick(4)];
        let blanks = if style == "|2-" { 2 } else { 2 + self.pick(3) };
        let more = " ".repeat(indent + blanks);
        let word = format!("<w{}>", self.words);
        self.write(&format!(" {style}\n{more}Text {word}\n\n{more}  # no comment {word}\n"));
    }

    /// What stands behind `key:`.
    fn value(&mut self, indent: usize, depth: usize) {
        match if depth > 2 { self.pick(3) } else { self.pick(7) } {
            0 | 1 => {
                let flow = self.flow(0);
                self.write(&format!(" {flow}"));
                self.end();
            }
            2 => self.prose(indent),
            3 => self.flow_lines(indent),
            4 => {
                self.end();
                self.fields(indent + 2, depth + 1);
            }
            style => {
                self.end();
                let indent = if style == 5 { indent } else { indent + 2 };
                for _ in 0..=self.pick(4) {
                    self.above(indent);
                    self.item(indent, depth + 1);
                }
            }
        }
    }

    fn item(&mut self, indent: usize, depth: usize) {
        self.write(&format!("{}- ", " ".repeat(indent)));
        if depth <= 2 && self.pick(3) == 2 {
            for at in 0..=self.pick(3) {
                if at > 0 {
                    self.above(indent + 2);
                    self.write(&" ".repeat(indent + 2));
                }
                self.field(indent + 2, depth);
            }
            return;
        }
        let flow = self.flow(1);
        self.write(&flow);
        self.end();
    }

    fn field(&mut self, indent: usize, depth: usize) {
        let key = self.key();
        self.write(&format!("{key}:"));
        self.value(indent, depth);
    }

    fn fields(&mut self, indent: usize, depth: usize) {
        for _ in 0..=self.pick(4) {
            self.above(indent);
            self.write(&" ".repeat(indent));
            self.field(indent, depth);
        }
    }

    /// Documents, with the kind of line break that was drawn.
    pub(super) fn documents(&mut self) -> String {
        for at in 0..=self.pick(3) {
            if at > 0 {
                self.write("---\n");
            }
            self.anchors = 0;
            self.fields(0, 0);
        }
        let mut text = std::mem::take(&mut self.out);
        // Readers do not agree on the end of a text in block style that ends the file.
        let is_prose = text.rsplit('\n').nth(1).is_some_and(|it| it.contains("# no comment"));
        if self.seldom() && !is_prose && text.trim_end_matches('\n').len() + 1 == text.len() {
            text.pop();
        }
        if self.pick(3) == 2 { text.replace('\n', "\r\n") } else { text }
    }
}
