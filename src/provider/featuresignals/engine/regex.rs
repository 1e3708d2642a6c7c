//! Go's regular expressions, read by Go's rules and written down for Rust's engine.
//!
//! Both have the same ancestor, so the meaning can be carried over. But each reads things that the
//! other refuses or means otherwise: `a**`, `\Q..\E`, `[a&&b]`, `\d` and `(?x)` are some. So the
//! expression is parsed as `regexp/syntax` of Go does with its Perl flags, and what is written uses
//! nothing but groups, plain classes, repetitions and code points.
//!
//! Greediness and names are left out: they make no difference to whether something matches.

use ::regex::{Regex, RegexBuilder};

use super::{class, escape};

/// The largest number of repetitions, nested ones multiplied.
const REPEATS: u32 = 1000;
/// Go takes expressions of 128 MB when compiled, and nests a thousand deep.
const SIZE: usize = 128 << 20;
const DEPTH: u32 = 1000;

/// Compiles a regular expression of Go; an error is in Go's words.
pub(in crate::provider::featuresignals) fn compile(expression: &str) -> Result<Regex, String> {
    let translated = translate(expression)?;
    RegexBuilder::new(&translated)
        .size_limit(SIZE)
        .nest_limit(DEPTH)
        .build()
        .map_err(|_| "the expression is too large to be checked".to_owned())
}

/// The last thing that a repetition would apply to.
#[derive(Clone, Copy)]
struct Atom {
    /// Where its text ends.
    end: usize,
    /// How often its innermost part is repeated.
    repeats: u32,
}

/// An open group.
struct Group {
    /// The most that anything in it is repeated.
    repeats: u32,
    /// The flags that hold after it.
    flags: Flags,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Flags {
    fold: bool,
    lines: bool,
    dot_all: bool,
}

struct Parser<'e> {
    whole: &'e str,
    rest: &'e str,
    out: String,
    groups: Vec<Group>,
    flags: Flags,
    atom: Option<Atom>,
    /// Whether a repetition has just been read; a second one may not follow.
    repeated: bool,
}

fn translate(expression: &str) -> Result<String, String> {
    let root = Group { repeats: 1, flags: Flags::default() };
    let mut parser = Parser {
        whole: expression,
        rest: expression,
        out: String::new(),
        groups: vec![root],
        flags: Flags::default(),
        atom: None,
        repeated: false,
    };
    while let Some(next) = parser.rest.chars().next() {
        parser.repeated = parser.step(next)? && parser.atom.is_some();
    }
    if parser.groups.len() > 1 {
        return Err(format!("missing closing ): `{expression}`"));
    }
    Ok(parser.out)
}

impl Parser<'_> {
    /// Reads one thing; whether it was a repetition.
    fn step(&mut self, next: char) -> Result<bool, String> {
        match next {
            '(' if self.rest.starts_with("(?") => self.flags_or_group()?,
            '(' => self.open(1),
            '|' => {
                self.take(1);
                self.out.push('|');
                self.atom = None;
            }
            ')' => self.close()?,
            '^' => self.assertion(1, if self.flags.lines { "(?m:^)" } else { r"\A" }),
            '$' => self.assertion(1, if self.flags.lines { "(?m:$)" } else { r"\z" }),
            '.' => self.assertion(1, if self.flags.dot_all { "(?s:.)" } else { r"[^\n]" }),
            '[' => {
                let (written, rest) = class::parse(self.rest)?;
                self.rest = rest;
                self.atom(&written);
            }
            '*' | '+' | '?' => {
                self.repeat(1, &next.to_string(), None)?;
                return Ok(true);
            }
            '{' => return self.braces(),
            '\\' => self.backslash()?,
            _ => {
                self.take(next.len_utf8());
                self.literal(next);
            }
        }
        Ok(false)
    }

    fn take(&mut self, bytes: usize) {
        self.rest = &self.rest[bytes..];
    }

    /// Writes something that a repetition may follow.
    fn atom(&mut self, written: &str) {
        self.out.push_str(written);
        self.atom = Some(Atom { end: self.out.len(), repeats: 1 });
    }

    fn assertion(&mut self, bytes: usize, written: &str) {
        self.take(bytes);
        self.atom(written);
    }

    fn literal(&mut self, character: char) {
        self.atom(&escape::code_point(u32::from(character)));
    }

    fn open(&mut self, bytes: usize) {
        self.take(bytes);
        self.groups.push(Group { repeats: 1, flags: self.flags });
        self.out.push_str("(?:");
        self.atom = None;
    }

    fn close(&mut self) -> Result<(), String> {
        if self.groups.len() == 1 {
            return Err(format!("unexpected ): `{}`", self.whole));
        }
        self.take(1);
        self.out.push(')');
        if let Some(group) = self.groups.pop() {
            self.flags = group.flags;
            self.atom = Some(Atom { end: self.out.len(), repeats: group.repeats });
            self.note(group.repeats);
        }
        Ok(())
    }

    /// The innermost open group holds something that is repeated so often.
    fn note(&mut self, repeats: u32) {
        if let Some(group) = self.groups.last_mut() {
            group.repeats = group.repeats.max(repeats);
        }
    }

    /// `(?P<name>`, `(?i)` and `(?i:`.
    fn flags_or_group(&mut self) -> Result<(), String> {
        for start in ["(?P<", "(?<"] {
            if let Some(name) = self.rest.strip_prefix(start).filter(|name| !name.is_empty()) {
                let (name, _) = name
                    .split_once('>')
                    .ok_or_else(|| format!("invalid named capture: `{}`", self.rest))?;
                let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
                if name.is_empty() || !name.bytes().all(word) {
                    return Err(format!("invalid named capture: `{start}{name}>`"));
                }
                self.open(start.len() + name.len() + 1);
                return Ok(());
            }
        }
        let mut flags = self.flags;
        let (mut on, mut any) = (true, false);
        for (at, letter) in self.rest.char_indices().skip(2) {
            match letter {
                'i' => flags.fold = on,
                'm' => flags.lines = on,
                's' => flags.dot_all = on,
                'U' => {}
                '-' if on => {
                    (on, any) = (false, false);
                    continue;
                }
                ':' | ')' if on || any => {
                    self.set_flags(at + 1, letter == ':', flags);
                    return Ok(());
                }
                _ => {
                    let read = &self.rest[..at + letter.len_utf8()];
                    return Err(format!("invalid or unsupported Perl syntax: `{read}`"));
                }
            }
            any = true;
        }
        Err(format!("invalid or unsupported Perl syntax: `{}`", self.rest))
    }

    /// Ends the reading of flags, which hold in a new group or in the rest of this one.
    fn set_flags(&mut self, bytes: usize, opens: bool, flags: Flags) {
        let atom = self.atom;
        if opens {
            self.open(bytes);
        } else {
            self.take(bytes);
        }
        if flags.fold != self.flags.fold {
            self.out.push_str(if flags.fold { "(?i)" } else { "(?-i)" });
        }
        self.flags = flags;
        // A repetition that follows `(?i)` applies to what stands before it.
        if !opens {
            self.atom = atom;
        }
    }

    /// Applies a repetition, whose operator is so many bytes long, to the last atom.
    fn repeat(
        &mut self,
        bytes: usize,
        operator: &str,
        counts: Option<(u32, Option<u32>)>,
    ) -> Result<(), String> {
        let read = &self.rest[..bytes];
        if self.repeated {
            return Err(format!("invalid nested repetition operator: `{read}`"));
        }
        let missing = || format!("missing argument to repetition operator: `{read}`");
        let mut atom = self.atom.ok_or_else(missing)?;
        if let Some((least, most)) = counts {
            let times = most.unwrap_or(least);
            let product = times.saturating_mul(atom.repeats);
            if times > 1 && product > REPEATS {
                return Err(format!("invalid repeat count: `{read}`"));
            }
            atom.repeats = if times == 0 { 1 } else { product };
        }
        self.out.insert_str(atom.end, operator);
        atom.end += operator.len();
        self.atom = Some(atom);
        self.note(atom.repeats);
        self.take(bytes);
        // `*?` is as good as `*` here.
        self.rest = self.rest.strip_prefix('?').unwrap_or(self.rest);
        Ok(())
    }

    /// `{2}`, `{2,}` and `{2,3}`; any other brace is a character.
    fn braces(&mut self) -> Result<bool, String> {
        let Some((inside, _)) = self.rest[1..].split_once('}') else {
            return Ok(self.brace());
        };
        let (least, most) = match inside.split_once(',') {
            None => (count(inside), count(inside).map(Some)),
            Some((least, "")) => (count(least), Some(None)),
            Some((least, most)) => (count(least), count(most).map(Some)),
        };
        let (Some(least), Some(most)) = (least, most) else {
            return Ok(self.brace());
        };
        let bytes = inside.len() + 2;
        if least > REPEATS || most.is_some_and(|most| most > REPEATS || most < least) {
            return Err(format!("invalid repeat count: `{}`", &self.rest[..bytes]));
        }
        let operator = self.rest[..bytes].to_owned();
        self.repeat(bytes, &operator, Some((least, most)))?;
        Ok(true)
    }

    fn brace(&mut self) -> bool {
        self.take(1);
        self.literal('{');
        false
    }

    fn backslash(&mut self) -> Result<(), String> {
        match self.rest.as_bytes().get(1) {
            Some(b'A') => self.assertion(2, r"\A"),
            Some(b'z') => self.assertion(2, r"\z"),
            Some(b'b') => self.assertion(2, r"(?-u:\b)"),
            Some(b'B') => self.assertion(2, r"(?-u:\B)"),
            Some(b'Q') => {
                let (literal, rest) =
                    self.rest[2..].split_once(r"\E").unwrap_or((&self.rest[2..], ""));
                self.rest = rest;
                for character in literal.chars() {
                    self.literal(character);
                }
            }
            _ => {
                if let Some((written, rest)) = escape::class(self.rest)? {
                    self.rest = rest;
                    self.atom(&format!("[{written}]"));
                } else {
                    let (character, rest) = escape::character(self.rest)?;
                    self.rest = rest;
                    self.atom(&escape::code_point(character));
                }
            }
        }
        Ok(())
    }
}

/// A count of a repetition: digits without a zero in front.
fn count(digits: &str) -> Option<u32> {
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let leading_zero = digits.len() > 1 && digits.starts_with('0');
    (plain && !leading_zero).then(|| digits.parse().unwrap_or(u32::MAX))
}
