// rich_text: sections, lists, quotes, code, and what stands in them.

import { el } from "./dom.js";
import { emojiOf } from "./emoji.js";
import { channel, everybody, group, link, moment, person } from "./marks.js";

const PARTS = {
  rich_text_section: (part) => el("div", { class: "rich-section" }, inside(part)),
  rich_text_quote: (part) => el("blockquote", {}, inside(part)),
  rich_text_preformatted: (part) => el("pre", {}, inside(part)),
  rich_text_list: (part) =>
    el(
      part.style === "ordered" ? "ol" : "ul",
      {
        "data-indent": part.indent ? String(Math.min(part.indent, 4)) : null,
        start: part.style === "ordered" && part.offset ? String(part.offset + 1) : null,
      },
      part.elements.map((one) => el("li", {}, one.type === "rich_text_section" ? inside(one) : richPart(one))),
    ),
};

const ELEMENTS = {
  text: (one) => document.createTextNode(one.text),
  link: (one) => link(one.url, one.text || one.url),
  user: (one) => person(one.user_id),
  usergroup: (one) => group(one.usergroup_id),
  channel: (one) => channel(one.channel_id),
  broadcast: (one) => everybody(one.range),
  emoji: (one) => document.createTextNode(emojiOf(one.name) ?? fromCode(one.unicode) ?? `:${one.name}:`),
  date: (one) => document.createTextNode(moment(one.timestamp, one.format, one.fallback ?? "")),
  color: (one) => el("code", {}, one.value),
};

const STYLES = { bold: "strong", italic: "em", strike: "s", code: "code" };

/** The node of a rich_text block. */
export function richText(block) {
  return el("div", { class: "rich" }, block.elements.map(richPart));
}

function richPart(part) {
  const draw = PARTS[part.type];
  return draw ? draw(part) : el("div", { class: "block-unknown" }, `unknown rich text: ${part.type}`);
}

function inside(part) {
  return part.elements.map((one) => {
    const draw = ELEMENTS[one.type];
    let node = draw ? draw(one) : document.createTextNode(one.text ?? `[${one.type}]`);
    for (const [style, tag] of Object.entries(STYLES)) {
      if (one.style?.[style]) node = el(tag, {}, node);
    }
    return one.style?.underline ? el("span", { class: "underlined" }, node) : node;
  });
}

function fromCode(unicode) {
  if (!/^[0-9a-f]+(-[0-9a-f]+)*$/i.test(unicode ?? "")) return null;
  return String.fromCodePoint(...unicode.split("-").map((code) => Number.parseInt(code, 16)));
}
