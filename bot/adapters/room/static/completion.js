// Completion of slash commands: a listbox that belongs to the composer's text field.

import { el, freshId } from "./dom.js";

export class Completion {
  constructor(input, commands, onChange) {
    Object.assign(this, { input, commands, onChange, active: 0, found: [], dismissed: null });
    this.node = el("ul", { class: "completion", role: "listbox", id: freshId("commands"), "aria-label": "Commands", hidden: true });
    for (const [name, value] of Object.entries({
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-haspopup": "listbox",
      "aria-expanded": "false",
      "aria-controls": this.node.id,
    })) {
      input.setAttribute(name, value);
    }
    input.addEventListener("blur", () => this.close());
  }

  get open() {
    return !this.node.hidden;
  }

  update() {
    const typed = this.input.value.toLowerCase();
    const matches = typed.startsWith("/") && document.activeElement === this.input && this.dismissed !== typed;
    this.found = matches ? this.commands.filter((command) => `/${command.name}`.startsWith(typed)) : [];
    if (this.found.length === 0) return this.close();
    this.active = Math.min(this.active, this.found.length - 1);
    this.node.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.draw();
  }

  draw() {
    this.node.replaceChildren(...this.found.map((command, index) => this.drawOption(command, index)));
    const chosen = this.node.children[this.active];
    this.input.setAttribute("aria-activedescendant", chosen.id);
    const { offsetTop, offsetHeight } = chosen;
    if (offsetTop < this.node.scrollTop) this.node.scrollTop = offsetTop - 6;
    else if (offsetTop + offsetHeight > this.node.scrollTop + this.node.clientHeight) {
      this.node.scrollTop = offsetTop + offsetHeight - this.node.clientHeight + 6;
    }
  }

  drawOption(command, index) {
    const usage = command.usage.startsWith("/") ? command.usage : `/${command.name} ${command.usage}`;
    const option = el(
      "li",
      { role: "option", id: `${this.node.id}-${index}`, "aria-selected": String(index === this.active) },
      el("code", { text: usage }),
      el("span", { text: command.help }),
    );
    option.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the focus in the text
    option.addEventListener("click", () => this.take(index));
    return option;
  }

  // True if the key was meant for the list.
  typed(event) {
    if (!this.open) return false;
    const exact = this.input.value.trim().toLowerCase() === `/${this.found[this.active].name}`;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") this.move(event.key === "ArrowDown" ? 1 : -1);
    else if (event.key === "Escape") this.dismiss();
    else if (event.key === "Tab" && !event.shiftKey) this.take(this.active);
    else if (event.key === "Enter" && !event.shiftKey && !exact) this.take(this.active);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  move(step) {
    this.active = (this.active + step + this.found.length) % this.found.length;
    this.draw();
  }

  take(index) {
    this.input.value = `/${this.found[index].name} `;
    this.close();
    this.onChange();
  }

  dismiss() {
    this.dismissed = this.input.value.toLowerCase();
    this.close();
  }

  close() {
    this.node.hidden = true;
    this.active = 0;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}
