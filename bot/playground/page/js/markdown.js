// Standard Markdown, as far as Slack's markdown block draws it.

import { el } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { link } from "./marks.js";
import { table } from "./table.js";

/** The nodes of a Markdown text. */
export function markdown(text) {
  return blocksOf(text.replace(/\r\n?/g, "\n").split("\n"));
}

function blocksOf(lines) {
  const nodes = [];
  let place = 0;
  const take = (wanted) => {
    const taken = [];
    while (place < lines.length && wanted(lines[place])) taken.push(lines[place++]);
    return taken;
  };
  while (place < lines.length) {
    const line = lines[place];
    const fence = /^(```|~~~)/.exec(line);
    const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line);
    if (!line.trim()) {
      place += 1;
    } else if (fence) {
      place += 1;
      const code = take((one) => !one.startsWith(fence[1]));
      place += 1;
      nodes.push(el("pre", {}, code.join("\n")));
    } else if (heading) {
      place += 1;
      nodes.push(el(heading[1].length < 2 ? "h3" : "h4", {}, spans(heading[2])));
    } else if (/^\s*([-*_])(\s*\1){2,}\s*$/.test(line)) {
      place += 1;
      nodes.push(el("hr"));
    } else if (/^>/.test(line)) {
      const quoted = take((one) => /^>/.test(one)).map((one) => one.replace(/^> ?/, ""));
      nodes.push(el("blockquote", {}, blocksOf(quoted)));
    } else if (line.includes("|") && /^\s*\|?[\s:|-]+\|[\s:|-]*$/.test(lines[place + 1] ?? "")) {
      const rows = take((one) => one.includes("|"));
      nodes.push(tableOf(rows));
    } else if (item(line)) {
      nodes.push(listOf(take((one) => item(one) || /^\s+\S/.test(one))));
    } else {
      const words = take((one) => one.trim() && !/^(```|~~~|>|#{1,6}\s)/.test(one) && !item(one));
      nodes.push(el("p", {}, spans(words.join("\n"))));
    }
  }
  return nodes;
}

function item(line) {
  return /^(\s*)([-*+]|\d+[.)])\s+(.*)$/.exec(line);
}

function listOf(lines) {
  const [, indent, sign] = item(lines[0]);
  const list = el(/\d/.test(sign) ? "ol" : "ul", {});
  let place = 0;
  while (place < lines.length) {
    const found = item(lines[place]);
    place += 1;
    const below = [];
    while (place < lines.length && !(item(lines[place]) && item(lines[place])[1].length <= indent.length)) {
      below.push(lines[place].slice(Math.min(indent.length + 2, lines[place].search(/\S/))));
      place += 1;
    }
    const words = found[3].replace(/^\[([ xX])\]\s+/, (_, mark) => (mark === " " ? "☐ " : "☑ "));
    list.append(el("li", {}, spans(words), blocksOf(below)));
  }
  return list;
}

function tableOf(lines) {
  const cells = (line) => line.trim().replace(/^\||\|$/g, "").split("|").map((cell) => cell.trim());
  const rows = [lines[0], ...lines.slice(2)].map((line) => cells(line).map((cell) => spans(cell)));
  const settings = cells(lines[1]).map((rule) => ({
    align: rule.endsWith(":") ? (rule.startsWith(":") ? "center" : "right") : "left",
    is_wrapped: true,
  }));
  return table(rows, settings);
}

const SPANS = [
  [/^`([^`]+)`/, (found) => el("code", {}, found[1])],
  [/^\[([^\]]+)\]\(([^)\s]+)\)/, (found) => link(found[2], found[1])],
  [/^<(https?:\/\/[^>\s]+)>/, (found) => link(found[1])],
  [/^(https?:\/\/[^\s<>()]*[^\s<>().,;:!?])/, (found) => link(found[1])],
  [/^(\*\*|__)(?=\S)([\s\S]*?\S)\1/, (found) => el("strong", {}, spans(found[2]))],
  [/^~~(?=\S)([\s\S]*?\S)~~/, (found) => el("s", {}, spans(found[1]))],
  [/^([*_])(?=\S)([^*_]*?\S)\1(?!\w)/, (found) => el("em", {}, spans(found[2]))],
];

function spans(text) {
  const nodes = [];
  let rest = text;
  let pending = "";
  const flush = () => {
    if (pending) nodes.push(document.createTextNode(withEmoji(pending)));
    pending = "";
  };
  scan: while (rest) {
    if (/^\\[\\`*_{}[\]()#+.!|<>~-]/.test(rest)) {
      pending += rest[1];
      rest = rest.slice(2);
      continue;
    }
    const inWord = /\w$/.test(pending);
    for (const [pattern, draw] of SPANS) {
      const found = pattern.exec(rest);
      if (!found || (inWord && /^[_h]/.test(found[0]))) continue;
      flush();
      nodes.push(draw(found));
      rest = rest.slice(found[0].length);
      continue scan;
    }
    const length = Math.max(1, rest.slice(1).search(/[`[<*_~\\h]/) + 1 || rest.length);
    pending += rest.slice(0, length);
    rest = rest.slice(length);
  }
  flush();
  return nodes;
}
