// Records what the page says over time: status, alerts, announcements and title, each
// change with its time. Kept in the tab's storage, so that it outlasts a reload.
() => {
  if (window !== window.top) return;
  const KEY = "sightline.test.record";
  const keep = (entry) => {
    try {
      const all = JSON.parse(sessionStorage[KEY] ?? "[]");
      all.push({ at: Date.now(), visible: document.visibilityState === "visible", ...entry });
      sessionStorage[KEY] = JSON.stringify(all.slice(-2000));
    } catch {
      // A page without storage has nothing to say.
    }
  };
  const shown = (one) => one.checkVisibility?.() === false ? "" : one.textContent.trim();
  const said = (selector) => [...document.querySelectorAll(selector)].map(shown).filter((text) => text);
  let last = "";
  // Nobody sees what a page says while it goes.
  let gone = false;
  const look = (at) => {
    // Before that it is the file's own title, while the app loads.
    if (gone || !document.querySelector("main")) return;
    const status = document.querySelector("#status");
    const text = status ? shown(status) : "";
    const says = {
      status: text ? [`${status.dataset.state}: ${text}`] : [],
      alert: said("[role=alert]"),
      line: said("[role=status]:not(#status)"),
      title: [document.title],
    };
    const json = JSON.stringify(says);
    if (json === last) return;
    last = json;
    keep({ at, says });
  };
  // After the task: what comes and goes within one is never shown.
  const { port1, port2 } = new MessageChannel();
  let changed = 0;
  port1.onmessage = () => {
    const at = changed;
    changed = 0;
    look(at);
  };
  new MutationObserver(() => {
    if (changed) return;
    // A busy page comes to the look much later.
    changed = Date.now();
    port2.postMessage(null);
  }).observe(document, { attributes: true, characterData: true, childList: true, subtree: true });
  for (const kind of ["click", "keydown", "input", "popstate"]) {
    addEventListener(kind, () => keep({ input: kind }), true);
  }
  document.addEventListener("visibilitychange", () => keep({ input: "visibilitychange" }), true);
  addEventListener("pagehide", () => {
    keep({ input: "pagehide" });
    gone = true;
  }, true);
  addEventListener("pageshow", () => (gone = false), true);
  keep({ input: "load" });
}
