// The browser's cameras under a test's hand. The streams that it gives are real ones;
// it counts them, so that a test sees whether all were switched off.
(() => {
  // A test that failed has put nothing back.
  delete navigator.permissions;
  delete navigator.mediaDevices;
  // A page that a test left when it failed may still have its room.
  navigator.locks?.query().then(({ held }) => held.forEach(({ name }) =>
    navigator.locks.request(name, { steal: true }, () => {}).catch(() => {})));
  // What the person switched off in the test before.
  sessionStorage.removeItem("sightline.off");
  const devices = navigator.mediaDevices;
  delete devices.getUserMedia;
  delete devices.enumerateDevices;
  const real = devices.getUserMedia.bind(devices);
  const asked = [];
  const given = [];
  const open = [];
  // What is plugged in, by kind: names in the order in which a browser prefers them.
  const plugged = { video: ["camera-1"], audio: ["microphone-1"] };
  // Whether the browser names them to the page.
  let named = true;
  // What the browser says about the permissions.
  let answering = Promise.resolve();
  let answerNow = () => {};
  let permissions = { camera: "granted", microphone: "granted" };
  // Which way a camera looks; null for one that doesn't say.
  let facings = {};
  Object.defineProperty(navigator, "permissions", {
    value: {
      query: async ({ name }) => {
        await answering;
        return { state: permissions[name] };
      },
    },
    configurable: true,
  });
  const give = async (wanted) => {
    const stream = await real(wanted);
    given.push(stream);
    // A copy has tracks of its own, which keep the camera on.
    stream.clone = () => {
      const copy = MediaStream.prototype.clone.call(stream);
      given.push(copy);
      return copy;
    };
    stream.getTracks().forEach((track) => {
      const asked = wanted[track.kind]?.deviceId?.ideal;
      const there = plugged[track.kind];
      const facing = wanted[track.kind]?.facingMode?.ideal;
      const facingOne = there.find((name) => facing && facings[name] === facing);
      const deviceId = there.includes(asked) ? asked : facingOne ?? there[0];
      track.getSettings = () => ({ deviceId, facingMode: facings[deviceId] });
      track.clone = () => {
        const copy = MediaStreamTrack.prototype.clone.call(track);
        given.push(new MediaStream([copy]));
        return copy;
      };
      // Firefox hands a track's events that a script makes only to who asks for such.
      track.addEventListener = (kind, listener, options) =>
        EventTarget.prototype.addEventListener.call(track, kind, listener, options, true);
    });
    return stream;
  };
  const missing = (wanted) => ["video", "audio"].some((kind) => wanted[kind] && !plugged[kind].length);
  const exception = (name) => new DOMException("as the test wants it", name);
  let answer = give;
  devices.getUserMedia = (wanted) => {
    asked.push(wanted);
    return missing(wanted) ? Promise.reject(exception("NotFoundError")) : answer(wanted);
  };
  devices.enumerateDevices = async () => ["video", "audio"].flatMap((kind) =>
    plugged[kind].map((deviceId) => ({ kind: `${kind}input`, deviceId: named ? deviceId : "" })));
  const tracks = () => given.flatMap((stream) => stream.getTracks());
  const end = (kind) => tracks().filter((track) => track.kind === kind && track.readyState === "live")
    .forEach((track) => {
      track.stop();
      track.dispatchEvent(new Event("ended"));
    });
  return {
    give: () => {
      answer = give;
      permissions = { camera: "granted", microphone: "granted" };
      for (const [kind, name] of [["video", "camera-1"], ["audio", "microphone-1"]]) {
        if (!plugged[kind].length) plugged[kind].push(name);
      }
    },
    hold: () => {
      answer = (wanted) => new Promise((yes, no) => { open.push({ wanted, yes, no }); });
    },
    allowAll: () => open.splice(0).forEach(({ wanted, yes }) => yes(give(wanted))),
    refuseAll: (name) => open.splice(0).forEach(({ no }) => no(exception(name))),
    refuse: (name) => {
      answer = async () => { throw exception(name); };
      const state = name === "NotAllowedError" ? "denied" : "granted";
      permissions = { camera: state, microphone: state };
    },
    // The person has closed the question.
    dismiss: () => {
      answer = async () => { throw exception("NotAllowedError"); };
      permissions = { camera: "prompt", microphone: "prompt" };
    },
    // The person doesn't allow one of the two.
    block: (kind) => {
      answer = async (wanted) => {
        if (wanted[kind]) throw exception("NotAllowedError");
        return give(wanted);
      };
      permissions[kind === "video" ? "camera" : "microphone"] = "denied";
    },
    // The browser takes its time to say what the permissions are.
    holdPermissions: () => { answering = new Promise((done) => { answerNow = done; }); },
    tellPermissions: () => answerNow(),
    facing: (name, facing) => { facings[name] = facing; },
    busy: (kind) => {
      answer = async (wanted) => {
        if (wanted[kind]) throw exception("NotReadableError");
        return give(wanted);
      };
    },
    reject: (value) => { answer = () => Promise.reject(value); },
    throwError: () => { answer = () => { throw new TypeError("as the test wants it"); }; },
    noMicrophone: () => { plugged.audio = []; },
    noCamera: () => { plugged.video = []; },
    hide: () => Object.defineProperty(navigator, "mediaDevices", { value: undefined, configurable: true }),
    asked: () => asked.length,
    given: () => given.length,
    live: () => tracks().filter((track) => track.readyState === "live").length,
    // A device that is taken away: browsers end the track, then say so.
    unplug: (kind) => {
      plugged[kind].shift();
      end(kind);
      devices.dispatchEvent(new Event("devicechange"));
    },
    // As when its permission is withdrawn.
    end,
    plug: (kind, name) => {
      plugged[kind].push(name);
      devices.dispatchEvent(new Event("devicechange"));
    },
    // One more, which nobody is told of.
    add: (kind, name) => { plugged[kind].push(name); },
    unname: () => { named = false; },
    // As the system does when another program takes the device.
    mute: (kind, muted) => tracks().filter((track) => track.kind === kind).forEach((track) => {
      Object.defineProperty(track, "muted", { value: muted, configurable: true });
      track.dispatchEvent(new Event(muted ? "mute" : "unmute"));
    }),
    sources: () => tracks().filter((track) => track.readyState === "live")
      .map((track) => track.getSettings().deviceId).sort().join(" "),
    enabled: (kind) => tracks().filter((track) => track.kind === kind && track.enabled).length,
    restore: () => {
      delete navigator.permissions;
      delete navigator.mediaDevices;
      delete devices.getUserMedia;
      delete devices.enumerateDevices;
    },
  };
})()
