// Keeps the page's peer connections and its camera's tracks, copies of them included,
// where a test can ask them how they are. Notes when the relay let the page in, and when
// frames of a peer's video came, by the clock of all programs on this machine.
{
  const peers = [];
  const tracks = [];
  const welcomes = [];
  const frames = [];
  Object.defineProperty(window, "watchedWelcomes", { value: welcomes });
  Object.defineProperty(window, "watchedFrames", { value: frames });
  Object.defineProperty(window, "watchedPeers", { value: peers });
  Object.defineProperty(window, "watchedTracks", { value: tracks });

  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...all) {
      super(...all);
      peers.push(this);
    }
  };

  window.WebSocket = class extends WebSocket {
    constructor(...all) {
      super(...all);
      this.addEventListener("message", ({ data }) => {
        if (String(data).includes('"welcome"')) welcomes.push(Date.now());
      });
    }
  };

  const videos = new WeakSet();
  const follow = (video) => {
    if (videos.has(video) || video.id === "local-video") return;
    videos.add(video);
    const next = () => {
      frames.push(Date.now());
      video.requestVideoFrameCallback(next);
    };
    video.requestVideoFrameCallback(next);
  };
  const look = () => document.querySelectorAll("video").forEach(follow);
  new MutationObserver(look).observe(document, { childList: true, subtree: true });

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
