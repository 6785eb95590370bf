// Boxes in the middle of the page: the frame of all of them, and the question "are you sure?".

import { el, iconButton, newId } from "./dom.js";
import { plain, words } from "./mrkdwn.js";

/** A box with a title, a body and a row of buttons; it is not open yet. */
export function box({ title, body, buttons, small = false, onClose }) {
  const titleId = newId("title");
  return el(
    "dialog",
    { class: small ? "is-small" : null, "aria-labelledby": titleId },
    el("div", { class: "dialog-head" }, el("h2", { id: titleId }, plain(title)), iconButton("close", "Close", onClose)),
    el("div", { class: "dialog-body" }, body),
    buttons.length ? el("div", { class: "dialog-foot" }, buttons) : null,
  );
}

/** Slack's confirmation dialogue; resolves to whether it was confirmed. */
export function confirm({ title, text, confirm: yes, deny: no, style }) {
  return new Promise((resolve) => {
    let answer = false;
    const dialog = box({
      title: title?.text ?? "Are you sure?",
      body: el("p", { class: "markup" }, words(text)),
      small: true,
      onClose: () => dialog.close(),
      buttons: [
        el("button", { type: "button", class: "button", on: { click: () => dialog.close() } }, no?.text ?? "Cancel"),
        el(
          "button",
          {
            type: "button",
            class: style === "danger" ? "button is-danger is-filled" : "button is-primary",
            autofocus: true,
            on: { click: () => ((answer = true), dialog.close()) },
          },
          yes?.text ?? "Yes",
        ),
      ],
    });
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(answer);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
