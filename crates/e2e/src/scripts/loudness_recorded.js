// The same in Firefox, whose AudioContext does not run on a machine without
// loudspeakers: a recording of a second, decoded again.
const stream = document.querySelector(arguments[0])?.srcObject;
const tracks = stream?.getAudioTracks() ?? [];
if (!tracks.length) return null;
const recorder = new MediaRecorder(new MediaStream(tracks));
const parts = [];
return new Promise((resolve) => {
  recorder.ondataavailable = ({ data }) => parts.push(data);
  recorder.onerror = () => resolve(null);
  recorder.onstop = async () => {
    try {
      const bytes = await new Blob(parts).arrayBuffer();
      const sound = await new OfflineAudioContext(1, 1, 48000).decodeAudioData(bytes);
      const samples = sound.getChannelData(0);
      resolve(Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / samples.length));
    } catch {
      resolve(null);
    }
  };
  recorder.start();
  setTimeout(() => recorder.stop(), 1000);
});
