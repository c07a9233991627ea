// Keeps the page's peer connections and its camera's tracks, copies of them included,
// where a test can ask them how they are.
{
  const peers = [];
  const tracks = [];
  Object.defineProperty(window, "watchedPeers", { value: peers });
  Object.defineProperty(window, "watchedTracks", { value: tracks });

  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...all) {
      super(...all);
      peers.push(this);
    }
  };

  const keep = (owner, name, kept) => {
    const original = owner?.[name];
    if (!original) return;
    owner[name] = function (...all) {
      const made = original.apply(this, all);
      Promise.resolve(made).then((made) => tracks.push(...kept(made)), () => {});
      return made;
    };
  };
  // Not there where the page is not secure.
  keep(window.MediaDevices?.prototype, "getUserMedia", (stream) => stream.getTracks());
  keep(MediaStream.prototype, "clone", (stream) => stream.getTracks());
  keep(MediaStreamTrack.prototype, "clone", (track) => [track]);
}
