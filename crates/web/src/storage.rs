//! What a tab, or the browser, remembers of a page.

/// A memory for short texts. Where a browser forbids it, it remembers nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Storage {
    /// `sessionStorage`: the tab's own, over its reloads.
    Tab,
    /// `localStorage`: common to all pages of this origin, and kept.
    Browser,
}

impl Storage {
    /// What was kept under `key`.
    #[must_use]
    pub fn get(self, key: &str) -> Option<String> {
        self.find()?.get_item(key).ok()?
    }

    /// What was kept under `key`, and is not any more.
    #[must_use]
    pub fn take(self, key: &str) -> Option<String> {
        let value = self.get(key)?;
        // Where this fails, so does everything.
        let _ = self.find()?.remove_item(key);
        Some(value)
    }

    /// Keeps `value` under `key`. Returns whether it is kept.
    pub fn set(self, key: &str, value: &str) -> bool {
        self.find().is_some_and(|storage| storage.set_item(key, value).is_ok())
    }

    fn find(self) -> Option<web_sys::Storage> {
        let window = web_sys::window()?;
        match self {
            Self::Tab => window.session_storage().ok()?,
            Self::Browser => window.local_storage().ok()?,
        }
    }
}
