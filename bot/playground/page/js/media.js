// What stands elsewhere: films, files, calls, and accounts with other providers.

import { el } from "./dom.js";
import { drawElement } from "./elements.js";
import { link } from "./marks.js";
import { plain } from "./mrkdwn.js";
import { picture } from "./picture.js";

/** A film: its picture, and a link; nothing is played here. */
export function video(block) {
  const by = [block.author_name, block.provider_name].filter(Boolean).join(" · ");
  return el(
    "figure",
    { class: "block-elsewhere" },
    el("figcaption", {}, link(block.title_url ?? block.video_url, block.title.text), by ? el("small", {}, by) : null),
    block.description ? el("p", {}, plain(block.description.text)) : null,
    picture({ image_url: block.thumbnail_url, alt_text: block.alt_text }),
  );
}

/** A file that lies elsewhere. */
export function file(block) {
  return el("div", { class: "block-elsewhere" }, `File: ${block.external_id}`);
}

/** A telephone or video call. */
export function call(block) {
  const known = block.call?.v1;
  return el("div", { class: "block-elsewhere" }, `Call: ${known?.name ?? block.call_id} `, known?.join_url ? link(known.join_url, "Join") : null);
}

/** Somebody's account with another provider. */
export function authProvider(block, at) {
  const url = block.is_connected ? block.disconnect_url : block.auth_url;
  return el(
    "div",
    { class: "block-elsewhere" },
    el("strong", {}, textOf(block.name)),
    block.description ? el("p", {}, textOf(block.description)) : null,
    el("p", {}, block.is_connected ? `Connected ${textOf(block.connected_identity)}` : "Not connected", " ", url ? link(url, block.is_connected ? "Disconnect" : "Connect") : null),
    block.accessory ? drawElement(block.accessory, at) : null,
  );
}

function textOf(text) {
  return typeof text === "string" ? text : (text?.text ?? "");
}
