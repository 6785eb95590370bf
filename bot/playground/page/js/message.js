// One message: who, when, what, and what can be done with it.

import { drawBlocks } from "./blocks.js";
import { avatar, el, icon, iconButton, notify } from "./dom.js";
import { emojiOf } from "./emoji.js";
import { mrkdwn } from "./mrkdwn.js";
import { go } from "./route.js";
import { tell } from "./server.js";
import { changed, chosenIn, inChannel, state } from "./store.js";
import { typed } from "./typed.js";

/** Everything that the look of a message depends on; another string means: draw it anew. */
export function versionOf(message, compact, inThread) {
  return JSON.stringify([{ ...message, isNew: null }, compact, inThread, state.editing === message.ts]);
}

/** The node of a message. `compact` leaves out who said it, `inThread` what leads to its thread. */
export function drawMessage(message, { compact, inThread }) {
  const person = state.people.get(message.user) ?? { name: message.user, tone: "0" };
  const kind = ["message", compact && "is-compact", message.only_for && "is-whisper", message.isNew && "is-new"];
  return el(
    "article",
    {
      class: kind.filter(Boolean).join(" "),
      "data-testid": "message",
      "data-ts": message.ts,
      "data-user": message.user,
      tabindex: "-1",
      "aria-label": `${person.name}, ${clock(message.ts)}`,
    },
    message.only_for ? el("p", { class: "message-note" }, icon("eye"), "Only visible to you") : null,
    el("div", { class: "message-beside" }, compact ? time(message.ts) : avatar(person)),
    el(
      "div",
      { class: "message-main" },
      compact ? null : by(person, message),
      state.editing === message.ts ? editBox(message) : contents(message),
      files(message),
      reactions(message),
      inThread ? null : threadBar(message),
    ),
    tools(message, inThread),
  );
}

/** Hours and minutes of a `ts`. */
export function clock(ts) {
  return new Date(Number(ts) * 1000).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}

function time(ts) {
  const date = new Date(Number(ts) * 1000);
  return el("time", { datetime: date.toISOString(), title: date.toLocaleString("en-GB") }, clock(ts));
}

function by(person, message) {
  return el(
    "div",
    { class: "message-by" },
    el("strong", {}, person.name),
    person.is_bot ? el("span", { class: "app-badge" }, "APP") : null,
    time(message.ts),
  );
}

function contents(message) {
  const edited = message.edited ? el("span", { class: "edited" }, " (edited)") : null;
  if (!message.blocks?.length) return el("div", { class: "message-text" }, mrkdwn(message.text), edited);
  const chosen = chosenIn(message.ts);
  const use = async (blockId, actionId, value) => {
    const body = { channel: message.channel, ts: message.ts, block_id: blockId, action_id: actionId, chosen: value, state: chosen };
    try {
      return (await tell("click", body)).problem;
    } catch (problem) {
      return problem.message;
    }
  };
  return [drawBlocks(message.blocks, { surface: "message", place: { channel: message.channel, ts: message.ts }, chosen, use }), message.by_bot ? null : edited];
}

function files(message) {
  if (!message.files?.length) return null;
  return el("ul", { class: "files", "aria-label": "Files" }, message.files.map((file) => el("li", {}, el("a", { href: `/files/${encodeURIComponent(file.id)}`, download: file.name }, file.title), el("small", {}, ` ${file.mimetype}, ${file.size} bytes`))));
}

function reactions(message) {
  if (!message.reactions?.length) return null;
  return el(
    "div",
    { class: "reactions" },
    message.reactions.map(({ name, users, count }) => {
      const names = users.map((id) => state.people.get(id)?.name ?? id).join(", ");
      return el("span", { class: "reaction", title: `${names}: ${name}` }, `${emojiOf(name) ?? `:${name}:`} ${count}`);
    }),
  );
}

function threadBar(message) {
  if (!message.thread) return null;
  const { replies, people, latest } = message.thread;
  return el(
    "button",
    { type: "button", class: "thread-bar", "data-testid": "open-thread", on: { click: () => openThread(message) } },
    el("span", { class: "avatars" }, people.slice(0, 4).map((id) => avatar(state.people.get(id), "small"))),
    el("span", { class: "count" }, replies === 1 ? "1 reply" : `${replies} replies`),
    el("span", { class: "last" }, `Last reply ${clock(latest)}`),
  );
}

function tools(message, inThread) {
  const mine = message.user === state.me && !message.only_for;
  const buttons = [
    inThread || message.only_for ? null : iconButton("thread", "Reply in thread", () => openThread(message)),
    mine ? iconButton("edit", "Edit message", () => edit(message.ts)) : null,
    mine ? iconButton("bin", "Delete message", () => remove(message)) : null,
    message.only_for ? iconButton("close", "Dismiss message", () => dismiss(message)) : null,
  ].filter(Boolean);
  return buttons.length ? el("div", { class: "message-tools" }, buttons) : null;
}

function openThread(message) {
  go({ person: state.me, channel: message.channel, thread: message.thread_ts ?? message.ts });
}

function edit(ts) {
  state.editing = ts;
  changed();
}

function remove(message) {
  tell(`channels/${message.channel}/messages/${message.ts}/delete`).catch((problem) => notify(problem.message));
}

function dismiss(message) {
  inChannel(message.channel).delete(message.ts);
  changed();
}

function editBox(message) {
  const area = el("textarea", { "aria-label": "Edit message", autofocus: true });
  area.value = typed(message.text);
  const save = async () => {
    if (!area.value.trim()) return;
    try {
      await tell(`channels/${message.channel}/messages/${message.ts}/edit`, { text: area.value });
      edit(null);
    } catch (problem) {
      notify(problem.message);
    }
  };
  area.addEventListener("keydown", (event) => {
    if (event.key === "Escape") edit(null);
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      save();
    }
  });
  queueMicrotask(() => area.focus());
  return el(
    "div",
    { class: "edit-box" },
    area,
    el(
      "div",
      {},
      el("button", { type: "button", class: "button is-small", on: { click: () => edit(null) } }, "Cancel"),
      el("button", { type: "button", class: "button is-small is-primary", on: { click: save } }, "Save"),
    ),
  );
}
