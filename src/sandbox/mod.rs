//! An embedded server that speaks the vendors' admin APIs over durable storage.
