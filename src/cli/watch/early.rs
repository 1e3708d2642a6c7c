//! Looks at live systems that begin while the documents are still being read.
//!
//! Of 10,000 documents, understanding them takes longer than reading them: a look that begins
//! between the two is there when the documents are.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use tokio::task::JoinHandle;

use crate::live::{Live, Scope};
use crate::provider::{Failure, Reader, Requests};

/// The looks that have begun, by the name of the target.
#[derive(Debug, Default)]
pub(super) struct Early(Mutex<BTreeMap<String, Look>>);

/// A look that has begun.
#[derive(Debug)]
pub(super) struct Look {
    scope: Scope,
    /// The requests that were sent before it.
    pub(super) before: Requests,
    reading: JoinHandle<Result<Live, Failure>>,
}

impl Early {
    /// Begins to look at the target `name`, unless it has begun.
    pub(super) fn begin<R: Reader + 'static>(&self, name: &str, scope: Scope, reader: R) {
        let mut looks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        looks.entry(name.to_owned()).or_insert_with(|| {
            let before = reader.requests();
            let what = scope.clone();
            let reading = tokio::spawn(async move { Live::read(&reader, &what).await });
            Look { scope, before, reading }
        });
    }

    /// The look at the target `name`, where it sees all that `scope` asks for and no more.
    pub(super) fn take(&self, name: &str, scope: &Scope) -> Option<Look> {
        let look = self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(name)?;
        if look.scope == *scope {
            return Some(look);
        }
        look.reading.abort();
        None
    }

    /// Ends the look at the target `name`, which nobody takes.
    pub(super) fn forget(&self, name: &str) {
        let look = self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
        if let Some(look) = look {
            look.reading.abort();
        }
    }

    /// Ends the looks that nobody takes.
    pub(super) fn end(&self) {
        let looks = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        for look in looks.into_values() {
            look.reading.abort();
        }
    }
}

impl Look {
    /// What was seen; none where the look was ended before.
    pub(super) async fn seen(self) -> Option<Result<Live, Failure>> {
        self.reading.await.ok()
    }
}
