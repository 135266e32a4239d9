// The window in which one adds a channel for everybody.

import { openForm } from "./forms.js";

const FORM = {
  title: "Add a channel",
  intro: [{ kind: "text", line: [{ text: "Everybody in the room will see it. A cohort lives in a channel of its own." }] }],
  fields: [{ kind: "text", name: "title", label: "Name", value: "", hint: "Such as: Spring cohort", limit: 40, required: true }],
  submit: "Add",
};

export function askForChannel(wire, open) {
  openForm(FORM, async ({ title: [title] }) => {
    const answer = await wire.ask({ type: "channel", title });
    if (answer.channel) setTimeout(() => open(answer.channel));
    return answer;
  });
}
