// Notes each frame that `#remote-video` shows: when, how wide, and how many there were
// with it, as a page that is busy hears of some of them late and of several at once.
const video = document.querySelector('#remote-video');
window.recordedFrames = [];
const next = (_, { width, presentedFrames }) => {
  recordedFrames.push({
    at: performance.timeOrigin + performance.now(),
    width,
    presented: presentedFrames,
  });
  video.requestVideoFrameCallback(next);
};
video.requestVideoFrameCallback(next);
