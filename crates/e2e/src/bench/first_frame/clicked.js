// Notes when the button was clicked, before anything else hears of it, and when the
// first sender was given its track.
document.addEventListener('click', () => {
  window.clicked = performance.timeOrigin + performance.now();
}, { capture: true, once: true });
const { replaceTrack } = RTCRtpSender.prototype;
RTCRtpSender.prototype.replaceTrack = function (track) {
  window.given ??= performance.timeOrigin + performance.now();
  return replaceTrack.call(this, track);
};
