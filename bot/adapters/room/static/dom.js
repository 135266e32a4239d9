// Making elements. Text is only ever set as text: nothing in the page is parsed from a string.

export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    else if (name === "data") Object.assign(node.dataset, value);
    else if (name === "text") node.textContent = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const SVG = "http://www.w3.org/2000/svg";
const ICONS = {
  back: "M15 5l-7 7 7 7",
  close: "M6 6l12 12M18 6L6 18",
  send: "M4 12l16-7-5.500 15-3.200-6.300z",
  lock: "M7 11V8a5 5 0 0 1 10 0v3M6 11h12v9H6z",
  thread: "M4 6h16v10H10l-4 4v-4H4z",
  hash: "M9 4L7 20M17 4l-2 16M4.500 9h16M3.500 15h16",
  book: "M12 7c-2.500-1.800-5.500-2-8-1.500v12c2.500-.5 5.500-.3 8 1.500 2.500-1.800 5.500-2 8-1.500v-12c-2.500-.5-5.500-.3-8 1.500zM12 7v12",
  down: "M12 5v14M6 13l6 6 6-6",
};

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

export const byId = (id) => document.getElementById(id);

let counter = 0;
export const freshId = (prefix) => `${prefix}-${++counter}`;

export function announce(text) {
  const status = byId("status");
  status.textContent = "";
  requestAnimationFrame(() => (status.textContent = text.slice(0, 600)));
}

let noticeTimer = 0;
export function notice(sentence) {
  const place = byId("notice");
  place.textContent = sentence;
  place.hidden = false;
  clearTimeout(noticeTimer);
  noticeTimer = setTimeout(() => (place.hidden = true), 8000);
}
