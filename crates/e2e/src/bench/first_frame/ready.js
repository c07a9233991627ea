// Whether the camera's picture is there, and what has to be connected before the click.
// A page of the defaults says so itself; a receiver of Sightline has been given what to play,
// and its sender's connection is watched, but in Firefox.
const local = document.querySelector('#local-video');
const camera = !local || (local.videoWidth > 0 && local.currentTime > 0.3);
const button = document.querySelector('#go-live');
const remote = document.querySelector('#remote-video');
const connected = () => remote
  ? remote.srcObject?.getTracks().length === 2
  : window.watchedPeers?.some((peer) => peer.connectionState === 'connected') ?? true;
return camera && (!button || !button.disabled) && (window.isReady ?? connected)();
