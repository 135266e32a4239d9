// A form in a window of its own. What was typed survives a refusal.

import { el, freshId, icon } from "./dom.js";
import { drawParts } from "./parts.js";

// `submit(fields)` gives the room's answer; the window closes unless it is a refusal, or becomes the next form.
export function openForm(form, submit) {
  const title = el("h2", { id: freshId("form"), text: form.title, dir: "auto" });
  const close = el("button", { class: "icon-button", type: "button", "aria-label": "Close" }, icon("close"));
  const fields = form.fields.map(drawField);
  const error = el("p", { class: "error form-error", role: "alert", tabindex: "-1" });
  const send = el("button", { class: "button primary", type: "submit", text: form.submit });
  const cancel = el("button", { class: "button", type: "button", text: "Cancel" });
  const shape = el(
    "form",
    { class: "dialog-form", novalidate: true },
    el("header", {}, title, close),
    el("div", { class: "dialog-body" }, error, ...drawParts(form.intro, null), ...fields.map((field) => field.node)),
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
    mark(fields, answer.fields ?? {}) || show(error, answer.sentence);
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

// True if a field was meant: it has the sentence beside it, and the first such field is gone to.
function mark(fields, sentences) {
  const wrong = fields.filter((field) => sentences[field.name]);
  for (const field of wrong) field.wrong(sentences[field.name]);
  wrong[0]?.focus();
  wrong[0]?.node.scrollIntoView({ block: "nearest" });
  return wrong.length > 0;
}

// What is meant for the form as a whole stands at its top.
function show(error, sentence) {
  error.textContent = sentence;
  error.focus();
  error.scrollIntoView({ block: "nearest" });
}

function drawField(field) {
  if (field.kind === "text") return drawText(field);
  return field.many ? drawBoxes(field) : drawSelect(field);
}

function frame(field, control, tag = "div", labelTag = "label") {
  const hint = el("p", { class: "hint", id: freshId("hint"), text: field.hint ?? "", hidden: !field.hint });
  const error = el("p", { class: "error", id: freshId("error"), role: "alert" });
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
