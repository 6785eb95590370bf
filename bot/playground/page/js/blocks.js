// The table of blocks: one small drawing function for each kind.

import { card, carousel, container } from "./cards.js";
import { cell, dataTable, dataVisualization } from "./data.js";
import { el, icon, newId } from "./dom.js";
import { drawElement } from "./elements.js";
import { markdown } from "./markdown.js";
import { authProvider, call, file, video } from "./media.js";
import { plain, words } from "./mrkdwn.js";
import { picture } from "./picture.js";
import { richText } from "./rich.js";
import { table } from "./table.js";
import { plan, taskCard } from "./tasks.js";

const FOLD_FROM = 700;

const BLOCKS = {
  section,
  header: (block) => el("h3", { class: "block-header" }, plain(block.text.text)),
  divider: () => el("hr", { class: "block-divider" }),
  context: (block) => el("div", { class: "block-context" }, block.elements.map((one) => (one.type === "image" ? picture(one) : el("span", { class: "markup" }, words(one))))),
  actions: row,
  context_actions: row,
  input,
  image: (block) => el("figure", { class: "block-image" }, block.title ? el("figcaption", {}, plain(block.title.text)) : null, picture(block)),
  rich_text: richText,
  table: (block) => table(block.rows.map((cells) => cells.map(cell)), block.column_settings?.map((one) => one ?? {})),
  markdown: (block) => el("div", { class: "markdown" }, markdown(block.text)),
  alert: (block) =>
    el("div", { class: "block-alert", "data-level": block.level ?? "default", role: "note" }, icon(block.level === "warning" || block.level === "error" ? "warning" : "info"), el("div", { class: "markup" }, words(block.text))),
  card,
  carousel,
  container,
  task_card: taskCard,
  plan,
  data_table: dataTable,
  data_visualization: dataVisualization,
  video,
  file,
  call,
  auth_provider: authProvider,
};

/**
 * The node of a list of blocks. `ctx` says where they stand:
 * `chosen` (block id -> action id -> value), `errors` (block id -> complaint), and
 * `use(blockId, actionId, value)`, which tells the app and resolves to a problem or "".
 */
export function drawBlocks(blocks, ctx) {
  return el("div", { class: "blocks" }, blocks.map((block) => drawBlock(block, ctx)));
}

function drawBlock(block, ctx) {
  const draw = BLOCKS[block.type];
  const wrap = el("div", { class: "block", "data-block": block.type });
  const complain = (sentence) => {
    wrap.querySelector(":scope > .problem")?.remove();
    if (sentence) wrap.append(el("p", { class: "problem", role: "alert" }, icon("warning"), sentence));
  };
  const at = { block, ctx, complain, label: null, hint: null, invalid: false, drawBlock: (one) => drawBlock(one, ctx) };
  wrap.append(draw ? draw(block, at) : el("div", { class: "block-unknown" }, `unknown block: ${block.type}`));
  return wrap;
}

function section(block, at) {
  const side = el("div", { class: "section-words" });
  if (block.text) {
    const text = el("div", { class: "section-text" }, words(block.text));
    side.append(text);
    if (block.text.text.length > FOLD_FROM && !block.expand) fold(text, side);
  }
  if (block.fields) {
    side.append(el("div", { class: "fields" }, block.fields.map((one) => el("div", { class: "markup" }, words(one)))));
  }
  return el("div", { class: "block-section" }, side, block.accessory ? drawElement(block.accessory, at) : null);
}

function fold(text, side) {
  text.classList.add("is-folded");
  const more = el("button", { type: "button", class: "more", "aria-expanded": "false" }, "See more");
  more.addEventListener("click", () => {
    const folded = text.classList.toggle("is-folded");
    more.textContent = folded ? "See more" : "See less";
    more.setAttribute("aria-expanded", String(!folded));
  });
  side.append(more);
}

function row(block, at) {
  return el("div", { class: `block-${block.type}` }, block.elements.map((element) => drawElement(element, at)));
}

function input(block, at) {
  const label = newId("label");
  const notes = [];
  const describe = (kind, nodes) => {
    const id = newId(kind);
    notes.push(id);
    return el("p", { class: kind, id }, nodes);
  };
  const error = at.ctx.errors?.[block.block_id];
  const below = [
    error ? describe("problem", [icon("warning"), error]) : null,
    block.hint ? describe("hint", plain(block.hint.text)) : null,
  ];
  return el(
    "div",
    { class: "block-input" },
    el("span", { class: "label", id: label }, plain(block.label.text), block.optional ? el("span", { class: "optional" }, " (optional)") : null),
    drawElement(block.element, { ...at, label, hint: notes.join(" ") || null, invalid: Boolean(error) }),
    below,
  );
}
