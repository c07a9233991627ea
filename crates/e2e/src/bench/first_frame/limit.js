// The limit: a sender and a receiver that a page has for itself, without anything
// between them. They are connected before the click, as ours are: a transceiver for
// picture and one for sound, without tracks, and the camera already open.
return (async () => {
  const [constraints] = arguments;
  document.body.replaceChildren();
  const video = (id, style) => {
    const element = document.createElement('video');
    Object.assign(element, { id, autoplay: true, playsInline: true, muted: id === 'local-video' });
    Object.assign(element.style, style);
    document.body.append(element);
    return element;
  };
  const remote = video('remote-video', { position: 'fixed', inset: 0, width: '100vw', height: '100vh' });
  const local = video('local-video', { position: 'relative', width: '50vw' });
  const button = document.createElement('button');
  Object.assign(button, { id: 'go-live', textContent: 'Go live' });
  button.style.position = 'relative';
  document.body.append(button);

  const media = await navigator.mediaDevices.getUserMedia(constraints);
  local.srcObject = media;

  const sender = new RTCPeerConnection();
  const receiver = new RTCPeerConnection();
  const lead = (from, to) => {
    from.onicecandidate = ({ candidate }) => candidate && to.addIceCandidate(candidate);
  };
  lead(sender, receiver);
  lead(receiver, sender);
  remote.srcObject = new MediaStream();
  receiver.ontrack = ({ track }) => {
    remote.srcObject.addTrack(track);
    // It has nothing to play yet, as ours.
    remote.play().catch(() => {});
  };
  const kinds = ['video', 'audio'];
  const senders = kinds.map((kind) => sender.addTransceiver(kind, { direction: 'sendonly' }).sender);
  await sender.setLocalDescription();
  await receiver.setRemoteDescription(sender.localDescription);
  await receiver.setLocalDescription();
  await sender.setRemoteDescription(receiver.localDescription);

  await new Promise((resolve) => {
    receiver.onconnectionstatechange = () => receiver.connectionState === 'connected' && resolve();
  });
  button.onclick = () => {
    kinds.forEach((kind, index) => {
      senders[index].replaceTrack(media.getTracks().find((track) => track.kind === kind));
    });
  };
})();
