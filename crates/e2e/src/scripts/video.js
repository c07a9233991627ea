// What a video element does. Keeps count from the first time on.
const video = document.querySelector(arguments[0]);
if (!video) return null;
const all = (window.watchedVideos ??= new WeakMap());
let seen = all.get(video);
if (!seen) {
  seen = { shown: 0, presented: 0, last: performance.now(), gap: 0, stops: 0 };
  all.set(video, seen);
  const next = (_, { presentedFrames }) => {
    const now = performance.now();
    seen.gap = Math.max(seen.gap, now - seen.last);
    seen.last = now;
    seen.shown += 1;
    seen.presented = presentedFrames;
    video.requestVideoFrameCallback(next);
  };
  video.requestVideoFrameCallback(next);
  for (const kind of ["pause", "emptied"]) video.addEventListener(kind, () => { seen.stops += 1; });
}
if (arguments[1]) Object.assign(seen, { last: performance.now(), gap: 0, stops: 0 });
return {
  // Firefox does not count a live stream's frames in the first.
  decoded: Math.max(video.getVideoPlaybackQuality().totalVideoFrames, seen.presented),
  shown: seen.shown,
  gap: Math.max(seen.gap, performance.now() - seen.last),
  stops: seen.stops,
  currentTime: video.currentTime,
  width: video.videoWidth,
  height: video.videoHeight,
  tracks: video.srcObject?.getTracks().length ?? 0,
  paused: video.paused,
  muted: video.muted,
};
