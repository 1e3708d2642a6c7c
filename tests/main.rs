//! All integration tests, in one binary.
#![cfg(unix)]

mod support;

#[test]
fn comes_up() {
    use support::servers::{Version, unleash};
    let t = std::time::Instant::now();
    let b = std::thread::spawn(|| unleash(Version::V6_10_1));
    let a = unleash(Version::V8_2_0);
    let b = b.join().unwrap();
    eprintln!("{a:?} {b:?} {:?}", t.elapsed());
    if std::env::var("HANG").is_ok() {
        std::thread::sleep(std::time::Duration::from_secs(1000));
    }
}
