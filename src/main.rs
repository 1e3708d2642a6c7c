//! The `segctl` program.

fn main() {}
