// How loud a video element's stream has been for the last 0.7 seconds.
const stream = document.querySelector(arguments[0])?.srcObject;
if (!stream?.getAudioTracks().length) return null;
const all = (window.watchedSounds ??= new WeakMap());
let ear = all.get(stream);
if (!ear) {
  const context = new AudioContext();
  ear = context.createAnalyser();
  ear.fftSize = 32768;
  context.createMediaStreamSource(stream).connect(ear);
  all.set(stream, ear);
}
ear.context.resume();
const samples = new Float32Array(ear.fftSize);
ear.getFloatTimeDomainData(samples);
return Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length);
