// The parts of a message: each kind of part has one function that draws it.

import { el, freshId } from "./dom.js";
import { momentTime, zoneTime } from "./times.js";
import { drawButtons, drawChoose } from "./controls.js";

const DRAW = {
  heading: (part) => el("h3", { class: "part heading", dir: "auto", text: part.text }),
  text: (part) => el("p", { class: "part text", dir: "auto" }, ...runs(part.line)),
  quote: (part) => el("blockquote", { class: "part quote", dir: "auto" }, ...runs(part.line)),
  note: (part) => el("p", { class: "part note", dir: "auto" }, ...runs(part.line)),
  items: (part) =>
    el(
      part.numbered ? "ol" : "ul",
      { class: "part items" },
      ...part.lines.map((line) => el("li", { dir: "auto" }, ...runs(line))),
    ),
  table: drawTable,
  picture: drawPicture,
  file: drawFile,
  buttons: drawButtons,
  choose: drawChoose,
};

// `press(control, action, values)` is called for every control; `null` where the parts cannot be pressed.
export function drawParts(parts, press) {
  return parts.map((part) => DRAW[part.kind]?.(part, press)).filter(Boolean);
}

export function runs(line) {
  return line.map((run) => (run.at ? drawMoment(run) : drawWords(run)));
}

function drawWords(run) {
  let node = document.createTextNode(run.text);
  if (run.code) node = el("code", {}, node);
  if (run.italic) node = el("em", {}, node);
  if (run.bold) node = el("strong", {}, node);
  return node;
}

function drawMoment(run) {
  const at = new Date(run.at);
  return el("time", { datetime: run.at, title: zoneTime(at, run.zone), text: momentTime(at) });
}

function drawTable(part) {
  const cells = (row, tag, scope) => row.map((cell) => el(tag, { dir: "auto", scope }, ...runs(cell)));
  const header = part.header.map((cell) => cell.map((run) => run.text ?? "").join("")).join(", ");
  return el(
    "div",
    { class: "part table", role: "region", tabindex: "0", "aria-label": `Table: ${header}` },
    el(
      "table",
      {},
      el("caption", { class: "unseen", text: `Table with the columns ${header}` }),
      el("thead", {}, el("tr", {}, ...cells(part.header, "th", "col"))),
      el("tbody", {}, ...part.rows.map((row) => el("tr", {}, ...cells(row, "td")))),
    ),
  );
}

function drawPicture(part) {
  const alternative = el(
    "details",
    { class: "alternative", open: !part.src },
    el("summary", { text: "Text version" }),
    el("p", { dir: "auto", text: part.alt }),
  );
  const picture = part.src && el("img", { src: part.src, alt: part.alt, loading: "lazy" });
  if (picture) picture.addEventListener("error", () => ((alternative.open = true), picture.remove()));
  return el("figure", { class: "part picture", id: freshId("figure") }, picture, alternative);
}

function drawFile(part) {
  const content = new Blob([part.text]);
  const link = el("a", { href: "#", download: part.name, text: `Save ${part.name} (${Math.ceil(content.size / 1024)} kB)` });
  // the address is made when it is wanted, and lives no longer: a page full of them would hold every file in memory
  link.addEventListener("click", () => {
    link.href = URL.createObjectURL(content);
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  });
  return el("p", { class: "part file", dir: "auto" }, link, ` · ${part.says}`);
}

// The words of a message, for announcements and for telling messages apart.
export function plainText(parts) {
  const words = (line) => line.map((run) => run.text ?? momentTime(new Date(run.at))).join("");
  const one = (part) => {
    if (part.line) return words(part.line);
    if (part.lines) return part.lines.map(words).join("\n");
    return part.says ?? part.text ?? part.alt ?? part.label ?? "";
  };
  return parts.map(one).filter(Boolean).join("\n");
}
