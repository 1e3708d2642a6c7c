//! The vendors' own clients against the sandbox: what they are written for, it has to answer.

mod configcat;
