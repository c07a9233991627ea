// A twin of `WebSocket` whose other end is the test. It keeps the states and events of
// the standard (https://websockets.spec.whatwg.org).
(() => {
  // A test that failed has put nothing back.
  const Real = window.WebSocket.real ?? window.WebSocket;
  const made = [];
  class Twin extends EventTarget {
    static real = Real;
    constructor(url, protocol) {
      super();
      this.url = url;
      this.protocol = protocol ?? "";
      this.readyState = 0;
      this.sent = [];
      made.push(this);
    }
    send(text) {
      if (this.readyState === 0) {
        throw new DOMException("still connecting", "InvalidStateError");
      }
      if (this.readyState === 1) {
        this.sent.push(text);
      }
    }
    close() {
      if (this.readyState < 2) {
        this.readyState = 2;
        setTimeout(() => this.end(1005));
      }
    }
    // For the test:
    open() {
      if (this.readyState === 0) {
        this.readyState = 1;
        this.dispatchEvent(new Event("open"));
      }
    }
    say(data) {
      if (this.readyState === 1) {
        this.dispatchEvent(new MessageEvent("message", { data }));
      }
    }
    end(code) {
      if (this.readyState < 3) {
        this.readyState = 3;
        if (code === 1006) {
          this.dispatchEvent(new Event("error"));
        }
        this.dispatchEvent(new CloseEvent("close", { code }));
      }
    }
  }
  window.WebSocket = Twin;
  return {
    made: () => made.length,
    state: (n) => made[n].readyState,
    url: (n) => made[n].url,
    protocol: (n) => made[n].protocol,
    open: (n) => made[n].open(),
    say: (n, text) => made[n].say(text),
    sayBytes: (n) => made[n].say(new Uint8Array([1, 2, 3]).buffer),
    end: (n, code) => made[n].end(code),
    takeSent: (n) => made[n].sent.splice(0),
    restore: () => { window.WebSocket = Real; },
  };
})()
