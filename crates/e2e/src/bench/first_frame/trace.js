// Once a second, what the browser says of the video that it sends, in `key=value`; what it
// doesn't say is left out.
window.trace = [];
const peer = window.watchedPeers.findLast((peer) => peer.connectionState === 'connected');
const sender = peer.getSenders().find(({ track }) => track?.kind === 'video')
  ?? peer.getTransceivers().find(({ receiver }) => receiver.track.kind === 'video').sender;
const look = async () => {
  const all = [...(await peer.getStats()).values()];
  const sent = all.find(({ type, kind }) => type === 'outbound-rtp' && kind === 'video');
  if (!sent?.framesSent) return;
  const source = all.find(({ type, kind }) => type === 'media-source' && kind === 'video');
  const pair = all.filter(({ type }) => type === 'candidate-pair')
    .map((pair) => pair.availableOutgoingBitrate ?? 0);
  const kbps = (bits) => bits && Math.floor(bits / 1000);
  const values = {
    frames: sent.framesPerSecond ?? 0,
    source: source?.framesPerSecond && Math.round(source.framesPerSecond),
    target: kbps(sent.targetBitrate),
    available: kbps(Math.max(...pair)),
    limited: sent.qualityLimitationReason ?? 'none',
    width: sent.frameWidth,
    mode: sender.getParameters().degradationPreference ?? 'browser',
  };
  const said = Object.entries(values).filter(([, value]) => value !== undefined);
  trace.push(said.map(([key, value]) => `${key}=${value}`).join(' '));
};
setInterval(look, 1000);
