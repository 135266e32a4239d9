// The page as a whole: joins what it knows, the connection and the panels. The address after # says what is open.

import { announce, byId, notice } from "./dom.js";
import { askForChannel } from "./channels.js";
import { Entrance, showOnline } from "./entrance.js";
import { openForm } from "./forms.js";
import { Identity } from "./identity.js";
import { Panel } from "./panel.js";
import { drawSide } from "./side.js";
import { State, spotKey } from "./state.js";
import { Wire, newId } from "./wire.js";

const RECENT = 120000; // a thread made for me opens by itself if it was made within the last two minutes
const BUSY = 45000;
const wide = matchMedia("(min-width: 860px)");

class App {
  constructor() {
    this.identity = new Identity();
    this.state = new State();
    this.opened = new Set();
    this.wire = new Wire({
      hello: () => ({ token: this.identity.token, since: this.state.since }),
      onFrame: (frame) => this.receive(frame),
      onOnline: showOnline,
    });
    this.entrance = new Entrance((name) => this.wire.enter(name));
    window.addEventListener("hashchange", () => this.route());
    document.addEventListener("visibilitychange", () => this.looked());
    document.addEventListener("keydown", (event) => this.key(event));
    byId("add-channel").addEventListener("click", () => askForChannel(this.wire, (channel) => this.go(channel)));
    wide.addEventListener("change", () => this.state.me && this.route());
    this.wire.connect();
  }

  // ---------------------------------------------------------------- what the room says

  receive(frame) {
    const does = {
      stranger: () => this.stranger(frame),
      welcome: () => this.welcome(frame),
      news: () => this.news(frame),
      unread: () => (this.state.setUnread(frame.unread), this.draw()),
      channels: () => (this.state.setChannels(frame.channels), this.draw()),
      show: () => this.show(frame),
      busy: () => this.busy(frame),
      refused: () => this.refused(frame),
    };
    does[frame.type]?.();
  }

  welcome(frame) {
    if (frame.token) this.identity.keep(frame.token);
    const again = this.state.me?.id === frame.person.id && !frame.reset;
    this.state.welcome(frame);
    this.entrance.close();
    this.wire.open();
    if (!again) this.begin();
    this.draw();
  }

  begin() {
    this.middle?.close();
    this.right?.close();
    this.middle = this.right = null;
    for (const entry of this.state.pending.filter((one) => !one.failed)) this.send(entry);
    this.route();
  }

  news(frame) {
    const fresh = this.state.news(frame);
    for (const message of fresh) {
      if (message.mine) this.arrived(message);
      if (this.isForMe(message)) setTimeout(() => this.go(message.channel, message.id));
    }
    if (document.hidden) this.markNew(fresh);
    this.draw();
  }

  isForMe(message) {
    const recent = Date.now() - this.state.ahead - new Date(message.at) < RECENT;
    if (!message.invited || !recent || this.opened.has(message.id)) return false;
    this.opened.add(message.id);
    return true;
  }

  // One's own words are here: the copy that was waiting is not shown any more.
  arrived(message) {
    const text = message.parts[0]?.line?.[0]?.text;
    const entry = this.state.pendingIn(message.channel, message.thread).find((one) => one.text === text);
    if (entry) entry.arrived = true;
  }

  markNew(messages) {
    for (const panel of this.panels()) {
      const first = messages.find((one) => spotKey(one.channel, one.thread) === panel.key && !one.mine);
      if (first) panel.conversation.newAfter ??= first.id - 1;
    }
  }

  show(frame) {
    if (!this.state.messages.has(frame.message)) return;
    this.state.shows.set(frame.message, frame.parts);
    this.drawSoon();
  }

  busy(frame) {
    const key = spotKey(frame.channel, frame.thread);
    const until = Date.now() + BUSY;
    this.state.busy.set(key, { author: frame.author, until });
    setTimeout(() => {
      if (this.state.busy.get(key)?.until === until) (this.state.busy.delete(key), this.draw());
    }, BUSY);
    this.draw();
  }

  refused(frame) {
    if (this.entrance.isOpen) this.entrance.refuse(frame.sentence);
    else notice(frame.sentence);
  }

  stranger(frame) {
    this.state.me = null;
    this.entrance.open(frame.title);
    showOnline(true);
  }

  // ---------------------------------------------------------------- what one does

  say(panel, text) {
    const entry = { id: newId(), channel: panel.channel, thread: panel.thread ?? null, text };
    this.state.addPending(entry);
    this.send(entry);
    this.draw();
  }

  async send(entry) {
    const { id, channel, thread, text } = entry;
    const answer = await this.wire.ask({ type: "say", channel, thread, text }, id);
    if (answer.type === "refused") this.state.failPending(id, answer.sentence);
    else this.state.dropPending(id);
    this.answered(answer, channel, thread);
  }

  async press(panel, message, action, values) {
    this.expect(panel, message);
    const answer = await this.wire.ask({ type: "press", message, action, values });
    this.answered(answer, panel.channel, panel.thread, message);
    return answer.type === "refused" ? answer.sentence : "";
  }

  // The message a control stands in may be answered by a new version of itself, which may be here before the word of it.
  expect(panel, message) {
    panel?.conversation.expect(message, this.state.messages.get(message)?.seq, true);
  }

  // After a gesture: a form opens, or the answer is brought into view. `source` is the message the control stood in.
  answered(answer, channel, thread, source = null) {
    const panel = this.panelAt(channel, thread);
    if (!answer.message || answer.message !== source) panel?.conversation.expect(answer.message, -1, source !== null);
    this.draw();
    if (answer.type === "form") this.openForm(answer, channel, thread, source);
  }

  openForm(opened, channel, thread, source) {
    openForm(opened.form, async (fields) => {
      this.expect(this.panelAt(channel, thread), source);
      const answer = await this.wire.ask({ type: "submit", form: opened.id, fields });
      if (answer.type !== "refused") setTimeout(() => this.answered(answer, channel, thread, source));
      return answer;
    });
  }

  retry(id) {
    const entry = this.state.pending.find((one) => one.id === id);
    if (!entry) return;
    entry.failed = "";
    this.state.keepPending();
    this.send(entry);
    this.draw();
  }

  discard(id) {
    this.state.dropPending(id);
    this.draw();
  }

  async page(panel, before) {
    const { channel, thread } = panel;
    const answer = await this.wire.ask({ type: "page", channel, thread, before });
    if (answer.type === "refused") return notice(answer.sentence);
    this.state.page(channel, thread, answer);
  }

  seen(panel, message) {
    const { key, channel, thread } = panel;
    if ((this.state.marks.get(key) ?? 0) >= message) return;
    this.state.marks.set(key, message);
    this.state.unread.delete(key);
    this.wire.hint({ type: "seen", channel, thread, message });
    this.drawAround();
  }

  looked() {
    for (const panel of this.panels()) {
      if (!document.hidden) panel.conversation.look();
      else if (!this.state.unread.get(panel.key)) panel.conversation.newAfter = null; // what comes now is new
    }
  }

  // ---------------------------------------------------------------- where one is

  go(channel, thread) {
    const hash = `#/c/${encodeURIComponent(channel)}${thread ? `/t/${thread}` : ""}`;
    if (location.hash === hash) this.route();
    else location.hash = hash;
  }

  back(panel) {
    if (panel.thread) this.go(panel.channel);
    else location.hash = "#/";
  }

  route() {
    if (!this.state.me) return;
    const [, channelPart, threadPart] = location.hash.match(/^#\/c\/([^/]+)(?:\/t\/(\d+))?$/) ?? [];
    const wanted = channelPart && decodeURIComponent(channelPart);
    const known = this.state.channels.some((one) => one.id === wanted);
    const channel = known ? wanted : this.state.channels[0]?.id;
    const thread = known && threadPart ? Number(threadPart) : null;
    const list = !known && !wide.matches && location.hash === "#/";
    document.body.dataset.view = list ? "list" : thread ? "thread" : "channel";
    this.openMiddle(channel);
    this.openRight(channel, thread);
    this.draw();
  }

  openMiddle(channel) {
    if (this.middle?.channel === channel) return;
    this.middle?.close();
    this.middle = new Panel(this, byId("talk"), { channel, thread: null });
    if (wide.matches) this.middle.composer.focus();
  }

  openRight(channel, thread) {
    if ((this.right?.thread ?? null) === thread && this.right?.channel === channel) return;
    const before = this.right;
    before?.close();
    this.right = thread ? new Panel(this, byId("thread"), { channel, thread }) : null;
    byId("thread").hidden = !thread;
    if (this.right) this.focusThread();
    else if (before) this.leaveThread(before.thread);
  }

  // Opening a thread moves the focus there, unless one is in the middle of a sentence.
  focusThread() {
    announce("Thread opened");
    if (this.middle.composer.input.value && document.activeElement === this.middle.composer.input) return;
    if (wide.matches) this.right.composer.focus();
    else byId("thread").focus({ preventScroll: true });
  }

  leaveThread(root) {
    const node = this.middle.conversation.nodes.get(root)?.node;
    (node?.querySelector(".to-thread") ?? this.middle.composer.input).focus({ preventScroll: true });
  }

  key(event) {
    if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
    if (this.right) this.back(this.right);
  }

  // ---------------------------------------------------------------- what is seen

  panels() {
    return [this.middle, this.right].filter(Boolean);
  }

  panelAt(channel, thread) {
    return this.panels().find((one) => one.key === spotKey(channel, thread));
  }

  draw() {
    for (const panel of this.panels()) panel.draw();
    this.drawAround();
  }

  drawSoon() {
    if (this.drawing) return;
    this.drawing = requestAnimationFrame(() => {
      this.drawing = 0;
      this.draw();
    });
  }

  drawAround() {
    if (!this.state.me) return;
    const current = document.body.dataset.view === "list" ? null : this.middle?.channel;
    drawSide(this.state, current, (channel) => this.go(channel));
    const unread = this.state.channels.reduce((sum, channel) => sum + this.state.unreadOf(channel.id), 0);
    const place = this.middle?.title?.title;
    document.title = `${unread ? `(${unread}) ` : ""}${place ? `${place} · ` : ""}${this.state.title}`;
  }
}

new App();
