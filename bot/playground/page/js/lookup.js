// A menu whose options come from the app, while one types.

import { el, icon } from "./dom.js";
import { words } from "./mrkdwn.js";
import { tell } from "./server.js";

/**
 * `chosen` are options as Slack writes them; `place` says where the menu stands. `onChange` gets
 * the options that are chosen now.
 */
export function lookup({ element, place, blockId, chosen, many, labelledBy, describedBy, onChange }) {
  let picked = [...chosen];
  const least = element.min_query_length ?? 3;
  const field = el("input", {
    class: "input",
    type: "search",
    autocomplete: "off",
    placeholder: element.placeholder?.text ?? "Type to find",
    "aria-label": labelledBy ? null : (element.placeholder?.text ?? "Type to find"),
    "aria-labelledby": labelledBy,
    "aria-describedby": describedBy,
  });
  const tags = el("div", { class: "lookup-chosen" });
  const list = el("div", { class: "lookup-list", role: "listbox", "aria-label": "Options found" });

  field.addEventListener("input", async () => {
    const query = field.value;
    if (query.length < least) return list.replaceChildren();
    const body = { ...place, block_id: blockId, action_id: element.action_id, chosen: query };
    const { groups } = await tell("suggest", body).catch(() => ({ groups: [] }));
    if (field.value === query) show(groups.flatMap((group) => group.options));
  });

  function show(options) {
    list.replaceChildren(
      ...options.map((option) => el("button", { type: "button", role: "option", "aria-selected": "false", class: "lookup-option", on: { click: () => pick(option) } }, words(option.text))),
    );
    if (!options.length) list.append(el("p", { class: "hint" }, "Nothing found."));
  }

  function pick({ text, value }) {
    picked = many ? [...picked.filter((one) => one.value !== value), { text, value }] : [{ text, value }];
    field.value = "";
    list.replaceChildren();
    settled();
  }

  function settled() {
    drawTags();
    onChange(picked);
  }

  function drop(option) {
    picked = picked.filter((one) => one !== option);
    settled();
  }

  function drawTags() {
    tags.replaceChildren(
      ...picked.map((option) => el("button", { type: "button", class: "button is-small", "aria-label": `Remove ${option.text.text}`, on: { click: () => drop(option) } }, option.text.text, icon("close"))),
    );
  }

  drawTags();
  return el("div", { class: "lookup" }, tags, field, list);
}
