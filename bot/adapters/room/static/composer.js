// Where one types: grows with the text, keeps a draft for each place, completes slash commands.

import { el, freshId, icon } from "./dom.js";
import { Completion } from "./completion.js";

const LIMIT = 4000;
const WARN = 3600;

export class Composer {
  constructor({ key, commands, label, placeholder, onSend }) {
    Object.assign(this, { key: `lectern.draft:${key}`, onSend });
    const hint = freshId("composer-hint");
    this.input = el("textarea", { rows: 1, dir: "auto", placeholder, "aria-label": label, "aria-describedby": hint, enterkeyhint: "send" });
    this.hint = el("p", { class: "composer-hint", id: hint, "aria-live": "polite" });
    this.button = el("button", { class: "send", type: "submit", "aria-label": "Send" }, icon("send"));
    this.node = el("form", { class: "composer" }, el("div", { class: "composer-box" }, this.input, this.button), this.hint);
    this.completion = new Completion(this.input, commands, () => this.changed());
    this.node.prepend(this.completion.node);
    this.input.value = sessionStorage.getItem(this.key) ?? "";
    this.input.addEventListener("input", () => this.changed());
    this.input.addEventListener("keydown", (event) => this.typed(event));
    for (const begin of ["pointerdown", "mousedown"]) this.button.addEventListener(begin, (event) => event.preventDefault()); // the text keeps the focus
    this.node.addEventListener("submit", (event) => (event.preventDefault(), this.send()));
    new ResizeObserver(() => this.grow()).observe(this.node);
    this.changed();
  }

  typed(event) {
    if (event.isComposing || this.completion.typed(event)) return;
    const plain = event.key === "Enter" && !event.shiftKey && !event.altKey;
    if (!plain) return;
    event.preventDefault();
    this.send();
  }

  send() {
    const text = this.input.value.trim();
    if (!text || [...text].length > LIMIT) return this.changed();
    if (document.activeElement === this.button) this.focus();
    this.put("");
    this.completion.close();
    this.onSend(text);
  }

  put(text) {
    this.input.value = text;
    this.changed();
  }

  changed() {
    const { value } = this.input;
    if (value) sessionStorage.setItem(this.key, value);
    else sessionStorage.removeItem(this.key);
    const over = [...value.trim()].length;
    this.hint.textContent = over > LIMIT ? `That is ${over - LIMIT} characters too long to send. Please shorten it.` : over > WARN ? `${LIMIT - over} characters left` : "";
    this.hint.classList.toggle("error", over > LIMIT);
    this.button.disabled = !value.trim() || over > LIMIT;
    this.completion.update();
    this.grow();
  }

  // As high as its text, once it stands in the page.
  grow() {
    if (!this.input.isConnected || !this.input.clientWidth) return;
    this.input.style.height = "auto";
    this.input.style.height = `${this.input.scrollHeight}px`;
  }

  focus() {
    this.input.focus({ preventScroll: true });
  }
}
