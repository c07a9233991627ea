//! What all benchmarks need: percentiles, the machine, the document.

pub(crate) mod document;
pub(crate) mod machine;
pub(crate) mod options;
pub(crate) mod stats;
