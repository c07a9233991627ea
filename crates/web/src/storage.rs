//! What a tab remembers over a reload.

/// The tab's `sessionStorage`. Where a browser forbids it, it remembers nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct SessionStorage;

impl SessionStorage {
    /// What was kept under `key`.
    #[must_use]
    pub fn get(self, key: &str) -> Option<String> {
        storage()?.get_item(key).ok()?
    }

    /// Keeps `value` under `key`. Returns whether it is kept.
    pub fn set(self, key: &str, value: &str) -> bool {
        storage().is_some_and(|storage| storage.set_item(key, value).is_ok())
    }
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.session_storage().ok()?
}
