// A form in a window of its own. What was typed survives a refusal.

import { el, freshId, icon } from "./dom.js";
import { drawParts } from "./parts.js";

// `submit(fields)` gives the room's answer; the window closes unless it is a refusal, or becomes the next form.
export function openForm(form, submit) {
  const title = el("h2", { id: freshId("form"), text: form.title, dir: "auto" });
  const close = el("button", { class: "icon-button", type: "button", "aria-label": "Close" }, icon("close"));
  const fields = form.fields.map(drawField);
  const error = el("p", { class: "error", role: "alert" });
  const send = el("button", { class: "button primary", type: "submit", text: form.submit });
  const cancel = el("button", { class: "button", type: "button", text: "Cancel" });
  const shape = el(
    "form",
    { class: "dialog-form", novalidate: true },
    el("header", {}, title, close),
    el("div", { class: "dialog-body" }, ...drawParts(form.intro, null), ...fields.map((field) => field.node), error),
    el("footer", {}, cancel, send),
  );
  const dialog = el("dialog", { class: "dialog", "aria-labelledby": title.id }, shape);
  close.addEventListener("click", () => dialog.close());
  cancel.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  shape.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (send.disabled) return;
    clear(fields, error);
    send.disabled = true;
    send.classList.add("waiting");
    const answer = await submit(Object.fromEntries(fields.map((field) => [field.name, field.values()])));
    send.disabled = false;
    send.classList.remove("waiting");
    if (answer.type !== "refused") return dialog.close();
    error.textContent = answer.sentence;
    mark(fields, answer.fields ?? {}, send);
  });
  document.body.append(dialog);
  dialog.showModal();
  (fields[0]?.focus ?? (() => send.focus()))();
  return dialog;
}

function clear(fields, error) {
  error.textContent = "";
  for (const field of fields) field.wrong("");
}

function mark(fields, sentences, send) {
  const wrong = fields.filter((field) => sentences[field.name]);
  for (const field of wrong) field.wrong(sentences[field.name]);
  (wrong[0]?.focus ?? (() => send.focus()))();
}

function drawField(field) {
  if (field.kind === "text") return drawText(field);
  return field.many ? drawBoxes(field) : drawSelect(field);
}

function frame(field, control, tag = "div", labelTag = "label") {
  const hint = el("p", { class: "hint", id: freshId("hint"), text: field.hint ?? "", hidden: !field.hint });
  const error = el("p", { class: "error", id: freshId("error") });
  const optional = field.required === false ? el("span", { class: "optional", text: "optional" }) : null;
  const label = el(labelTag, { dir: "auto", for: labelTag === "label" ? control.id : null }, field.label, " ", optional);
  control.setAttribute("aria-describedby", `${hint.id} ${error.id}`);
  const node = el(tag, { class: "field" }, label, control, hint, error);
  const wrong = (sentence) => {
    error.textContent = sentence;
    const target = control.matches("input,textarea,select") ? control : node;
    target.setAttribute("aria-invalid", String(Boolean(sentence)));
  };
  return { name: field.name, node, wrong };
}

function drawText(field) {
  const control = el(field.long ? "textarea" : "input", { id: freshId("field"), dir: "auto", maxlength: field.limit, rows: field.long ? 5 : null });
  control.value = field.value;
  if (field.required) control.setAttribute("aria-required", "true");
  return { ...frame(field, control), values: () => [control.value], focus: () => control.focus() };
}

function drawSelect(field) {
  const control = el("select", { id: freshId("field"), dir: "auto" });
  const known = field.options.some((option) => field.value.includes(option.value));
  if (!known) control.append(el("option", { value: "", text: "Choose…" }));
  control.append(...field.options.map((option) => el("option", { value: option.value, text: option.text })));
  control.value = known ? field.value[0] : "";
  return { ...frame(field, control), values: () => (control.value ? [control.value] : []), focus: () => control.focus() };
}

function drawBoxes(field) {
  const boxes = field.options.map((option) => {
    const box = el("input", { type: "checkbox", value: option.value });
    box.checked = field.value.includes(option.value);
    return { box, label: el("label", { class: "tick" }, box, el("span", { dir: "auto", text: option.text })) };
  });
  const control = el("div", { class: "ticks" }, ...boxes.map((one) => one.label));
  const values = () => boxes.filter((one) => one.box.checked).map((one) => one.box.value);
  return { ...frame(field, control, "fieldset", "legend"), values, focus: () => boxes[0].box.focus() };
}
