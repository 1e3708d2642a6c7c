//! A fault as people write it on a command line: `REQUESTS:SKIP:WHAT`.

use std::str::FromStr;

use super::faults::{Fault, FaultKind, Matching};

/// The body of an answer that no endpoint gave, as Unleash shapes its errors.
const JSON_BODY: &str =
    r#"{"name":"SandboxFault","message":"made up by --fault","details":[{"message":"made up"}]}"#;
/// What a proxy in front of a server says.
const HTML_BODY: &str = "<html><body><h1>made up by --fault</h1></body></html>";

impl FromStr for Fault {
    type Err = String;

    /// `write:3:cut-after`, `any:0x:429,retry-after=2`, `GET /api/admin/segments:1x2:truncated`.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = text.rsplitn(3, ':');
        let (Some(what), Some(skip), Some(requests)) = (parts.next(), parts.next(), parts.next())
        else {
            return Err("it is written REQUESTS:SKIP:WHAT, such as write:3:cut-after".to_owned());
        };
        let (after, times) = counts(skip)?;
        Ok(Self { on: matching(requests)?, after, kind: kind(what)?, times })
    }
}

fn matching(text: &str) -> Result<Matching, String> {
    match text {
        "any" => Ok(Matching::AnyRequest),
        "read" => Ok(Matching::AnyRead),
        "write" => Ok(Matching::AnyWrite),
        _ => match text.split_once(' ') {
            Some((method, path)) if path.starts_with('/') => {
                Ok(Matching::Request { method: method.to_uppercase(), path: path.to_owned() })
            }
            _ => Err(format!(
                "`{text}` names no requests: any, read, write, or such as \"POST /api/admin/segments\""
            )),
        },
    }
}

/// `3`: one, after three have passed; `3x2`: two; `3x`: all from then on.
fn counts(text: &str) -> Result<(usize, usize), String> {
    let number = |it: &str| {
        it.parse::<usize>().map_err(|_| format!("`{it}` is no number of requests: 3, 3x2 or 3x"))
    };
    match text.split_once('x') {
        None => Ok((number(text)?, 1)),
        Some((after, "")) => Ok((number(after)?, usize::MAX)),
        Some((after, times)) => Ok((number(after)?, number(times)?)),
    }
}

fn kind(text: &str) -> Result<FaultKind, String> {
    let known = "cut-before, cut-after, truncated, late=MILLISECONDS, or a status such as 500, \
                 502,html or 429,retry-after=60";
    let unknown = || format!("`{text}` is nothing that can happen: {known}");
    match text {
        "cut-before" => return Ok(FaultKind::CutBefore),
        "cut-after" => return Ok(FaultKind::CutAfter),
        "truncated" => return Ok(FaultKind::Truncated),
        _ => {}
    }
    if let Some(late) = text.strip_prefix("late=") {
        return late.parse().map(FaultKind::Late).map_err(|_| unknown());
    }
    let mut words = text.split(',');
    let code: u16 = words.next().and_then(|it| it.parse().ok()).ok_or_else(unknown)?;
    if !(200..600).contains(&code) {
        return Err(unknown());
    }
    let (mut retry_after, mut body) = (None, JSON_BODY);
    for word in words {
        match word.split_once('=') {
            None if word == "html" => body = HTML_BODY,
            Some(("retry-after", seconds)) => {
                retry_after = Some(seconds.parse().map_err(|_| unknown())?);
            }
            _ => return Err(unknown()),
        }
    }
    Ok(FaultKind::Status { code, retry_after, body: body.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::{Fault, FaultKind, HTML_BODY, JSON_BODY, Matching};

    fn read(text: &str) -> Fault {
        text.parse().unwrap_or_else(|problem| panic!("{text}: {problem}"))
    }

    #[test]
    fn says_which_requests_how_many_and_what() {
        let cut = read("write:3:cut-after");
        let expected =
            Fault { on: Matching::AnyWrite, after: 3, kind: FaultKind::CutAfter, times: 1 };
        assert_eq!(cut, expected);
        let list = read("get /api/admin/segments:0x2:truncated");
        let on = Matching::Request { method: "GET".into(), path: "/api/admin/segments".into() };
        assert_eq!((list.on, list.times, list.kind), (on, 2, FaultKind::Truncated));
        assert_eq!(read("any:0x:late=250").times, usize::MAX);
    }

    #[test]
    fn a_status_may_say_when_to_come_back_and_be_a_page() {
        let status = |code, retry_after, body: &str| FaultKind::Status {
            code,
            retry_after,
            body: body.to_owned(),
        };
        assert_eq!(read("any:0:429,retry-after=60").kind, status(429, Some(60), JSON_BODY));
        assert_eq!(read("any:0:502,html").kind, status(502, None, HTML_BODY));
    }

    #[test]
    fn anything_else_is_an_error() {
        for text in [
            "",
            "write:3",
            "some:3:500",
            "write:a:500",
            "write:1xb:500",
            "write:1:7",
            "write:1:500,json",
            "write:1:late=",
            "write:1:cut",
            "GET:1:500",
        ] {
            assert!(text.parse::<Fault>().is_err(), "{text}");
        }
    }
}
