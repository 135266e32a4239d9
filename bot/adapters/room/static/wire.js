// The connection: gestures wait in a queue until the room has answered them, and are sent again after a break.

const FIRST_WAIT = 400;
const LONGEST_WAIT = 15000;
const IN_FLIGHT = 8;

export const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");

export class Wire {
  constructor({ hello, onFrame, onOnline }) {
    this.hello = hello;
    this.onFrame = onFrame;
    this.onOnline = onOnline;
    this.queue = []; // {frame, sent, settle}
    this.wait = FIRST_WAIT;
    this.ready = false;
    window.addEventListener("online", () => this.hurry());
    document.addEventListener("visibilitychange", () => document.hidden || this.hurry());
  }

  connect() {
    clearTimeout(this.timer);
    this.timer = null;
    let opened = false;
    const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/live`);
    this.socket = socket;
    socket.onopen = () => {
      opened = true;
      socket.send(JSON.stringify({ type: "hello", ...this.hello() }));
    };
    socket.onmessage = (event) => this.receive(JSON.parse(event.data));
    socket.onclose = () => {
      if (this.socket === socket) this.lost(opened);
    };
  }

  // Called when the room knows us: from now on the queue flows.
  open() {
    this.ready = true;
    this.wait = FIRST_WAIT;
    for (const entry of this.queue) {
      if (entry.sent) entry.frame.again = true;
      entry.sent = false;
    }
    this.onOnline(true);
    this.flush();
  }

  // Sends a frame that will be answered; gives the answer, however long it takes to get through.
  ask(frame, id = newId()) {
    return new Promise((settle) => {
      this.queue.push({ frame: { ...frame, id }, sent: false, settle });
      this.flush();
    });
  }

  // Sends a frame that may be lost.
  hint(frame) {
    if (this.ready) this.socket.send(JSON.stringify(frame));
  }

  // Before the room knows us.
  enter(name) {
    if (this.socket.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify({ type: "enter", id: newId(), name }));
    return true;
  }

  flush() {
    if (!this.ready) return;
    for (const entry of this.queue.slice(0, IN_FLIGHT)) {
      if (entry.sent) continue;
      entry.sent = true;
      this.socket.send(JSON.stringify(entry.frame));
    }
  }

  receive(frame) {
    const entry = frame.id ? this.queue.find((one) => one.frame.id === frame.id) : null;
    if (!entry) return this.onFrame(frame);
    this.queue.splice(this.queue.indexOf(entry), 1);
    entry.settle(frame);
    this.flush();
  }

  lost(opened) {
    this.ready = false;
    this.onOnline(false);
    if (!opened) this.checkDoor();
    this.timer = setTimeout(() => this.connect(), this.wait * (0.5 + Math.random()));
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
  }

  hurry() {
    if (this.timer) this.connect();
  }

  // With a password, a session that has ended looks like a lost connection: the page itself would be redirected.
  async checkDoor() {
    try {
      const answer = await fetch("/", { redirect: "manual", cache: "no-store" });
      if (answer.type === "opaqueredirect") location.assign("/login");
    } catch {
      // Not reachable at all: keep trying.
    }
  }
}
