// The list of places, with what is unread in each.

import { byId, el, icon } from "./dom.js";
import { disc } from "./message.js";

export function drawSide(state, current, go) {
  byId("title").textContent = state.title;
  const channels = state.channels.filter((one) => !one.direct);
  const direct = state.channels.filter((one) => one.direct);
  const list = (name, places) => [el("h2", { text: name }), el("ul", {}, ...places.map((place) => drawPlace(state, place, current, go)))];
  byId("channels").replaceChildren(...list("Channels", channels));
  byId("direct").replaceChildren(...list("Just you", direct));
  byId("me").replaceChildren(disc({ kind: "person", id: state.me.id, name: state.me.name }), el("bdi", { text: state.me.name }));
}

function drawPlace(state, place, current, go) {
  const unread = state.unreadOf(place.id);
  const here = place.id === current;
  const sign = place.direct ? el("img", { class: "place-mark", src: "/static/mark.svg", alt: "", width: 20, height: 20 }) : icon("hash");
  const button = el(
    "button",
    { class: unread ? "place unread" : "place", type: "button", "aria-current": here ? "page" : null },
    sign,
    el("span", { class: "place-name", dir: "auto", text: place.title }),
    unread ? el("span", { class: "badge" }, String(unread), el("span", { class: "unseen", text: " unread" })) : null,
  );
  button.addEventListener("click", () => go(place.id));
  return el("li", {}, button);
}
