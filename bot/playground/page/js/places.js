// The list on the left: channels, direct messages, who one is, and the theme.

import { avatar, el, iconButton } from "./dom.js";
import { go, here } from "./route.js";
import { onChange, state } from "./store.js";
import { isDark, toggleTheme } from "./theme.js";

const nav = document.getElementById("places");
const unfolded = new Set();
let version = "";

function draw() {
  const { channel } = here();
  const next = JSON.stringify([state.me, [...state.channels.values()], channel, isDark()]);
  if (!state.me || next === version) return;
  version = next;
  const focused = document.activeElement?.id;
  const channels = [...state.channels.values()];
  nav.replaceChildren(
    el(
      "header",
      { class: "places-head" },
      el("h1", {}, state.workspace, el("small", {}, "A stand-in for Slack")),
      iconButton(isDark() ? "sun" : "moon", isDark() ? "Light theme" : "Dark theme", () => (toggleTheme(), draw()), { id: "theme" }),
    ),
    el(
      "div",
      { class: "places-body" },
      list("Channels", channels.filter((one) => !one.direct && !one.aside), channel),
      list("Direct messages", channels.filter((one) => one.direct), channel),
      folded("More channels", channels.filter((one) => one.aside), channel),
    ),
    people(),
  );
  if (focused && nav.querySelector(`#${CSS.escape(focused)}`)) document.getElementById(focused).focus();
}

function list(title, channels, open) {
  return [el("h2", {}, title), el("ul", { "aria-label": title }, channels.map((one) => el("li", {}, place(one, one.id === open))))];
}

/** Channels that few people look for, folded away unless one is in there. */
function folded(title, channels, open) {
  if (!channels.length) return null;
  return fold(title, channels.some((one) => one.id === open || one.unread), el("ul", { "aria-label": title }, channels.map((one) => el("li", {}, place(one, one.id === open)))));
}

function fold(title, isOpen, ...inside) {
  const details = el("details", { class: "fold", open: isOpen || unfolded.has(title) }, el("summary", {}, title), inside);
  details.addEventListener("toggle", () => (details.open ? unfolded.add(title) : unfolded.delete(title)));
  return details;
}

function place(channel, isOpen) {
  const unread = channel.unread && !isOpen;
  const bot = state.people.get(state.bot);
  return el(
    "button",
    {
      type: "button",
      id: `place-${channel.id}`,
      class: unread ? "place is-unread" : "place",
      "aria-current": isOpen ? "page" : null,
      on: { click: () => go({ person: state.me, channel: channel.id }) },
    },
    channel.direct ? avatar(bot, "small") : el("span", { class: "hash", "aria-hidden": "true" }, channel.group ? "@" : "#"),
    el("span", { class: "place-name" }, channel.direct ? bot.name : channel.group ? channel.purpose : channel.name, notes(channel)),
    unread ? el("span", { class: "unread-dot" }, el("span", { class: "unseen" }, " unread")) : null,
  );
}

function notes(channel) {
  const said = [channel.private && "private", channel.archived && "archived", channel.shared && "shared", channel.writers.length && "read-only"].filter(Boolean);
  return said.length ? el("small", {}, ` ${said.join(", ")}`) : null;
}

function people() {
  const humans = [...state.people.values()].filter((person) => !person.is_bot);
  const others = humans.filter((one) => one.aside);
  return el(
    "fieldset",
    { class: "people" },
    el("legend", {}, "You are"),
    humans.filter((one) => !one.aside).map(someone),
    fold("More people", others.some((one) => one.id === state.me), others.map(someone)),
  );
}

function someone(person) {
  const input = el("input", { type: "radio", name: "me", id: `me-${person.id}`, value: person.id, checked: person.id === state.me });
  input.addEventListener("change", () => become(person.id));
  return el(
    "label",
    { class: "person" },
    input,
    avatar(person, "small"),
    el("span", { class: "person-name" }, person.name, el("small", {}, person.title)),
    el("span", { class: "tick", "aria-hidden": "true" }, "✓"),
  );
}

/** Another person looks at the same place, where they may. */
function become(person) {
  const { channel, thread } = here();
  const known = state.channels.get(channel);
  go(known && !known.direct ? { person, channel, thread } : { person });
}

onChange(draw);
window.addEventListener("hashchange", draw);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
