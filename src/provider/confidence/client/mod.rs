//! The requests to Confidence. No decisions are made here, except how to be sure that a write was
//! done.

mod lists;
mod reader;
mod rules;
mod sign_in;
mod writer;

pub use reader::ConfidenceReader;
pub use writer::ConfidenceWriter;

use super::wire::ErrorBody;

/// What an error's body says, in one line.
fn explain(body: &str) -> Option<String> {
    serde_json::from_str::<ErrorBody>(body).ok()?.said()
}

#[cfg(test)]
mod tests {
    use super::explain;

    #[test]
    fn every_shape_of_an_error_is_read() {
        for body in [
            r#"{"code": 9, "message": "no", "details": []}"#,
            r#"{"code": 9, "message": "no", "status": "FAILED_PRECONDITION"}"#,
            r#"{"error": {"code": 400, "message": "no", "status": "FAILED_PRECONDITION"}}"#,
        ] {
            assert_eq!(explain(body).as_deref(), Some("no"), "{body}");
        }
        for body in ["", "<html>", "{}", r#"{"message": ""}"#, "[]"] {
            assert_eq!(explain(body), None, "{body}");
        }
    }
}
