// What the page knows: people, places, messages. Changes come in here, and `onChange` tells who draws.

import { ask, tell } from "./server.js";

const listeners = new Set();
let scheduled = false;

export const state = {
  workspace: "",
  me: null,
  bot: null,
  people: new Map(),
  groups: new Map(),
  channels: new Map(),
  commands: [],
  view: null,
  home: null,
  /** channel id -> Map of ts -> message; whispers are among them. */
  messages: new Map(),
  /** channels and threads (`channel/ts`) whose messages have been fetched. */
  loaded: new Set(),
  /** channel id -> { title, prompts } */
  prompts: new Map(),
  /** `channel/thread ts` -> { words, until } */
  status: new Map(),
  /** message ts or view id -> block id -> action id -> what is chosen */
  chosen: new Map(),
  /** ts of the message that is being edited */
  editing: null,
};

/** Call `draw` after changes, once per turn of the event loop. */
export function onChange(draw) {
  listeners.add(draw);
}

/** Something changed: draw soon. */
export function changed() {
  if (scheduled) return;
  scheduled = true;
  queueMicrotask(() => {
    scheduled = false;
    for (const draw of listeners) draw();
  });
}

/** Fetch everything around the messages for the person that one is now. */
export async function load() {
  const start = await ask("start");
  state.workspace = start.workspace;
  state.me = start.me;
  state.bot = start.bot;
  state.people = new Map(start.people.map((person, place) => [person.id, { ...person, tone: person.is_bot ? "bot" : String(place % 4) }]));
  state.groups = new Map(start.groups.map((group) => [group.id, group]));
  state.channels = new Map(start.channels.map((channel) => [channel.id, channel]));
  state.commands = start.commands;
  state.view = start.view;
  state.home = start.home;
  changed();
}

/** Forget what only the earlier person could see. */
export function forget() {
  for (const map of [state.messages, state.prompts, state.status, state.chosen]) map.clear();
  state.loaded.clear();
  state.view = null;
  state.home = null;
  state.editing = null;
}

/** Fetch a channel's messages. */
export async function loadChannel(id) {
  const known = inChannel(id);
  // Only what was there before may be gone: the rest came while we asked.
  const before = [...known.values()];
  const { messages, prompts } = await ask(`channels/${id}`);
  const fresh = new Set(messages.map((message) => message.ts));
  for (const message of before) {
    if (!isReply(message) && !message.only_for && !fresh.has(message.ts)) known.delete(message.ts);
  }
  for (const message of messages) known.set(message.ts, message);
  if (prompts.prompts) state.prompts.set(id, prompts);
  state.loaded.add(id);
  changed();
}

/** Fetch a thread's messages. */
export async function loadThread(channel, ts) {
  const { messages, status } = await ask(`channels/${channel}/threads/${ts}`);
  const known = inChannel(channel);
  for (const message of messages) {
    known.set(message.ts, { ...message, thread: known.get(message.ts)?.thread ?? null });
  }
  setStatus(channel, ts, status);
  state.loaded.add(`${channel}/${ts}`);
  changed();
}

/** All known messages of a channel. */
export function inChannel(id) {
  if (!state.messages.has(id)) state.messages.set(id, new Map());
  return state.messages.get(id);
}

/** What stands in the channel itself, in order. */
export function channelMessages(id) {
  return sorted(inChannel(id), (message) => !isReply(message));
}

/** A thread, from its first message on. */
export function threadMessages(channel, root) {
  return sorted(inChannel(channel), (message) => (message.thread_ts ?? message.ts) === root);
}

export function isReply(message) {
  return Boolean(message.thread_ts) && message.thread_ts !== message.ts;
}

/** What the bot is doing in a thread, or "". */
export function statusOf(channel, root) {
  const status = state.status.get(`${channel}/${root}`);
  return status && status.until > Date.now() ? status.words : "";
}

/** What is chosen in the inputs of a message or view. */
export function chosenIn(id) {
  if (!state.chosen.has(id)) state.chosen.set(id, {});
  return state.chosen.get(id);
}

/** The channel has been seen. */
export function markRead(id) {
  const channel = state.channels.get(id);
  if (!channel?.unread) return;
  channel.unread = false;
  tell(`channels/${id}/read`).catch(() => {});
  changed();
}

/** Take in one change from the server. */
export function take(change) {
  const known = change.channel ? inChannel(change.channel) : null;
  switch (change.kind) {
    case "posted":
      known.set(change.message.ts, { ...change.message, isNew: true });
      keepThread(known, change.thread);
      noteUnread(change.message);
      break;
    case "edited":
    case "reacted":
      known.set(change.message.ts, { ...change.message, thread: known.get(change.message.ts)?.thread ?? null });
      break;
    case "deleted":
    case "unwhisper":
      known.delete(change.message.ts);
      keepThread(known, change.thread);
      break;
    case "whisper":
      known.set(change.message.ts, { ...change.message, isNew: true });
      break;
    case "joined":
      state.channels.set(change.channel, { unread: false, ...state.channels.get(change.channel), ...change.place });
      break;
    case "status":
      setStatus(change.channel, change.thread_ts, change.status);
      break;
    case "prompts":
      state.prompts.set(change.channel, change);
      break;
    case "view":
      state.view = change.view;
      break;
    case "home":
      state.home = change.view;
      break;
    default:
      return;
  }
  changed();
}

function keepThread(known, thread) {
  const root = thread && known.get(thread.root);
  if (root) known.set(root.ts, { ...root, thread: thread.replies ? thread : null });
}

function noteUnread(message) {
  const channel = state.channels.get(message.channel);
  if (!channel || message.user === state.me) return;
  const mine = [...inChannel(channel.id).values()].some(
    (other) => other.user === state.me && (other.thread_ts ?? other.ts) === message.thread_ts,
  );
  if (!isReply(message) || mine) channel.unread = true;
}

function setStatus(channel, thread, words) {
  state.status.set(`${channel}/${thread}`, { words, until: Date.now() + 120_000 });
}

function sorted(known, wanted) {
  return [...known.values()].filter(wanted).sort((a, b) => Number(a.ts) - Number(b.ts));
}
