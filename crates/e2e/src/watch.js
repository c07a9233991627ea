// Keeps the page's peer connections where a test can ask them for statistics.
{
  const peers = [];
  Object.defineProperty(window, "watchedPeers", { value: peers });
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...all) {
      super(...all);
      peers.push(this);
    }
  };
}
