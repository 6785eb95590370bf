// Slack's mrkdwn, made into nodes.

import { el } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { channel, everybody, group, link, moment, person } from "./marks.js";

const STYLES = { "*": "strong", _: "em", "~": "s" };

/** The nodes of a mrkdwn text. */
export function mrkdwn(text) {
  const nodes = [];
  // Fenced code first: nothing inside it is markup.
  const parts = text.split(/```\n?([\s\S]+?)```\n?/);
  parts.forEach((part, place) => {
    if (place % 2) nodes.push(el("pre", {}, unescaped(part.replace(/\n$/, ""))));
    else nodes.push(...quotesAndLines(part));
  });
  return nodes;
}

/** The nodes of a plain_text object. */
export function plain(text) {
  return [document.createTextNode(withEmoji(text))];
}

/** The nodes of a text object of either kind. */
export function words(text) {
  if (!text) return [];
  return text.type === "mrkdwn" ? mrkdwn(text.text) : plain(text.text);
}

function quotesAndLines(text) {
  const nodes = [];
  let quote = [];
  let lines = [];
  const endQuote = () => {
    if (quote.length) nodes.push(el("blockquote", {}, inline(quote.join("\n"))));
    quote = [];
  };
  const endLines = () => {
    if (lines.length) nodes.push(...inline(lines.join("\n")));
    lines = [];
  };
  for (const line of text.split("\n")) {
    const quoted = /^(?:&gt;|>) ?(.*)$/.exec(line);
    if (quoted) {
      endLines();
      quote.push(quoted[1]);
    } else {
      endQuote();
      lines.push(line);
    }
  }
  endQuote();
  endLines();
  return nodes;
}

function inline(text) {
  const nodes = [];
  let rest = text;
  let before = "";
  let pending = "";
  const flush = () => {
    if (pending) nodes.push(document.createTextNode(withEmoji(unescaped(pending))));
    pending = "";
  };
  while (rest) {
    const found = piece(rest, before);
    if (found) {
      flush();
      nodes.push(found.node);
      before = rest[found.length - 1];
      rest = rest.slice(found.length);
    } else {
      // Up to the next character that could begin a mark, in one go.
      const length = Math.max(1, rest.slice(1).search(/[`*_~<]/) + 1 || rest.length);
      pending += rest.slice(0, length);
      before = rest[length - 1];
      rest = rest.slice(length);
    }
  }
  flush();
  return nodes;
}

function piece(rest, before) {
  const code = /^`([^`\n]+)`/.exec(rest);
  if (code) return { node: el("code", {}, unescaped(code[1])), length: code[0].length };
  const mark = /^<([^<>\n]+)>/.exec(rest);
  if (mark) return { node: marked(mark[1]), length: mark[0].length };
  // The length is bounded, so that a long text full of stars takes no longer than another.
  const styled = /^([*_~])(?=\S)([^\n]{0,2000}?\S)\1(?![\p{L}\p{N}])/u.exec(rest);
  if (styled && !/[\p{L}\p{N}]/u.test(before)) {
    return { node: el(STYLES[styled[1]], {}, inline(styled[2])), length: styled[0].length };
  }
  return null;
}

function marked(inside) {
  const bar = inside.indexOf("|");
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? "" : unescaped(inside.slice(bar + 1));
  if (target.startsWith("@")) return person(target.slice(1));
  if (target.startsWith("#")) return channel(target.slice(1), label);
  if (target.startsWith("!subteam^")) return group(target.slice(9), label);
  if (target.startsWith("!date^")) {
    const [, seconds, format] = target.split("^");
    return document.createTextNode(moment(seconds, format ?? "", label));
  }
  if (target.startsWith("!")) return everybody(label.replace(/^@/, "") || target.slice(1));
  if (!/^[a-z][a-z0-9+.-]*:/i.test(target)) return document.createTextNode(`<${unescaped(inside)}>`);
  return link(unescaped(target), label || unescaped(target));
}

function unescaped(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
