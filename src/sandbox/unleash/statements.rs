//! Statements of the real server's database, which its error messages quote word by word.

use super::errors::Refusal;
use super::segment_draft::Draft;

const RETURNING: &str = "returning \"id\", \"name\", \"description\", \"segment_project_id\", \
                         \"created_by\", \"created_at\", \"constraints\"";

/// The insert of the real server, as its error messages quote it.
pub(super) fn insert(draft: &Draft) -> String {
    let mut place = 2;
    let mut next = |given: bool| {
        if !given {
            return "DEFAULT".to_owned();
        }
        place += 1;
        format!("${place}")
    };
    let (description, id) = (next(draft.has_description), next(draft.id.is_some()));
    let (name, project) = (next(true), next(true));
    format!(
        "insert into \"segments\" (\"constraints\", \"created_by\", \"description\", \"id\", \
         \"name\", \"segment_project_id\") values ($1, $2, {description}, {id}, {name}, {project}) \
         {RETURNING}"
    )
}

/// The update of the real server, as its error messages quote it.
pub(super) fn update(draft: &Draft) -> String {
    let mut columns = vec!["name", "segment_project_id", "constraints"];
    if draft.has_description {
        columns.insert(1, "description");
    }
    let set: Vec<String> =
        columns.iter().zip(1..).map(|(column, n)| format!("\"{column}\" = ${n}")).collect();
    let last = set.len() + 1;
    format!("update \"segments\" set {} where \"id\" = ${last} {RETURNING}", set.join(", "))
}

/// Observed: `PostgreSQL` stores no NUL, neither in text nor in JSON.
pub(super) fn check_storable(draft: &Draft, statement: &str) -> Result<(), Refusal> {
    let problem = if draft.description.as_ref().is_some_and(|text| text.contains('\0')) {
        "invalid byte sequence for encoding \"UTF8\": 0x00"
    } else if draft.constraints_json().contains("\\u0000") {
        "unsupported Unicode escape sequence"
    } else {
        return Ok(());
    };
    Err(Refusal::unknown(&format!("{statement} - {problem}")))
}
