// Cards, rows of cards, and containers of other blocks.

import { el } from "./dom.js";
import { drawElement } from "./elements.js";
import { words } from "./mrkdwn.js";
import { picture } from "./picture.js";
import { richText } from "./rich.js";

/** A card: pictures, a title, words, and buttons. */
export function card(block, at) {
  return el(
    "article",
    { class: "block-card" },
    block.hero_image ? el("div", { class: "card-hero" }, picture(block.hero_image)) : null,
    el(
      "div",
      { class: "card-head" },
      block.icon ? picture(block.icon, "card-icon") : null,
      el("div", {}, block.title ? el("strong", {}, words(block.title)) : null, block.subtitle ? el("small", {}, words(block.subtitle)) : null),
    ),
    block.body ? el("div", { class: "markup" }, words(block.body)) : null,
    block.actions?.length ? el("div", { class: "block-actions" }, block.actions.map((element) => drawElement(element, at))) : null,
  );
}

/** Cards side by side, to scroll through. */
export function carousel(block, at) {
  return el("div", { class: "block-carousel", role: "list", "aria-label": "Cards", tabindex: "0" }, block.elements.map((one) => el("div", { role: "listitem" }, at.drawBlock(one))));
}

/** Blocks in a frame, which may be folded. */
export function container(block, at) {
  const title = block.rich_text_title ? richText(block.rich_text_title) : block.title ? words(block.title) : null;
  const head = [block.icon ? picture(block.icon, "card-icon") : null, el("strong", {}, title), block.subtitle ? el("small", {}, words(block.subtitle)) : null];
  const inside = el("div", { class: "blocks" }, block.child_blocks.map((one) => at.drawBlock(one)));
  const look = { class: "block-container", "data-width": block.width ?? null };
  if (block.is_collapsible) return el("details", { ...look, open: !block.default_collapsed }, el("summary", {}, head), inside);
  return el("section", look, title || block.subtitle ? el("div", { class: "card-head" }, head) : null, inside);
}
