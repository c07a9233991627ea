// Remembers every peer connection that is made.
(() => {
  // A test that failed has put nothing back.
  const Real = window.RTCPeerConnection.real ?? window.RTCPeerConnection;
  const made = [];
  // The streams of each track that came, by connection.
  const came = new Map();
  let asked = 0;
  window.RTCPeerConnection = class extends Real {
    static real = Real;
    constructor(...rest) {
      super(...rest);
      made.push(this);
      came.set(this, []);
      this.addEventListener("track", ({ track, streams }) => {
        came.get(this).push([track.kind, ...streams.map((stream) => stream.id)].join(" "));
      });
    }
    getStats(...rest) {
      asked += 1;
      return super.getStats(...rest);
    }
  };
  return {
    made: () => made.length,
    open: () => made.filter((one) => one.signalingState !== "closed").length,
    // As if the browser still had something to say.
    dispatch: (kind) => made.forEach((one) => one.dispatchEvent(new Event(kind))),
    // As if no frame got through any more. (Without a track Firefox sends black ones.)
    starve: () => made.flatMap((one) => one.getSenders()).forEach((one) => {
      const parameters = one.getParameters();
      parameters.encodings.forEach((encoding) => { encoding.active = false; });
      one.setParameters(parameters);
    }),
    // The tracks that came over a connection, each with the ids of its streams.
    streams: (index) => came.get(made[index]).sort().join("; "),
    // How often statistics were asked for.
    asked: () => asked,
    configuration: (index, name) => String(made[index].getConfiguration()[name]),
    // What a connection's senders are to send, and how.
    parameters: (index) => made[index].getSenders().map((sender) => {
      const { encodings, degradationPreference } = sender.getParameters();
      const track = sender.track?.kind ?? "nothing";
      return `${track} ${encodings.map(({ active }) => active)} ${degradationPreference ?? "balanced"}`;
    }).join("; "),
    // Has the video wait before it is shown, as after much jitter.
    delayVideo: (index, millis) => made[index].getReceivers().forEach((receiver) => {
      if (receiver.track.kind === "video") receiver.jitterBufferTarget = millis;
    }),
    // How far the two are apart as they are played, and how long each has waited, in ms.
    apart: async (index) => {
      const of = {};
      (await Real.prototype.getStats.call(made[index])).forEach((stats) => {
        if (stats.type === "inbound-rtp") of[stats.kind] = stats;
      });
      const waited = ({ jitterBufferDelay = 0, jitterBufferEmittedCount = 0 } = {}) =>
        (1000 * jitterBufferDelay) / jitterBufferEmittedCount;
      const at = (stats) => stats?.estimatedPlayoutTimestamp ?? NaN;
      return [at(of.video) - at(of.audio), waited(of.video), waited(of.audio)];
    },
    restore: () => { window.RTCPeerConnection = Real; },
  };
})()
