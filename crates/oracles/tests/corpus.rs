//! Every input that was ever worth keeping, tried again: no fuzzer is needed for that.

use std::fs;
use std::path::Path;

#[test]
fn the_stored_corpus_holds() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    for (name, _) in oracles::ALL {
        let files: Vec<_> = fs::read_dir(corpus.join(name)).expect("a corpus").map(|it| it.expect("a file")).collect();
        assert!(!files.is_empty(), "{name} has no corpus");
        for file in files {
            println!("{}", file.path().display());
            oracles::holds(name, &fs::read(file.path()).expect("it can be read"));
        }
    }
}
