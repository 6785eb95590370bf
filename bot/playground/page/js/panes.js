// The two panes: a channel (or direct messages), and a thread of it.

import { drawBlocks } from "./blocks.js";
import { composer } from "./composer.js";
import { el, iconButton, notify } from "./dom.js";
import { messageLog } from "./log.js";
import { go, here } from "./route.js";
import { tell } from "./server.js";
import {
  channelMessages, chosenIn, inChannel, isReply, loadChannel, loadThread, markRead, onChange, state, statusOf, threadMessages,
} from "./store.js";
import { welcome } from "./welcome.js";

const app = document.getElementById("app");
const panes = { channel: document.getElementById("channel"), thread: document.getElementById("thread") };
const open = { channel: null, thread: null };

/** Draw the panes for where one is. */
export function draw() {
  const { channel, thread } = here();
  const known = state.channels.get(channel);
  app.dataset.pane = thread ? "thread" : channel ? "channel" : "places";
  app.classList.toggle("has-thread", Boolean(known && thread));
  panes.thread.hidden = !(known && thread);
  if (!known) return;
  document.title = `${nameOf(known)} · ${state.workspace}`;
  if (open.channel?.key !== `${state.me}/${channel}`) open.channel = channelPane(known);
  open.channel.draw();
  if (thread) {
    if (open.thread?.key !== `${state.me}/${channel}/${thread}`) open.thread = threadPane(known, thread);
    open.thread.draw();
  } else {
    open.thread = null;
  }
  if (document.visibilityState === "visible" && state.loaded.has(channel)) markRead(channel);
}

/** Fetch again what is open, after the stream of changes was interrupted. */
export async function reload() {
  const { channel, thread } = here();
  if (!state.channels.has(channel)) return;
  await loadChannel(channel);
  if (thread) await loadThread(channel, thread);
}

function channelPane(channel) {
  const name = nameOf(channel);
  const log = messageLog(`Messages in ${name}`);
  const status = el("div", { role: "status" });
  const prompts = el("div", { class: "prompts", hidden: true });
  const words = composer({ channel: channel.id, label: `Message ${name}`, onSent: log.toEnd });
  const greeting = welcome(channel, words.fill);
  const home = el("div", { class: "scroll", role: "tabpanel", "aria-label": "Home", hidden: true });
  const write = shut(channel) ?? words.node;
  const talk = [log.node, status, prompts, write];
  const tabs = channel.direct ? tabList(["Messages", "Home"], showTab) : null;
  let shownHome = null;
  let shownPrompts = null;

  panes.channel.setAttribute("aria-label", name);
  panes.channel.replaceChildren(
    el(
      "header",
      { class: "pane-head" },
      iconButton("back", "Back to channels", () => go({ person: state.me }), { class: "plain-button back" }),
      el("div", { class: "pane-title" }, el("h2", {}, name, channel.direct ? el("span", { class: "app-badge" }, "APP") : null), channel.purpose ? el("p", {}, channel.purpose) : null),
    ),
    ...(tabs ? [tabs] : []),
    ...talk,
    home,
  );
  loadChannel(channel.id).then(log.toEnd, (problem) => notify(problem.message));
  if (channel.direct) opened("messages");

  function opened(tab) {
    tell(`channels/${channel.id}/opened`, { tab }).catch(() => {});
  }

  function showTab(tab) {
    const isHome = tab === "Home";
    home.hidden = !isHome;
    for (const node of [log.node, status, write]) node.hidden = isHome;
    prompts.classList.toggle("unseen", isHome);
    opened(isHome ? "home" : "messages");
  }

  function drawHome() {
    if (state.home?.hash === shownHome) return;
    shownHome = state.home?.hash;
    home.replaceChildren(el("div", { class: "home-tab" }, state.home ? homeBlocks(state.home) : el("p", {}, "The app shows nothing here yet.")));
  }

  function drawPrompts(empty) {
    const said = empty ? state.prompts.get(channel.id) : null;
    if (said === shownPrompts) return;
    shownPrompts = said;
    prompts.hidden = !said;
    greeting.classList.toggle("has-prompts", Boolean(said));
    prompts.replaceChildren(
      ...(said
        ? [
            said.title ? el("p", {}, said.title) : null,
            ...said.prompts.map((one) => el("button", { type: "button", class: "prompt", on: { click: () => words.fill(one.message) } }, one.title)),
          ].filter(Boolean)
        : []),
    );
  }

  return {
    key: `${state.me}/${channel.id}`,
    draw() {
      if (!state.loaded.has(channel.id)) return;
      const messages = channelMessages(channel.id);
      log.show(messages, messages.length ? [] : [greeting]);
      const last = messages.at(-1);
      drawStatus(status, last && !last.thread ? statusOf(channel.id, last.ts) : "");
      if (channel.direct) drawHome();
      drawPrompts(messages.length === 0);
    },
  };
}

function threadPane(channel, root) {
  const name = nameOf(channel);
  const log = messageLog(`Thread in ${name}`, { inThread: true, afterFirst: count });
  const status = el("div", { role: "status" });
  const words = composer({ channel: channel.id, thread: root, label: "Reply in thread", onSent: log.toEnd });
  const leave = () => go({ person: state.me, channel: channel.id });
  const counted = el("div", { class: "thread-count" });
  let fetched = false;

  function count(messages) {
    const replies = messages.filter((message) => isReply(message) && !message.only_for).length;
    if (!replies) return null;
    counted.textContent = replies === 1 ? "1 reply" : `${replies} replies`;
    return counted;
  }

  panes.thread.setAttribute("aria-label", `Thread in ${name}`);
  panes.thread.replaceChildren(
    el(
      "header",
      { class: "pane-head" },
      iconButton("back", `Back to ${name}`, leave, { class: "plain-button back" }),
      el("div", { class: "pane-title" }, el("h2", {}, "Thread"), el("p", {}, name)),
      iconButton("close", "Close thread", leave, { class: "plain-button pane-close" }),
    ),
    log.node,
    status,
    shut(channel) ?? words.node,
  );
  loadThread(channel.id, root).then(
    () => {
      fetched = true;
      log.toEnd();
      if (matchMedia("(min-width: 721px)").matches && words.node.isConnected) words.focus();
    },
    () => {
      notify("This thread is not here (any more).");
      leave();
    },
  );
  return {
    key: `${state.me}/${channel.id}/${root}`,
    draw() {
      const messages = threadMessages(channel.id, root);
      if (fetched && !inChannel(channel.id).has(root)) return leave();
      log.show(messages);
      drawStatus(status, statusOf(channel.id, root));
    },
  };
}

function drawStatus(node, words) {
  if (node.dataset.words === words) return;
  node.dataset.words = words;
  const bot = state.people.get(state.bot).name;
  node.className = words ? "status" : "";
  node.replaceChildren(...(words ? [el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i")), el("span", {}, `${bot} ${words}`)] : []));
}

function tabList(names, onShow) {
  const tabs = names.map((name, place) =>
    el("button", { type: "button", class: "tab", role: "tab", "aria-selected": String(place === 0), on: { click: () => show(name) } }, name),
  );
  function show(name) {
    for (const tab of tabs) tab.setAttribute("aria-selected", String(tab.textContent === name));
    onShow(name);
  }
  return el("div", { class: "tabs", role: "tablist" }, tabs);
}

function homeBlocks(view) {
  const chosen = chosenIn(view.id);
  const use = async (blockId, actionId, value) => {
    try {
      const body = { view: view.id, block_id: blockId, action_id: actionId, chosen: value, state: chosen };
      return (await tell("click", body)).problem;
    } catch (problem) {
      return problem.message;
    }
  };
  return drawBlocks(view.blocks, { surface: "home", place: { view: view.id }, chosen, use });
}

/** What stands where one would write, in a channel that one may only read. */
function shut(channel) {
  if (channel.archived) return el("p", { class: "shut" }, "This channel is archived.");
  if (channel.writers.length && !channel.writers.includes(state.me)) return el("p", { class: "shut" }, "Only some people may write in here.");
  return null;
}

function nameOf(channel) {
  if (channel.direct) return state.people.get(state.bot).name;
  return channel.group ? channel.purpose : `#${channel.name}`;
}

onChange(draw);
