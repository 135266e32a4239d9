// One message: face, name, time, and its parts.

import { el, icon } from "./dom.js";
import { clockTime, fullTime } from "./times.js";
import { drawParts } from "./parts.js";

export function drawMessage(message, { parts, writing, press, thread }) {
  const at = new Date(message.at);
  const article = el(
    "article",
    { class: classes(message, writing), data: { id: message.id }, "aria-label": `${message.author.name}, ${clockTime(at)}` },
    face(message.author),
    el(
      "header",
      { class: "who" },
      el("span", { class: "name" }, el("bdi", { text: message.author.name })),
      message.author.kind === "persona" && personaMark(),
      message.mine && el("span", { class: "tag", text: "you" }),
      el("time", { class: "at", datetime: message.at, title: fullTime(at), text: clockTime(at) }),
    ),
    message.private && el("p", { class: "only-you" }, icon("lock"), "Only you can see this"),
    body(parts, press, writing),
    thread && (thread.replies ? threadButton(thread) : replyButton(thread)),
  );
  if (writing) article.setAttribute("aria-busy", "true");
  return article;
}

function classes(message, writing) {
  const marks = { mine: message.mine, private: message.private, writing, [message.author.kind]: true };
  return ["message", ...Object.keys(marks).filter((mark) => marks[mark])].join(" ");
}

export function body(parts, press, writing) {
  return el("div", { class: "body", tabindex: "-1", "aria-live": writing ? "off" : null }, ...drawParts(parts, press));
}

// Nobody can choose a name that looks like this.
function personaMark() {
  return el("span", { class: "persona-mark", title: "A persona of this course" }, icon("book"), el("span", { class: "unseen", text: "persona" }));
}

function replyButton({ open }) {
  return el("button", { class: "reply", type: "button", title: "Reply in thread", "aria-label": "Reply in thread", on: { click: open } }, icon("thread"));
}

function threadButton({ replies, unread, open }) {
  return el(
    "button",
    { class: "to-thread", type: "button", on: { click: open } },
    icon("thread"),
    el("span", { text: `${replies} ${replies === 1 ? "reply" : "replies"}` }),
    unread ? el("span", { class: "badge", text: `${unread} new` }) : null,
  );
}

export function face(author) {
  if (author.kind === "lectern") return el("img", { class: "face", src: "/static/mark.svg", alt: "", width: 40, height: 40 });
  if (author.kind === "person" || !author.face) return disc(author);
  const picture = el("img", { class: "face", src: `/faces/${encodeURIComponent(author.face)}`, alt: "", width: 40, height: 40 });
  picture.addEventListener("error", () => picture.replaceWith(disc(author)));
  return picture;
}

export function disc(author) {
  const sign = author.kind === "persona" && author.emoji ? author.emoji : initials(author.name);
  return el("span", { class: `face disc tint-${tint(author.id || author.name)}`, "aria-hidden": "true", text: sign });
}

function initials(name) {
  const words = name.split(/\s+/u).filter(Boolean);
  const first = (word) => [...word][0] ?? "";
  if (!/[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}]/u.test(name)) return first(words[0] ?? "?");
  return (words.length > 1 ? first(words[0]) + first(words[words.length - 1]) : first(words[0] ?? "?")).toUpperCase();
}

function tint(text) {
  let sum = 0;
  for (const char of text) sum = (sum * 31 + char.codePointAt(0)) % 997;
  return sum % 6;
}
