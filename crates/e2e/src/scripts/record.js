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
  // What the page says now, since when each place says it, and whether it is about to be noted.
  let next = "";
  let before = {};
  const since = {};
  let due = false;
  // Nobody sees what a page says while it goes.
  let gone = false;
  const look = () => {
    // Before that it is the file's own title, while the app loads.
    if (gone || !document.querySelector("main")) return;
    const status = document.querySelector("#status");
    const text = status ? shown(status) : "";
    const places = {
      status: text ? [`${status.dataset.state}: ${text}`] : [],
      alert: said("[role=alert]"),
      line: said("[role=status]:not(#status)"),
      title: [document.title],
    };
    // A busy page comes late to the noting: then several places have changed, not at once.
    for (const [place, texts] of Object.entries(places)) {
      const text = texts.join("\n");
      if (text !== before[place]) [before[place], since[place]] = [text, Date.now()];
    }
    next = JSON.stringify(places);
    if (next !== last && !due) port2.postMessage(due = true);
  };
  // After the task: what comes and goes within one is never shown.
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    due = false;
    if (gone || next === last) return;
    last = next;
    keep({ at: Math.max(...Object.values(since)), since, says: JSON.parse(next) });
  };
  new MutationObserver(look).observe(document, {
    attributes: true, characterData: true, childList: true, subtree: true,
  });
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
