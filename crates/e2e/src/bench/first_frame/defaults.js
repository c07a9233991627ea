// A sender, a receiver, or both in one page, with the browser's defaults for everything and
// nothing of Sightline but its relay as a signalling server, where they are two pages.
//
// `start` is `cold`: as in every tutorial there is no connection before the click. Or it is
// `connected`: they are connected before, with transceivers that have no track.
return (async () => {
  const [ends, start, room, constraints] = arguments;
  document.body.replaceChildren();

  const add = (tag, properties, style) => {
    const element = Object.assign(document.createElement(tag), properties);
    Object.assign(element.style, style);
    document.body.append(element);
    return element;
  };

  // Two channels that lead to each other, for both ends in one page.
  const pair = () => {
    const one = {}, other = {};
    one.send = (message) => queueMicrotask(() => other.receive(message));
    other.send = (message) => queueMicrotask(() => one.receive(message));
    return [one, other];
  };

  // A channel to the other page of the room.
  const join = (role) => new Promise((resolve) => {
    const socket = new WebSocket(`ws://${location.host}/ws`, 'sightline.v1');
    const secret = [...crypto.getRandomValues(new Uint8Array(16))]
      .map((byte) => byte.toString(16).padStart(2, '0')).join('');
    let peer;
    const channel = {
      send: (payload) => socket.send(JSON.stringify({ type: 'signal', to: peer, payload })),
    };
    socket.onopen = () => socket.send(JSON.stringify({ type: 'join', room, role, secret, instance: 1 }));
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(data);
      if (message.type === 'welcome') {
        peer = message.peers[0]?.peer;
        resolve(channel);
      } else if (message.type === 'signal') {
        peer = message.from;
        channel.receive(message.payload);
      }
    };
  });

  // What both ends do with descriptions and candidates, in the order in which they come.
  const connect = (channel, peer) => {
    let before = Promise.resolve();
    channel.receive = (message) => before = before.then(async () => {
      if (message.candidate) return peer.addIceCandidate(message.candidate);
      await peer.setRemoteDescription(message);
      if (message.type === 'offer') {
        await peer.setLocalDescription();
        channel.send(peer.localDescription.toJSON());
      }
    });
    peer.onicecandidate = ({ candidate }) => {
      if (candidate) channel.send({ candidate: candidate.toJSON() });
    };
    return peer;
  };
  const offer = async (channel, peer) => {
    await peer.setLocalDescription();
    channel.send(peer.localDescription.toJSON());
  };

  const receiver = (channel) => {
    const remote = add(
      'video',
      { id: 'remote-video', autoplay: true, playsInline: true, srcObject: new MediaStream() },
      { position: 'fixed', inset: 0, width: '100vw', height: '100vh' },
    );
    const peer = connect(channel, new RTCPeerConnection());
    peer.ontrack = ({ track }) => {
      remote.srcObject.addTrack(track);
      // There may be nothing to play yet.
      remote.play().catch(() => {});
    };
    return () => start === 'cold' || remote.srcObject.getTracks().length === 2;
  };

  const sender = async (channel) => {
    const local = add(
      'video',
      { id: 'local-video', autoplay: true, playsInline: true, muted: true },
      { position: 'relative', width: '50vw' },
    );
    const button =
      add('button', { id: 'go-live', textContent: 'Go live' }, { position: 'relative' });
    const media = await navigator.mediaDevices.getUserMedia(constraints);
    local.srcObject = media;
    if (start === 'cold') {
      button.onclick = () => {
        const peer = connect(channel, new RTCPeerConnection());
        media.getTracks().forEach((track) => peer.addTrack(track, media));
        offer(channel, peer);
      };
      return () => true;
    }
    const peer = connect(channel, new RTCPeerConnection());
    const senders = media.getTracks().map((track) => {
      return [peer.addTransceiver(track.kind, { direction: 'sendonly' }).sender, track];
    });
    button.onclick = () => senders.forEach(([sender, track]) => sender.replaceTrack(track));
    await offer(channel, peer);
    return () => peer.connectionState === 'connected';
  };

  if (ends === 'both') {
    const [from, to] = pair();
    const received = receiver(to);
    const sent = await sender(from);
    window.isReady = () => received() && sent();
  } else {
    const channel = await join(ends);
    window.isReady = await (ends === 'sender' ? sender : receiver)(channel);
  }
})();
