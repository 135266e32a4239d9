// A panel of the page: a heading, a conversation and the place to type. The middle shows a channel, the right a thread.

import { el, icon } from "./dom.js";
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { spotKey } from "./state.js";

export class Panel {
  // `app` gives state and does: page(), say(), press(), seen(), go(), back()
  constructor(app, home, spot) {
    Object.assign(this, { app, home, ...spot });
    this.key = spotKey(this.channel, this.thread);
    const { state } = app;
    this.conversation = new Conversation(state, this.channel, this.thread, this.does(), this.emptyWords());
    this.composer = new Composer({ key: this.key, commands: state.commands, ...this.words(), onSend: (text) => this.say(text) });
    home.replaceChildren(this.head(), this.conversation.node, this.composer.node);
    this.load();
  }

  get title() {
    return this.app.state.channels.find((one) => one.id === this.channel);
  }

  words() {
    if (this.thread) return { label: "Reply in this thread", placeholder: "Reply in this thread" };
    const name = this.title?.direct ? "Lectern" : (this.title?.title ?? this.channel);
    return { label: `Message ${name}`, placeholder: "Write, or / for commands" };
  }

  head() {
    const name = this.title?.title ?? this.channel;
    const direct = this.title?.direct;
    const back = (label, sign, name) =>
      el("button", { class: `icon-button ${name}`, type: "button", "aria-label": label, on: { click: () => this.app.back(this) } }, icon(sign));
    const below = this.thread ? `in ${direct ? "your messages with Lectern" : name}` : direct && "Only you and Lectern see this.";
    this.heading = el("h2", { text: this.thread ? "Thread" : name, dir: "auto" });
    const words = el("div", { class: "head-words" }, this.heading, below ? el("p", { text: below, dir: "auto" }) : null);
    return el(
      "header",
      { class: "panel-head" },
      back(this.thread ? "Back to the channel" : "All places", "back", "only-phone"),
      words,
      this.thread ? back("Close the thread", "close", "only-wide") : null,
    );
  }

  emptyWords() {
    if (this.thread) return [el("p", { text: "No replies yet." })];
    if (this.title?.direct) return [el("h3", { text: "Just you and Lectern" }), el("p", { text: "Ask something, or type / to see what Lectern can do." })];
    return [el("h3", { text: "A quiet room" }), el("p", { text: "Nothing has been said here yet. Say hello, or type / to see what Lectern can do." })];
  }

  does() {
    const { app } = this;
    return {
      press: (id, control, action, values) => app.press(this, id, action, values),
      openThread: (id) => app.go(this.channel, id),
      earlier: () => this.load(this.app.state.floors.get(this.key)?.floor),
      seen: (message) => app.seen(this, message),
      retry: (id) => app.retry(id),
      discard: (id) => app.discard(id),
      edit: (id) => this.edit(id),
    };
  }

  async load(before) {
    if (this.app.state.floors.has(this.key) && !before) return this.draw();
    await this.app.page(this, before);
    this.draw();
  }

  draw() {
    const { kind, name } = this.app.state.messages.get(Number(this.thread))?.author ?? {};
    if (kind === "persona") this.heading.textContent = `Lab with ${name}`;
    this.conversation.draw();
  }

  say(text) {
    this.conversation.toEnd();
    this.app.say(this, text);
  }

  edit(id) {
    const entry = this.app.state.pending.find((one) => one.id === id);
    this.app.discard(id);
    this.composer.put([entry?.text, this.composer.input.value].filter(Boolean).join("\n"));
    this.composer.focus();
  }

  close() {
    this.conversation.close();
    this.home.replaceChildren();
  }
}
