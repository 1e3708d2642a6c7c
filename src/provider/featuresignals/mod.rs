//! `FeatureSignals`.

mod engine;
