// The browser's cameras under a test's hand. The streams that it gives are real ones;
// it counts them, so that a test sees whether all were switched off.
(() => {
  // A test that failed has put nothing back.
  delete navigator.mediaDevices;
  const devices = navigator.mediaDevices;
  delete devices.getUserMedia;
  const real = devices.getUserMedia.bind(devices);
  const asked = [];
  const given = [];
  const open = [];
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
  const exception = (name) => new DOMException("as the test wants it", name);
  let answer = give;
  devices.getUserMedia = (wanted) => {
    asked.push(wanted);
    return answer(wanted);
  };
  const tracks = () => given.flatMap((stream) => stream.getTracks());
  return {
    give: () => { answer = give; },
    hold: () => {
      answer = (wanted) => new Promise((yes, no) => { open.push({ wanted, yes, no }); });
    },
    allowAll: () => open.splice(0).forEach(({ wanted, yes }) => yes(give(wanted))),
    refuseAll: (name) => open.splice(0).forEach(({ no }) => no(exception(name))),
    refuse: (name) => { answer = async () => { throw exception(name); }; },
    reject: (value) => { answer = () => Promise.reject(value); },
    throwError: () => { answer = () => { throw new TypeError("as the test wants it"); }; },
    noMicrophone: () => {
      answer = (wanted) => (wanted.audio ? Promise.reject(exception("NotFoundError")) : give(wanted));
    },
    hide: () => Object.defineProperty(navigator, "mediaDevices", { value: undefined, configurable: true }),
    asked: () => asked.length,
    given: () => given.length,
    live: () => tracks().filter((track) => track.readyState === "live").length,
    // A device that is taken away: browsers end the track, then say so.
    unplug: (kind) => tracks().filter((track) => track.kind === kind).forEach((track) => {
      track.stop();
      track.dispatchEvent(new Event("ended"));
    }),
    restore: () => {
      delete navigator.mediaDevices;
      delete devices.getUserMedia;
    },
  };
})()
