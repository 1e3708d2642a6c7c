//! segctl keeps the audience segments of a feature-flag system equal to YAML files in Git.
//!
//! The folders are the pipeline, and the crate can be read in its order:
//!
//! ```text
//! files  ─ source ─▶ text ─ document, workspace ─▶ targets ─ desired ─▶ desired ─┐
//!                                                                               ├─ plan
//! server ─ provider::Reader ─▶ live ────────────────────────────────────────────┘   │
//!                                                                                   ▼
//! server ◀─ provider::Writer ─────────────────────────────────────────────────── apply
//! ```
//!
//! 1. [`source`] finds and reads files; [`document`] turns their text into typed documents, and
//!    [`workspace`] says what each target takes of them. [`load`] drives the three. All that is
//!    wrong becomes a [`diagnostic`], many at once.
//!    [`format`](mod@format) puts documents into canonical form, text to text, and nothing below
//!    needs it.
//!    [`policy`] is what a workspace forbids beyond that, and what comments take out again.
//! 2. [`desired`] is what a target should hold, in the vendor's words and in canonical form.
//! 3. [`live`] is what a target does hold, read through a [`provider`] into the same form.
//! 4. [`plan`] compares the two. It is pure: what cannot be done is a step too, refused with its
//!    reason. [`reconcile`] is steps 2 to 4 for one target.
//! 5. [`apply`] carries a plan out and reads again what it touched. Nothing else can write.
//! 6. [`import`] goes the other way, from live to documents, and is pure too; `edit` changes what is
//!    written already, and moves nothing else.
//! 7. [`report`] makes text or JSON of all this, and [`cli`] prints it.
//!
//! [`watch`] says when to do it again. [`sandbox`] is an embedded server, for trying things out and for tests. `ARCHITECTURE.md` says
//! what must never be where, and which test would notice.
//!
//! A document can be read offline, without a workspace:
//!
//! ```
//! use segctl::document::parse;
//! use segctl::source::Files;
//!
//! let mut files = Files::default();
//! let file = files.add("segments/beta.yaml", "kind: Segment\nkind: Attachment\n");
//! let mut diagnostics = vec![];
//! parse(file, &files.get(file).text, &mut diagnostics);
//!
//! let found = &diagnostics[0];
//! assert_eq!(found.code.name(), "duplicate-key");
//! assert_eq!(files.position(found.labels[0].span).line, 2);
//! ```

pub mod apply;
pub mod cli;
pub mod desired;
pub mod diagnostic;
pub mod document;
mod edit;
pub mod format;
pub mod import;
pub mod live;
pub mod load;
mod parallel;
pub mod plan;
pub mod policy;
pub mod provider;
pub mod reconcile;
pub mod report;
pub mod sandbox;
pub mod saved;
pub mod source;
pub mod watch;
pub mod workspace;
