// One conversation on the screen, a channel or a thread: its messages in order, what is on its way, who is writing.

import { announce, el, icon } from "./dom.js";
import { dayKey, dayName } from "./times.js";
import { body, drawMessage } from "./message.js";
import { plainText } from "./parts.js";
import { spotKey } from "./state.js";

const NEAR = 80; // pixels from the end that still count as reading along
const GAP = 12; // pixels above a message whose beginning is shown
const GROUP_MINUTES = 5;

export class Conversation {
  // `does`: press(id, control, action, values), openThread(id), earlier(), retry(id), discard(id), edit(id), seen(message)
  constructor(state, channel, thread, does, empty) {
    Object.assign(this, { state, channel, thread, does });
    this.key = spotKey(channel, thread);
    this.nodes = new Map(); // id -> {node, message, writing, signature}
    this.follow = true;
    this.put = 0; // where we scrolled to: elsewhere it was the reader
    this.newAfter = state.unread.get(this.key) ? (state.marks.get(this.key) ?? null) : null;
    this.earlier = el("button", { class: "button earlier", type: "button", text: "Load earlier messages", hidden: true });
    this.earlier.addEventListener("click", () => this.loadEarlier());
    this.empty = el("div", { class: "empty", hidden: true }, ...empty);
    this.list = el("div", { class: "list", role: "log", "aria-live": "polite", "aria-relevant": "additions", "aria-label": "Messages" });
    this.waiting = el("div", { class: "waiting-list" });
    this.busy = el("div", { class: "busy-line" });
    this.latest = el("button", { class: "latest", type: "button", "aria-label": "Go to the latest message", hidden: true }, icon("down"));
    this.latest.addEventListener("click", () => this.toEnd());
    this.column = el("div", { class: "column" }, this.earlier, this.empty, this.list, this.waiting, this.busy);
    this.scroller = el("div", { class: "scroller", tabindex: "-1" }, this.column);
    this.node = el("div", { class: "conversation" }, this.scroller, this.latest);
    this.scroller.addEventListener("scroll", () => this.scrolled(), { passive: true });
    this.sizes = new ResizeObserver(() => this.follow && this.jump());
    this.sizes.observe(this.column);
    this.sizes.observe(this.scroller);
  }

  close() {
    this.sizes.disconnect();
    this.node.remove();
  }

  // Draws everything that has changed; cheap where nothing has.
  draw() {
    const loaded = this.state.floors.has(this.key);
    const messages = loaded ? this.state.in(this.channel, this.thread) : [];
    this.list.setAttribute("aria-busy", String(!this.nodes.size));
    for (const message of messages) this.place(message);
    this.order(messages);
    this.earlier.hidden = !this.state.floors.get(this.key)?.more;
    const pending = this.state.pendingIn(this.channel, this.thread);
    this.empty.hidden = !loaded || messages.length > (this.thread ? 1 : 0) || pending.length > 0;
    this.waiting.replaceChildren(...pending.map((entry) => this.drawPending(entry)));
    this.drawBusy();
    if (this.nodes.size) this.list.setAttribute("aria-busy", "false");
    const arrived = this.arrival();
    if (this.follow) this.jump();
    if (arrived) this.reveal(arrived);
    this.look();
  }

  place(message) {
    const shown = this.state.shows.get(message.id);
    const known = this.nodes.get(message.id);
    const thread = this.threadOf(message);
    const signature = JSON.stringify([message.seq, message.parts, thread?.replies, thread?.unread]);
    if (known && !shown && !known.writing && known.signature === signature) return;
    if (known && shown) return this.write(known, shown);
    const focused = known?.node.querySelector(".body")?.contains(document.activeElement);
    const node = drawMessage(message, { parts: shown ?? message.parts, writing: Boolean(shown), press: this.presser(message.id), thread });
    if (known) known.node.replaceWith(node);
    if (known?.writing && !shown) announce(`${message.author.name}: ${plainText(message.parts)}`);
    this.nodes.set(message.id, { node, message, signature, writing: Boolean(shown) });
    if (focused) node.querySelector(".body").focus({ preventScroll: true });
  }

  // The text so far of a message that is still being written.
  write(known, parts) {
    known.writing = true;
    known.node.classList.add("writing");
    known.node.setAttribute("aria-busy", "true");
    known.node.querySelector(".body").replaceWith(body(parts, this.presser(known.message.id), true));
  }

  threadOf(message) {
    if (this.thread || message.private) return null;
    const replies = this.state.replies.get(message.id) ?? 0;
    const key = spotKey(this.channel, message.id);
    const unread = this.state.concernsMe(key) ? (this.state.unread.get(key) ?? 0) : 0;
    return { replies, unread, open: () => this.does.openThread(message.id) };
  }

  presser(id) {
    return (control, action, values) => this.does.press(id, control, action, values);
  }

  // Puts nodes into the order of ids, with a line where a day begins and where the unread begin.
  order(messages) {
    let before = null;
    let last = null;
    const put = (node) => {
      const next = last ? last.nextSibling : this.list.firstChild;
      if (node !== next) this.list.insertBefore(node, next);
      last = node;
    };
    this.separators ??= new Map();
    const kept = new Set();
    const separator = (key, text, name) => {
      if (!this.separators.has(key)) this.separators.set(key, el("div", { class: name, role: "separator" }, el("span")));
      this.separators.get(key).firstChild.textContent = text;
      this.separators.get(key).setAttribute("aria-label", text);
      kept.add(key);
      put(this.separators.get(key));
    };
    for (const message of messages) {
      const at = new Date(message.at);
      const isRoot = message.id === this.thread;
      const newDay = !before || dayKey(at) !== dayKey(new Date(before.at));
      if (newDay && !this.thread) separator(`day ${dayKey(at)}`, dayName(at), "line day");
      const firstNew = this.newAfter !== null && !message.mine && message.id > this.newAfter && !kept.has("new") && !isRoot;
      if (firstNew) separator("new", "New", "line new");
      const { node } = this.nodes.get(message.id);
      node.classList.toggle("follows", Boolean(before) && !newDay && !firstNew && follows(before, message, this.thread));
      put(node);
      if (isRoot && messages.length > 1) separator("root", plural(messages.length - 1), "line replies");
      before = message;
    }
    for (const [key, node] of this.separators) if (!kept.has(key)) (node.remove(), this.separators.delete(key));
  }

  drawPending(entry) {
    const text = el("p", { class: "pending-text", dir: "auto", text: entry.arrived ? "" : entry.text, hidden: entry.arrived });
    if (!entry.failed) return el("div", { class: "pending" }, text, el("p", { class: "pending-state", text: "Sending…" }));
    const button = (label, act) => el("button", { class: "button small", type: "button", text: label, on: { click: () => act(entry.id) } });
    return el(
      "div",
      { class: "pending failed" },
      text,
      el("p", { class: "error", role: "alert", text: entry.failed }),
      el("div", { class: "pending-acts" }, button("Retry", this.does.retry), button("Edit", this.does.edit), button("Discard", this.does.discard)),
    );
  }

  drawBusy() {
    const busy = this.state.busy.get(this.key);
    const name = busy?.author.name ?? "";
    if (this.busy.dataset.name === name) return;
    this.busy.dataset.name = name;
    const dots = el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i"));
    this.busy.replaceChildren(...(busy ? [dots, el("span", {}, el("bdi", { text: name }), " is writing")] : []));
  }

  async loadEarlier() {
    const { scrollHeight, scrollTop } = this.scroller;
    this.follow = false;
    this.earlier.disabled = true;
    await this.does.earlier();
    this.earlier.disabled = false;
    this.scroller.scrollTop = scrollTop + this.scroller.scrollHeight - scrollHeight;
  }

  scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    if (!clientHeight) return;
    if (Math.abs(scrollTop - this.put) > 2) this.held = null;
    this.put = scrollTop;
    this.follow = scrollHeight - scrollTop - clientHeight < NEAR;
    this.latest.hidden = this.follow;
    this.look();
  }

  scrollTo(top) {
    this.scroller.scrollTop = top;
    this.put = this.scroller.scrollTop;
    this.scrolled();
  }

  // Follows the end as it moves, but not past the beginning of the message that is held: what was asked for, or is taller
  // than the screen. It is held until the reader scrolls.
  jump() {
    const { scrollHeight, clientHeight } = this.scroller;
    if (!clientHeight || (this.height === scrollHeight && this.view === clientHeight)) return;
    Object.assign(this, { height: scrollHeight, view: clientHeight });
    const last = this.waiting.firstChild ? null : this.list.lastElementChild;
    const tall = last && last.offsetHeight > clientHeight && !last.classList.contains("mine") && this.begun !== last.dataset.id;
    if (tall) this.begun = last.dataset.id;
    if (tall) this.held = Number(last.dataset.id);
    this.scrollTo(Math.min(scrollHeight - clientHeight, this.topOf(this.held)));
  }

  // How far down one has to scroll until a message stands at the top.
  topOf(id) {
    const node = this.nodes.get(id)?.node;
    if (!node?.isConnected) return Infinity;
    return this.scroller.scrollTop + node.getBoundingClientRect().top - this.scroller.getBoundingClientRect().top - GAP;
  }

  toEnd() {
    this.held = null;
    this.scrollTo(this.scroller.scrollHeight);
  }

  // Message `id` is the answer to what one did, as soon as it is here and newer than `seq`; null where there is none.
  expect(id, seq = -1, focus = false) {
    this.expected = id ? { id, seq, focus } : null;
  }

  arrival() {
    const { expected } = this;
    const message = expected && this.nodes.has(expected.id) && this.state.messages.get(expected.id);
    if (!message || message.seq <= expected.seq) return null;
    this.expected = null;
    this.held = message.mine ? null : message.id;
    return expected;
  }

  // Brings the answer into view: all of it, or its beginning; and the reading there, unless one writes by now.
  reveal({ id, focus }) {
    const { node } = this.nodes.get(id);
    const box = node.getBoundingClientRect();
    const frame = this.scroller.getBoundingClientRect();
    const tall = box.height + GAP > frame.height;
    if (box.top < frame.top || tall) this.scrollTo(this.topOf(id));
    else if (box.bottom > frame.bottom) this.scrollTo(this.scroller.scrollTop + box.bottom - frame.bottom + GAP);
    const writes = document.activeElement?.matches("textarea, input, select");
    if (focus && !writes) node.querySelector(".body").focus({ preventScroll: true });
  }

  // What stands at the end of a page that is looked at has been read.
  look() {
    if (document.hidden || !this.follow || !this.scroller.clientHeight) return;
    const ids = [...this.nodes.keys()];
    if (ids.length) this.does.seen(Math.max(...ids));
  }
}

function follows(before, message, root) {
  const same = before.author.id === message.author.id && before.author.name === message.author.name;
  const close = new Date(message.at) - new Date(before.at) < GROUP_MINUTES * 60000;
  return same && close && !message.private && !before.private && before.id !== root && before.author.kind === message.author.kind;
}

const plural = (count) => `${count} ${count === 1 ? "reply" : "replies"}`;
