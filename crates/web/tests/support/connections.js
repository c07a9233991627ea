// Remembers every peer connection that is made.
(() => {
  // A test that failed has put nothing back.
  const Real = window.RTCPeerConnection.real ?? window.RTCPeerConnection;
  const made = [];
  window.RTCPeerConnection = class extends Real {
    static real = Real;
    constructor(...rest) {
      super(...rest);
      made.push(this);
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
    restore: () => { window.RTCPeerConnection = Real; },
  };
})()
