// A message's text as its author typed it, for editing.

import { state } from "./store.js";

/** Mentions, channels and links as typed, escapes undone. */
export function typed(text) {
  return text
    .replace(/<@([A-Z0-9]+)>/g, (whole, id) => (state.people.has(id) ? `@${state.people.get(id).handle}` : whole))
    .replace(/<#([A-Z0-9]+)(?:\|([^>]*))?>/g, (whole, id, name) => `#${state.channels.get(id)?.name ?? name ?? id}`)
    .replace(/<(https?:\/\/[^>|]+)(?:\|[^>]*)?>/g, "$1")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
