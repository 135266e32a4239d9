// The card that asks for a name, and the banner that says that the connection is lost.

import { byId } from "./dom.js";

const BANNER_AFTER = 700; // a break shorter than this is not worth a word

export class Entrance {
  // `enter(name)` gives false where the room cannot be reached.
  constructor(enter) {
    byId("enter").addEventListener("submit", (event) => {
      event.preventDefault();
      const name = byId("name").value.trim();
      if (!name) return this.refuse("Please type your name.");
      this.refuse(enter(name) ? "" : "The room cannot be reached just now. Please try again.");
    });
  }

  get isOpen() {
    return !byId("card").hidden;
  }

  open(title) {
    document.body.dataset.view = "card";
    document.title = title;
    byId("room").hidden = true;
    byId("card").hidden = false;
    byId("card-title").textContent = title;
    byId("name").focus();
  }

  close() {
    byId("card").hidden = true;
    byId("room").hidden = false;
  }

  refuse(sentence) {
    byId("name-error").textContent = sentence;
  }
}

let timer = 0;

export function showOnline(online) {
  clearTimeout(timer);
  const banner = byId("banner");
  if (online) return (banner.hidden = true);
  timer = setTimeout(() => {
    banner.textContent = "Reconnecting… You can go on writing; it will be sent when the room is back.";
    banner.hidden = false;
  }, BANNER_AFTER);
}
