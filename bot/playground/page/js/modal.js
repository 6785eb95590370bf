// The dialogue box that the app has open for the person, as it comes and changes.

import { drawBlocks } from "./blocks.js";
import { box } from "./dialogs.js";
import { el, notify } from "./dom.js";
import { valueOf } from "./elements.js";
import { tell } from "./server.js";
import { chosenIn, onChange, state } from "./store.js";

let shown = null;
let dialog = null;
let errors = {};

/** Show the open view, if it is not what is shown already. */
function draw() {
  const view = state.view;
  if (view?.hash === shown?.hash && view?.id === shown?.id) return;
  if (view?.id !== shown?.id) errors = {};
  shown = view;
  show();
}

function show() {
  const before = document.activeElement?.closest("dialog") ? document.activeElement.name : null;
  dialog?.remove();
  dialog = null;
  if (!shown) return;
  const view = shown;
  const chosen = chosenIn(view.id);
  const use = async (blockId, actionId, value) => {
    const body = { view: view.id, block_id: blockId, action_id: actionId, chosen: value, state: chosen };
    return (await said("click", body)).problem;
  };
  const close = el("button", { type: "button", class: "button", on: { click: leave } }, view.close?.text ?? (view.submit ? "Cancel" : "Close"));
  const submit = view.submit
    ? el("button", { type: "submit", class: "button is-primary" }, view.submit.text)
    : null;
  dialog = box({
    title: view.title?.text ?? "",
    body: drawBlocks(view.blocks, { surface: "modal", place: { view: view.id }, chosen, errors, use }),
    buttons: [close, submit].filter(Boolean),
    onClose: leave,
  });
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    leave();
  });
  submit?.addEventListener("click", send);
  document.body.append(dialog);
  dialog.showModal();
  if (before) dialog.querySelector(`[name="${CSS.escape(before)}"]`)?.focus();
  dialog.querySelector('[aria-invalid="true"], .block-input .problem')?.focus?.();
}

async function send(event) {
  const button = event.currentTarget;
  if (button.getAttribute("aria-busy") === "true") return;
  const view = shown;
  errors = missing(view);
  if (Object.keys(errors).length === 0) {
    button.setAttribute("aria-busy", "true");
    const result = await said("submit", { view: view.id, state: chosenIn(view.id) });
    button.removeAttribute("aria-busy");
    if (result.problem) notify(result.problem);
    errors = result.errors ?? {};
  }
  if (Object.keys(errors).length && shown === view) show();
}

/** Complaints about inputs that must be filled and are not, as Slack makes them. */
function missing(view) {
  const found = {};
  for (const block of view.blocks) {
    if (block.type !== "input") continue;
    const value = valueOf(block.element, { block, ctx: { chosen: chosenIn(view.id) } });
    const length = value?.length ?? 0;
    const least = block.element.min_length ?? 0;
    if (length === 0 && !block.optional) found[block.block_id] = "Please fill this in.";
    else if (length > 0 && length < least) found[block.block_id] = `Please use at least ${least} characters.`;
  }
  return found;
}

async function leave() {
  const view = shown;
  state.chosen.delete(view.id);
  const result = await said("close", { view: view.id });
  if (result.problem) notify(result.problem);
}

async function said(path, body) {
  try {
    return await tell(path, body);
  } catch (problem) {
    return { problem: problem.message, errors: {} };
  }
}

onChange(draw);
