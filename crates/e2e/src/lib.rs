//! Real browsers against the real relay.
