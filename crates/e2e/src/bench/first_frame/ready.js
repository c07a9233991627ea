// Whether the sender's connection is there and its camera's picture, and whether a
// receiver has been given what to play.
const remote = document.querySelector('#remote-video');
const connected = remote
  ? remote.srcObject?.getTracks().length === 2
  : watchedPeers.some((peer) => peer.connectionState === 'connected');
const local = document.querySelector('#local-video');
const button = document.querySelector('#go-live');
const camera = !local || (local.videoWidth > 0 && local.currentTime > 0.3);
return connected && camera && (!button || !button.disabled);
