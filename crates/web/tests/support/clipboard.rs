//! The clipboard, as browsers have it and as they don't.

use super::Handle;

/// Stands in for `navigator.clipboard`.
pub(crate) struct Clipboard(Handle);

impl Clipboard {
    /// One that takes texts.
    pub(crate) fn working() -> Self {
        Self::is("({ async writeText(text) { copied = text; } })")
    }

    /// One that is not allowed to.
    pub(crate) fn refusing() -> Self {
        Self::is("({ async writeText() { throw new DOMException('no', 'NotAllowedError'); } })")
    }

    /// None, as on a page that is not secure.
    pub(crate) fn absent() -> Self {
        Self::is("undefined")
    }

    fn is(value: &str) -> Self {
        Self(Handle::new(&format!(
            "(() => {{
                let copied;
                const value = {value};
                Object.defineProperty(navigator, 'clipboard', {{ value, configurable: true }});
                return {{
                    text: () => copied,
                    restore: () => {{ delete navigator.clipboard; }},
                }};
            }})()"
        )))
    }

    /// What was copied last.
    pub(crate) fn text(&self) -> Option<String> {
        self.0.call("text", &[]).as_string()
    }
}

impl Drop for Clipboard {
    fn drop(&mut self) {
        self.0.call("restore", &[]);
    }
}
