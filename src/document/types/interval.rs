//! A span of time, as people write one: `30s`, `5m`, `1h`.

use std::str::FromStr;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

/// A whole number of seconds, minutes or hours, of one second at least.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(try_from = "String")]
#[schemars(with = "String", extend("pattern" = "^[1-9][0-9]{0,5}[smh]$"), example = &"5m")]
pub struct Interval(Duration);

impl Interval {
    /// The time.
    pub fn duration(self) -> Duration {
        self.0
    }
}

impl FromStr for Interval {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no span of time: write it as `30s`, `5m` or `1h`");
        let (number, unit) =
            text.split_at_checked(text.len().saturating_sub(1)).ok_or_else(wrong)?;
        let seconds = match unit {
            "s" => 1,
            "m" => 60,
            "h" => 3600,
            _ => return Err(wrong()),
        };
        let number: u32 = number.parse().map_err(|_| wrong())?;
        if number == 0 || number > 999_999 {
            return Err(wrong());
        }
        Ok(Self(Duration::from_secs(u64::from(number) * seconds)))
    }
}

impl TryFrom<String> for Interval {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_write() {
        let seconds = |text: &str| text.parse::<Interval>().map(|it| it.duration().as_secs());
        assert_eq!(seconds("30s"), Ok(30));
        assert_eq!(seconds("5m"), Ok(300));
        assert_eq!(seconds("1h"), Ok(3600));
        for wrong in ["", "s", "5", "0s", "-1s", "1.5h", "1d", "1000000s", "5 m", "é"] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
    }
}
