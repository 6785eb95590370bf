// A list of messages that keeps up with the store: only what changed is drawn anew.

import { el } from "./dom.js";
import { drawMessage, versionOf } from "./message.js";

const COMPACT_SECONDS = 300;
const NEAR_END = 80;

/** A list inside `scroll`; `extra` may add a node below a message's number (for a thread's count). */
export function messageLog(label, { inThread = false, afterFirst = () => null } = {}) {
  const list = el("div", { class: "log", role: "log", "aria-label": label });
  const scroll = el("div", { class: "scroll" }, list);
  const drawn = new Map();
  let stick = true;

  scroll.addEventListener("scroll", () => {
    stick = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR_END;
  });
  // Whatever makes the list grow (a picture, an opened text), its end stays in view.
  new ResizeObserver(() => stick && toEnd()).observe(list);

  function toEnd() {
    scroll.scrollTop = scroll.scrollHeight;
  }

  function node(key, version, make) {
    const known = drawn.get(key);
    if (known?.version === version) return known.node;
    const fresh = make();
    if (known) {
      const hadFocus = known.node.contains(document.activeElement);
      known.node.replaceWith(fresh);
      if (hadFocus && !fresh.contains(document.activeElement)) fresh.focus({ preventScroll: true });
    }
    drawn.set(key, { version, node: fresh });
    return fresh;
  }

  /** Show these messages, below `before` (nodes that stand at the top, such as a welcome). */
  function show(messages, before = []) {
    const wanted = [...before];
    let earlier = null;
    messages.forEach((message, place) => {
      const today = dayOf(message.ts);
      const newDay = !inThread && today !== (earlier && dayOf(earlier.ts));
      if (newDay) wanted.push(node(`day ${today}`, today, () => el("div", { class: "day" }, today)));
      const compact =
        !newDay &&
        earlier !== null &&
        earlier.user === message.user &&
        !message.only_for === !earlier.only_for &&
        !(inThread && place === 1) &&
        Number(message.ts) - Number(earlier.ts) < COMPACT_SECONDS;
      wanted.push(node(message.ts, versionOf(message, compact, inThread), () => drawMessage(message, { compact, inThread })));
      if (place === 0) {
        const after = afterFirst(messages);
        if (after) wanted.push(after);
      }
      earlier = message;
    });
    place(wanted);
    const keep = new Set(wanted);
    for (const [key, { node: old }] of drawn) if (!keep.has(old)) drawn.delete(key);
    if (stick) toEnd();
  }

  function place(wanted) {
    const keep = new Set(wanted);
    for (const child of [...list.childNodes]) if (!keep.has(child)) child.remove();
    wanted.forEach((child, position) => {
      if (list.childNodes[position] !== child) list.insertBefore(child, list.childNodes[position] ?? null);
    });
  }

  return { node: scroll, show, toEnd };
}

function dayOf(ts) {
  const date = new Date(Number(ts) * 1000);
  const days = Math.round((midnight(new Date()) - midnight(date)) / 86_400_000);
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  return date.toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long" });
}

function midnight(date) {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
