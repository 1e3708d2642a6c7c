//! Who sends a request, and what the role allows.

use rusqlite::{Connection, OptionalExtension as _};

use super::refusal::Refusal;
use super::{World, clock};
use crate::sandbox::exchange::Asked;

/// A known access token.
pub(super) struct Caller {
    pub(super) token: String,
    pub(super) user: String,
    pub(super) role: String,
}

/// A token that was issued once.
pub(super) struct Held {
    /// Whether it is good for new tokens, and for nothing else.
    pub(super) refreshes: bool,
    pub(super) user: String,
    pub(super) role: String,
    expires_at: i64,
    revoked: bool,
}

impl Held {
    pub(super) fn has_expired(&self) -> bool {
        self.expires_at <= clock::now()
    }
}

/// The token, if it was ever issued.
pub(super) fn find(db: &Connection, token: &str) -> rusqlite::Result<Option<Held>> {
    let mut statement = db.prepare_cached("SELECT * FROM tokens WHERE token = ?1")?;
    let held = statement.query_row([token], |row| {
        Ok(Held {
            refreshes: row.get("refreshes")?,
            user: row.get("user")?,
            role: row.get("role")?,
            expires_at: row.get("expires_at")?,
            revoked: row.get("revoked")?,
        })
    });
    held.optional()
}

impl World {
    /// Who sends the request. A key of the evaluation API is no header of this one.
    pub(super) fn caller(&self, asked: &Asked<'_>) -> Result<Caller, Refusal> {
        let refused = |message: &str| Refusal::new(401, message);
        let header = asked.header("authorization").filter(|it| !it.is_empty());
        let header = header.ok_or_else(|| refused("missing authorization header"))?;
        let token = header.strip_prefix("Bearer ").filter(|it| !it.contains(' '));
        let token = token.ok_or_else(|| refused("invalid authorization format"))?;
        let held = self.store.read(|tx| find(tx, token))?.filter(|held| !held.refreshes);
        let held = held.ok_or_else(|| refused("invalid or expired token"))?;
        if held.has_expired() || self.is_used_up(token) {
            return Err(refused("token_expired"));
        }
        if held.revoked {
            return Err(refused("token has been revoked"));
        }
        Ok(Caller { token: token.to_owned(), user: held.user, role: held.role })
    }
}

impl Caller {
    /// Segments and the states of flags are written by everybody but viewers.
    pub(super) fn check_writer(&self) -> Result<(), Refusal> {
        if self.role == "viewer" { Err(Refusal::may_not()) } else { Ok(()) }
    }

    /// A developer needs a permission of that name in the environment; without a row there is none.
    pub(super) fn check_permission(
        &self,
        db: &Connection,
        environment: &str,
        (column, verb): (&str, &str),
    ) -> Result<(), Refusal> {
        if self.role != "developer" {
            return Ok(());
        }
        let sql = format!("SELECT {column} FROM permissions WHERE user = ?1 AND environment = ?2");
        let mut statement = db.prepare_cached(&sql)?;
        let allowed =
            statement.query_row([&self.user, environment], |row| row.get(0)).optional()?;
        if allowed.unwrap_or(false) {
            return Ok(());
        }
        let message = format!("you do not have permission to {verb} in this environment");
        Err(Refusal::new(403, &message))
    }
}
