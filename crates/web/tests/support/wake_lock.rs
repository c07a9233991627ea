//! The browser's screen wake lock.

use super::Handle;

/// Stands in for `navigator.wakeLock`. It gives what it is asked for until it is told otherwise.
pub(crate) struct WakeLock(Handle);

impl WakeLock {
    pub(crate) fn new() -> Self {
        Self(Handle::new(
            "(() => {
                const given = [];
                const open = [];
                let asked = 0;
                let holds = false;
                const give = () => {
                    const sentinel = { released: false };
                    sentinel.release = async () => { sentinel.released = true; };
                    given.push(sentinel);
                    return sentinel;
                };
                const request = async (kind) => {
                    if (kind !== 'screen') throw new TypeError(kind);
                    asked += 1;
                    return holds ? new Promise((yes) => open.push(() => yes(give()))) : give();
                };
                const value = { request };
                Object.defineProperty(navigator, 'wakeLock', { value, configurable: true });
                return {
                    asked: () => asked,
                    held: () => given.filter((sentinel) => !sentinel.released).length,
                    hold: () => { holds = true; },
                    give: () => { holds = false; open.splice(0).forEach((yes) => yes()); },
                    // As when the page is hidden.
                    lose: () => given.forEach((sentinel) => { sentinel.released = true; }),
                    restore: () => { delete navigator.wakeLock; },
                };
            })()",
        ))
    }

    /// How often it was asked for.
    pub(crate) fn asked(&self) -> u32 {
        self.0.count("asked")
    }

    /// How many locks are held.
    pub(crate) fn held(&self) -> u32 {
        self.0.count("held")
    }

    /// Keeps requests waiting from now on.
    pub(crate) fn hold(&self) {
        self.0.call("hold", &[]);
    }

    /// Gives what waits, and whatever is asked for from now on.
    pub(crate) fn give(&self) {
        self.0.call("give", &[]);
    }

    /// Takes all locks away, as browsers do when a page is hidden.
    pub(crate) fn lose(&self) {
        self.0.call("lose", &[]);
    }
}

impl Drop for WakeLock {
    fn drop(&mut self) {
        self.0.call("restore", &[]);
    }
}
