// A room relay as tutorials write it, with Node and the package `ws`: what
// `cargo xtask bench relay` measures Sightline's relay beside. It speaks the same
// messages and checks nothing that it doesn't need.

'use strict';

const readline = require('node:readline');
const { WebSocketServer } = require('ws');

/** Rooms by name; in each, sockets by peer id. */
const rooms = new Map();

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, path: '/ws' });

server.on('listening', () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}/`);
});

server.on('connection', (socket) => {
  let room;
  let name;
  let id;

  socket.on('message', (data) => {
    let message;
    try {
      message = JSON.parse(data);
    } catch {
      socket.send(JSON.stringify({ type: 'error', code: 'malformed' }));
      return;
    }
    switch (message.type) {
      case 'join':
        name = message.room;
        id = message.secret;
        room = rooms.get(name);
        if (!room) {
          room = new Map();
          rooms.set(name, room);
        }
        socket.send(JSON.stringify({ type: 'welcome', peer: id, peers: [...room.keys()] }));
        for (const other of room.values()) {
          other.send(JSON.stringify({ type: 'peerJoined', peer: id, role: message.role }));
        }
        room.set(id, socket);
        break;
      case 'signal': {
        const to = room?.get(message.to);
        if (to) {
          to.send(JSON.stringify({ type: 'signal', from: id, payload: message.payload }));
        }
        break;
      }
    }
  });

  socket.on('close', () => {
    if (!room) return;
    room.delete(id);
    for (const other of room.values()) {
      other.send(JSON.stringify({ type: 'peerLeft', peer: id }));
    }
    if (room.size === 0) rooms.delete(name);
  });

  socket.on('error', () => socket.terminate());
});

// Before its memory is read it may give back what it no longer needs.
readline.createInterface({ input: process.stdin }).on('line', () => {
  global.gc();
  console.log('collected');
});
