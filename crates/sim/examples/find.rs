//! Plays the first so many seeds, and says where something did not hold; for `cargo xtask planted`.

fn main() {
    let seeds = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(1_u64);
    match (0..seeds).find_map(|seed| sim::run(seed).err()) {
        Some(failed) => println!("seed {}, step {}: {}", failed.seed, failed.step, failed.violation),
        None => println!("nothing in {seeds} seeds"),
    }
}
