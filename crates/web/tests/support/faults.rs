//! What went wrong in the page behind the test's back: a panic in a task or a listener
//! is an error of the window, and a test would not notice.

use super::Handle;

/// Counts errors that nobody has handled. Dropping it fails the test if there are any.
pub(crate) struct Faults(Handle);

impl Faults {
    pub(crate) fn new() -> Self {
        Self(Handle::new(
            "(() => {
                const seen = [];
                const note = (event) => { seen.push(String(event.message ?? event.reason)); };
                const kinds = ['error', 'unhandledrejection'];
                kinds.forEach((kind) => window.addEventListener(kind, note));
                return {
                    seen: () => seen.join('; '),
                    restore: () => kinds.forEach((kind) => window.removeEventListener(kind, note)),
                };
            })()",
        ))
    }

    /// What they say; empty where there are none.
    pub(crate) fn seen(&self) -> String {
        self.0.call("seen", &[]).as_string().expect("it is a text")
    }
}

impl Drop for Faults {
    fn drop(&mut self) {
        self.0.call("restore", &[]);
        assert_eq!(self.seen(), "", "the page had errors that nobody handled");
    }
}
