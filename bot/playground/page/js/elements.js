// The table of interactive elements: one small drawing function for each kind.
//
// Each gets the element and its place: `at.block`, `at.ctx` (chosen, use, surface), `at.label`
// (the id of a visible label, if any), `at.hint` (the id of a description), `at.invalid`.

import { chooser, overflow } from "./chooser.js";
import { confirm } from "./dialogs.js";
import { el, icon, newId } from "./dom.js";
import { lookup } from "./lookup.js";
import { link } from "./marks.js";
import { plain, words } from "./mrkdwn.js";
import { picture } from "./picture.js";
import { state } from "./store.js";

const ELEMENTS = {
  button,
  workflow_button: button,
  icon_button: iconButton,
  feedback_buttons: feedbackButtons,
  overflow: overflowMenu,
  static_select: (element, at) => select(element, at, groupsOf(element), false),
  multi_static_select: (element, at) => select(element, at, groupsOf(element), true),
  external_select: (element, at) => external(element, at, false),
  multi_external_select: (element, at) => external(element, at, true),
  users_select: (element, at) => select(element, at, people(), false),
  multi_users_select: (element, at) => select(element, at, people(), true),
  channels_select: (element, at) => select(element, at, channels(), false),
  multi_channels_select: (element, at) => select(element, at, channels(), true),
  conversations_select: (element, at) => select(element, at, channels(), false),
  multi_conversations_select: (element, at) => select(element, at, channels(), true),
  radio_buttons: (element, at) => choices(element, at, "radio"),
  checkboxes: (element, at) => choices(element, at, "checkbox"),
  plain_text_input: words_,
  email_text_input: (element, at) => field(element, at, "email"),
  url_text_input: (element, at) => field(element, at, "url"),
  number_input: (element, at) => field(element, at, "number"),
  datepicker: (element, at) => field(element, at, "date", element.initial_date),
  timepicker: (element, at) => field(element, at, "time", element.initial_time),
  datetimepicker: moment,
  rich_text_input: (element, at) => field(element, at, "multiline"),
  file_input: () => el("p", { class: "hint" }, "Files cannot be sent from this page."),
  image: (element) => picture(element, "accessory-image"),
};

/** The node of an element. */
export function drawElement(element, at) {
  const draw = ELEMENTS[element.type];
  if (draw) return draw(element, at);
  return el("span", { class: "block-unknown" }, `unknown element: ${element.type}`);
}

/** What is chosen in an element now: by the person, or from the start. */
export function valueOf(element, at) {
  const chosen = at.ctx.chosen[at.block.block_id];
  if (chosen && element.action_id in chosen) return chosen[element.action_id];
  if (element.initial_option) return element.initial_option.value;
  if (element.initial_options) return element.initial_options.map((option) => option.value);
  const initial = Object.keys(element).find((key) => key.startsWith("initial_"));
  return initial ? element[initial] : null;
}

function keep(element, at, value) {
  (at.ctx.chosen[at.block.block_id] ??= {})[element.action_id] = value;
}

/** Something was chosen: keep it, and tell the app unless it waits in a form. */
function settle(node, element, at, value) {
  keep(element, at, value);
  at.complain("");
  if (at.block.type !== "input" || at.block.dispatch_action) tellApp(node, element, at, value);
}

async function tellApp(node, element, at, value = null) {
  if (node.getAttribute("aria-busy") === "true") return;
  if (element.confirm && !(await confirm(element.confirm))) return;
  node.setAttribute("aria-busy", "true");
  const problem = await at.ctx.use(at.block.block_id, element.action_id, value);
  node.removeAttribute("aria-busy");
  at.complain(problem);
}

function button(element, at) {
  const style = { primary: " is-primary", danger: " is-danger" }[element.style] ?? "";
  const node = el(
    "button",
    { type: "button", class: `button${style}`, "aria-label": element.accessibility_label ?? null },
    plain(element.text.text),
  );
  node.addEventListener("click", () => {
    if (element.url) link(element.url).click?.();
    tellApp(node, element, at);
  });
  return node;
}

function iconButton(element, at) {
  if (element.visible_to_user_ids && !element.visible_to_user_ids.includes(state.me)) return null;
  const drawn = { trash: "bin" }[element.icon] ?? "more";
  const node = el(
    "button",
    { type: "button", class: "plain-button", "aria-label": element.accessibility_label ?? element.text.text, title: element.text.text },
    icon(drawn),
  );
  node.addEventListener("click", () => tellApp(node, element, at));
  return node;
}

function feedbackButtons(element, at) {
  const sides = { positive: ["up", element.positive_button], negative: ["down", element.negative_button] };
  const nodes = Object.entries(sides).map(([side, [drawn, one]]) => {
    const node = el(
      "button",
      { type: "button", class: "button is-small", "aria-pressed": String(valueOf(element, at) === side), "aria-label": one.accessibility_label ?? null },
      icon(drawn),
      plain(one.text.text),
    );
    node.addEventListener("click", () => {
      keep(element, at, side);
      for (const other of nodes) other.setAttribute("aria-pressed", String(other === node));
      tellApp(node, element, at, side);
    });
    return node;
  });
  return nodes;
}

function overflowMenu(element, at) {
  const node = overflow({
    options: element.options,
    label: "More actions",
    onPick: (option) => {
      if (option.url) link(option.url).click?.();
      tellApp(node, element, at, option.value);
    },
  });
  return node;
}

function select(element, at, groups, many) {
  const value = valueOf(element, at);
  const node = chooser({
    groups,
    many,
    most: element.max_selected_items,
    chosen: value === null ? [] : [value].flat(),
    placeholder: element.placeholder?.text ?? (many ? "Choose options" : "Choose an option"),
    labelledBy: at.label,
    describedBy: at.hint,
    invalid: at.invalid,
    onChange: (values) => settle(node, element, at, many ? values : (values[0] ?? null)),
  });
  return node;
}

function external(element, at, many) {
  const node = lookup({
    element,
    many,
    place: at.ctx.place,
    blockId: at.block.block_id,
    chosen: [externalValue(element, at) ?? []].flat(),
    labelledBy: at.label,
    describedBy: at.hint,
    onChange: (options) => settle(node, element, at, many ? options : (options[0] ?? null)),
  });
  return node;
}

function externalValue(element, at) {
  const kept = at.ctx.chosen[at.block.block_id];
  if (kept && element.action_id in kept) return kept[element.action_id];
  return element.initial_option ?? element.initial_options ?? null;
}

/** A date and a time; Slack counts both in seconds. */
function moment(element, at) {
  const node = el("input", { class: "input", type: "datetime-local", "aria-labelledby": at.label, "aria-describedby": at.hint, "aria-invalid": at.invalid ? "true" : null });
  const value = valueOf(element, at);
  if (value) node.value = new Date(value * 1000 - new Date(value * 1000).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  node.addEventListener("change", () => settle(node, element, at, node.value ? Math.floor(new Date(node.value).getTime() / 1000) : null));
  return node;
}

function groupsOf(element) {
  return element.option_groups ?? [{ label: null, options: element.options ?? [] }];
}

function people() {
  const options = [...state.people.values()].map(({ id, name }) => ({ value: id, text: { type: "plain_text", text: name } }));
  return [{ label: null, options }];
}

function channels() {
  const named = [...state.channels.values()].filter((channel) => !channel.direct);
  return [{ label: null, options: named.map(({ id, name }) => ({ value: id, text: { type: "plain_text", text: `#${name}` } })) }];
}

function choices(element, at, type) {
  const name = newId("choices");
  const now = [valueOf(element, at) ?? []].flat();
  const node = el("div", {
    class: "choices",
    role: type === "radio" ? "radiogroup" : "group",
    "aria-labelledby": at.label,
    "aria-describedby": at.hint,
  });
  for (const option of element.options) {
    const input = el("input", { type, name, value: option.value, checked: now.includes(option.value) });
    input.addEventListener("change", () => {
      const on = [...node.querySelectorAll("input:checked")].map((one) => one.value);
      settle(node, element, at, type === "radio" ? (on[0] ?? null) : on);
    });
    node.append(
      el(
        "label",
        { class: "choice" },
        input,
        el("span", {}, words(option.text), option.description ? el("small", {}, words(option.description)) : null),
      ),
    );
  }
  return node;
}

function words_(element, at) {
  return field(element, at, element.multiline ? "multiline" : "text");
}

function field(element, at, type, initial) {
  const node = el(type === "multiline" ? "textarea" : "input", {
    class: "input",
    type: type === "multiline" ? null : type,
    placeholder: element.placeholder?.text ?? null,
    maxlength: element.max_length ?? null,
    minlength: element.min_length ?? null,
    min: element.min_value ?? null,
    max: element.max_value ?? null,
    step: type === "number" ? (element.is_decimal_allowed ? "any" : "1") : null,
    "aria-labelledby": at.label,
    "aria-describedby": at.hint,
    "aria-invalid": at.invalid ? "true" : null,
    autofocus: element.focus_on_load,
  });
  node.value = valueOf(element, at) ?? initial ?? "";
  node.addEventListener("input", () => keep(element, at, node.value));
  node.addEventListener("change", () => {
    if (type === "date" || type === "time") settle(node, element, at, node.value);
  });
  node.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && type !== "multiline" && at.block.dispatch_action) settle(node, element, at, node.value);
  });
  return node;
}
