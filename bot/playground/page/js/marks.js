// Links and mentions: the marks that mrkdwn, markdown and rich text share.

import { el } from "./dom.js";
import { go } from "./route.js";
import { state } from "./store.js";

/** A link, if it leads to the web; anything else is shown as words. */
export function link(address, words = address) {
  let url;
  try {
    url = new URL(address);
  } catch {
    return document.createTextNode(words === address ? words : `${words} (${address})`);
  }
  if (url.protocol === "mailto:") return el("a", { href: url.href }, words);
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    return document.createTextNode(words === address ? words : `${words} (${address})`);
  }
  const place = permalink(url);
  if (place) {
    return el("a", { href: url.href, on: { click: (event) => follow(event, place) } }, words);
  }
  return el("a", { href: url.href, target: "_blank", rel: "noopener noreferrer" }, words);
}

/** A person by name. */
export function person(id) {
  const known = state.people.get(id);
  const mine = id === state.me;
  return el("span", { class: mine ? "mention is-me" : "mention" }, `@${known ? handle(known) : id}`);
}

/** A channel by name; a click goes there. */
export function channel(id, label = "") {
  const known = state.channels.get(id);
  if (!known || known.direct) return el("span", { class: "mention" }, `#${label || known?.name || id}`);
  const open = () => go({ person: state.me, channel: id });
  return el("button", { type: "button", class: "mention", on: { click: open } }, `#${known.name}`);
}

/** A user group by its handle. */
export function group(id, label = "") {
  const known = state.groups.get(id);
  const mine = known?.members.includes(state.me);
  const name = label.replace(/^@/, "") || known?.handle || id;
  return el("span", { class: mine ? "mention is-me" : "mention" }, `@${name}`);
}

/** @here, @channel, @everyone. */
export function everybody(range) {
  return el("span", { class: "mention is-me" }, `@${range}`);
}

/** A moment in the reader's own time, in Slack's date format. */
export function moment(seconds, format, fallback) {
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime())) return fallback;
  const written = {
    date_num: date.toLocaleDateString("en-CA"),
    date: date.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" }),
    date_short: date.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" }),
    date_long: date.toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long", year: "numeric" }),
    time: date.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" }),
    time_secs: date.toLocaleTimeString("en-GB"),
  };
  const known = { ...written, date_pretty: written.date, date_short_pretty: written.date_short, date_long_pretty: written.date_long };
  return format.replace(/\{(\w+)\}/g, (whole, name) => known[name] ?? whole);
}

function handle(known) {
  return known.is_bot ? known.handle : known.name;
}

function permalink(url) {
  const found = /^\/archives\/([A-Z0-9]+)\/p(\d+)(\d{6})$/.exec(url.pathname);
  if (url.origin !== location.origin || !found) return null;
  const thread = url.searchParams.get("thread_ts") ?? `${found[2]}.${found[3]}`;
  return { channel: found[1], thread };
}

function follow(event, { channel: id, thread }) {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  go({ person: state.me, channel: id, thread });
}
