//! `cargo xtask`: set-up, run, test, bench and checks.
fn main() {}
