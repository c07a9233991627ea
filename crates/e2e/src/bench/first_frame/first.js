// Notes when the first frame is there: `first` is a promise of it.
const video = document.querySelector('#remote-video');
window.first = new Promise((resolve) => {
  video.requestVideoFrameCallback((_, frame) => {
    const came = performance.timeOrigin + performance.now();
    resolve({
      came,
      presented: performance.timeOrigin + frame.presentationTime,
      received: frame.receiveTime ? performance.timeOrigin + frame.receiveTime : null,
      width: frame.width,
      frames: frame.presentedFrames,
      visible: document.visibilityState,
    });
  });
});
