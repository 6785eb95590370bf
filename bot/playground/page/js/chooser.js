// A menu to choose one or several options from: a button that opens a list one can search.

import { el, icon, newId } from "./dom.js";
import { words } from "./mrkdwn.js";

const SEARCH_FROM = 8;

/**
 * `groups` are lists of options under a heading (null for none); an option is Slack's: text,
 * value, description. `chosen` are values. `onChange` gets the values: at once where one is
 * chosen, on closing where several may be.
 */
export function chooser({ groups, chosen, many = false, most = Infinity, placeholder, labelledBy = null, describedBy = null, invalid = false, onChange }) {
  let picked = [...chosen];
  let atOpening = picked.join("\n");
  let rows = [];
  let active = -1;

  const shownId = newId("shown");
  const listId = newId("list");
  const shown = el("span", { class: "shown", id: shownId });
  const button = el(
    "button",
    {
      type: "button",
      class: "button chooser-button",
      popovertarget: listId,
      "aria-haspopup": "listbox",
      "aria-labelledby": labelledBy ? `${labelledBy} ${shownId}` : null,
      "aria-describedby": describedBy,
      "aria-invalid": invalid ? "true" : null,
    },
    shown,
    icon("caret"),
  );
  const count = groups.reduce((sum, group) => sum + group.options.length, 0);
  const search =
    count > SEARCH_FROM
      ? el("input", { class: "chooser-filter", type: "search", "aria-label": "Filter the options", placeholder: "Filter", autocomplete: "off" })
      : null;
  const list = el("div", { role: "listbox", "aria-multiselectable": many ? "true" : null, "aria-label": placeholder, tabindex: "-1" });
  const done = many
    ? el("div", { class: "chooser-done" }, el("button", { type: "button", class: "button is-small", on: { click: () => popup.hidePopover() } }, "Done"))
    : null;
  const popup = el("div", { class: "chooser-list", id: listId, popover: "auto" }, search, list, done);
  const focus = search ?? list;

  function showChoice() {
    const names = all().filter((option) => picked.includes(option.value)).map((option) => option.text.text);
    button.classList.toggle("is-empty", names.length === 0);
    shown.textContent = names.length ? names.join(", ") : placeholder;
  }

  function all() {
    return groups.flatMap((group) => group.options);
  }

  function fill() {
    const wanted = search?.value.trim().toLowerCase() ?? "";
    rows = [];
    const nodes = [];
    for (const group of groups) {
      const found = group.options.filter((option) => option.text.text.toLowerCase().includes(wanted));
      if (group.label && found.length) nodes.push(el("div", { class: "chooser-group", role: "presentation" }, words(group.label)));
      for (const option of found) nodes.push(row(option));
    }
    list.replaceChildren(...(rows.length ? nodes : [el("div", { class: "chooser-none" }, "Nothing like that.")]));
    const first = rows.findIndex(({ option }) => picked.includes(option.value));
    activate(rows.length ? Math.max(first, 0) : -1);
  }

  function row(option) {
    const on = picked.includes(option.value);
    const node = el(
      "div",
      {
        class: "chooser-option",
        role: "option",
        id: newId("option"),
        "aria-selected": String(on),
        "data-value": option.value,
        on: { click: () => pick(option) },
      },
      el("span", { class: "mark" }, on ? icon("tick") : null),
      el("span", {}, words(option.text), option.description ? el("small", {}, words(option.description)) : null),
    );
    node.addEventListener("pointermove", () => activate(rows.findIndex((one) => one.node === node)));
    rows.push({ option, node });
    return node;
  }

  function activate(place) {
    if (place === active && rows[place]?.node.classList.contains("is-active")) return;
    rows[active]?.node.classList.remove("is-active");
    active = place;
    const now = rows[place]?.node;
    now?.classList.add("is-active");
    now?.scrollIntoView({ block: "nearest" });
    if (now) focus.setAttribute("aria-activedescendant", now.id);
    else focus.removeAttribute("aria-activedescendant");
  }

  function pick(option) {
    if (!many) {
      picked = [option.value];
      popup.hidePopover();
      return;
    }
    const on = picked.includes(option.value);
    if (!on && picked.length >= most) return;
    picked = on ? picked.filter((value) => value !== option.value) : [...picked, option.value];
    const place = active;
    fill();
    activate(place);
    showChoice();
  }

  function onKey(event) {
    const moves = { ArrowDown: active + 1, ArrowUp: active - 1, Home: 0, End: rows.length - 1 };
    if (event.key in moves && !(search && (event.key === "Home" || event.key === "End"))) {
      event.preventDefault();
      activate(Math.min(Math.max(moves[event.key], 0), rows.length - 1));
    } else if (event.key === "Enter" || (event.key === " " && !search)) {
      if (event.target.tagName === "BUTTON") return;
      event.preventDefault();
      if (rows[active]) pick(rows[active].option);
    }
  }

  function place() {
    const at = button.getBoundingClientRect();
    const height = Math.min(popup.scrollHeight + 2, 320);
    const below = at.bottom + height + 8 < window.innerHeight;
    popup.style.top = `${below ? at.bottom + 4 : Math.max(8, at.top - height - 4)}px`;
    popup.style.left = `${Math.max(8, Math.min(at.left, window.innerWidth - popup.offsetWidth - 8))}px`;
  }

  popup.addEventListener("toggle", (event) => {
    const open = event.newState === "open";
    button.setAttribute("aria-expanded", String(open));
    if (open) {
      atOpening = picked.join("\n");
      if (search) search.value = "";
      fill();
      place();
      focus.focus({ preventScroll: true });
    } else {
      showChoice();
      button.focus({ preventScroll: true });
      if (picked.join("\n") !== atOpening) onChange(picked);
    }
  });
  popup.addEventListener("keydown", onKey);
  search?.addEventListener("input", fill);
  button.setAttribute("aria-expanded", "false");
  showChoice();
  return el("div", { class: "chooser" }, button, popup);
}

/** A "…" button with a menu; `onPick` gets the option. */
export function overflow({ options, label, onPick }) {
  const listId = newId("menu");
  const button = el(
    "button",
    { type: "button", class: "button", popovertarget: listId, "aria-haspopup": "menu", "aria-label": label },
    icon("more"),
  );
  const items = options.map((option) =>
    el(
      "div",
      {
        class: "chooser-option",
        role: "menuitem",
        tabindex: "-1",
        on: { click: () => choose(option), pointermove: (event) => event.currentTarget.focus() },
      },
      el("span", {}, words(option.text), option.description ? el("small", {}, words(option.description)) : null),
    ),
  );
  const popup = el("div", { class: "chooser-list", id: listId, popover: "auto", role: "menu", "aria-label": label }, items);

  function choose(option) {
    popup.hidePopover();
    onPick(option);
  }

  popup.addEventListener("focusin", () => {
    for (const item of items) item.classList.toggle("is-active", item === document.activeElement);
  });
  popup.addEventListener("keydown", (event) => {
    const now = items.indexOf(document.activeElement);
    const moves = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: items.length - 1 };
    if (event.key in moves) {
      event.preventDefault();
      items[(moves[event.key] + items.length) % items.length].focus();
    } else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      if (now >= 0) choose(options[now]);
    }
  });
  popup.addEventListener("toggle", (event) => {
    if (event.newState !== "open") return button.focus({ preventScroll: true });
    const at = button.getBoundingClientRect();
    const below = at.bottom + popup.offsetHeight + 8 < window.innerHeight;
    popup.style.top = `${below ? at.bottom + 4 : at.top - popup.offsetHeight - 4}px`;
    popup.style.left = `${Math.max(8, Math.min(at.left, window.innerWidth - popup.offsetWidth - 8))}px`;
    items[0]?.focus();
  });
  return el("div", { class: "chooser" }, button, popup);
}
