// Controls in a message: buttons, and lists to choose from. Pressing one makes the whole group wait for the answer.

import { el, freshId } from "./dom.js";

export function drawButtons(part, press) {
  const group = el("div", { class: "part buttons" });
  for (const button of part.buttons) {
    const control = el("button", { class: `button ${button.style}`, type: "button", text: button.label, dir: "auto" });
    control.addEventListener("click", () => send(group, control, press, button.action, []));
    group.append(control);
  }
  return group;
}

export function drawChoose(part, press) {
  if (part.menu && !part.many) return drawMenu(part, press);
  return part.many ? drawMany(part, press) : drawOne(part, press);
}

const letter = (index) => (index < 26 ? String.fromCharCode(65 + index) : String(index + 1));

const badge = (index) => el("span", { class: "letter", text: letter(index) });

function drawOne(part, press) {
  const label = el("p", { class: "choose-label", id: freshId("choose"), text: part.label, dir: "auto" });
  const group = el("div", { class: "part choose", role: "group", "aria-labelledby": label.id }, label);
  part.options.forEach((option, index) => {
    const words = el("span", { dir: "auto", text: option.text });
    const control = el("button", { class: "option", type: "button" }, badge(index), words);
    control.addEventListener("click", () => send(group, control, press, part.action, [option.value]));
    group.append(control);
  });
  return group;
}

function drawMany(part, press) {
  const group = el("fieldset", { class: "part choose" }, el("legend", { class: "choose-label", text: part.label, dir: "auto" }));
  part.options.forEach((option, index) => {
    const box = el("input", { type: "checkbox", value: option.value });
    group.append(el("label", { class: "option" }, box, badge(index), el("span", { dir: "auto", text: option.text })));
  });
  const control = el("button", { class: "button primary", type: "button", text: part.submit });
  const chosen = () => [...group.querySelectorAll("input:checked")].map((box) => box.value);
  control.addEventListener("click", () => send(group, control, press, part.action, chosen()));
  group.append(control);
  return group;
}

function drawMenu(part, press) {
  const select = el("select", { id: freshId("menu"), dir: "auto" });
  select.append(...part.options.map((option) => el("option", { value: option.value, text: option.text })));
  const control = el("button", { class: "button", type: "button", text: part.submit });
  const group = el(
    "div",
    { class: "part choose menu" },
    el("label", { class: "choose-label", for: select.id, text: part.label, dir: "auto" }),
    el("div", { class: "menu-row" }, select, control),
  );
  control.addEventListener("click", () => send(group, control, press, part.action, [select.value]));
  return group;
}

// While a press is on its way the group takes no other; a refusal brings it back, with the sentence beneath.
async function send(group, control, press, action, values) {
  if (!press || group.dataset.waiting) return;
  group.dataset.waiting = "yes";
  control.classList.add("waiting");
  control.setAttribute("aria-busy", "true");
  group.querySelector(".error")?.remove();
  const refusal = await press(control, action, values);
  delete group.dataset.waiting;
  control.classList.remove("waiting");
  control.removeAttribute("aria-busy");
  if (refusal) group.append(el("p", { class: "error", role: "alert", text: refusal }));
}
