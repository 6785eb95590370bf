// Data: tables with a caption, and charts as the tables that they are drawn from.

import { el } from "./dom.js";
import { richText } from "./rich.js";
import { table } from "./table.js";

/** A cell of a table block. */
export function cell(one) {
  if (one.type === "rich_text") return [richText(one)];
  return [document.createTextNode(String(one.text ?? one.value ?? ""))];
}

/** A table with a caption; all of its pages are shown at once. */
export function dataTable(block) {
  return captioned(block.caption, table(block.rows.map((cells) => cells.map(cell))));
}

/** A chart, as its figures. */
export function dataVisualization(block) {
  const { chart } = block;
  const text = (value) => [document.createTextNode(String(value ?? ""))];
  const rows = chart.segments
    ? [["", "Value"], ...chart.segments.map((one) => [one.label, one.value])]
    : [["", ...chart.series.map((one) => one.name)], ...chart.series[0].data.map((point, place) => [point.label, ...chart.series.map((one) => one.data[place]?.value)])];
  return captioned(`${block.title} (${chart.type})`, table(rows.map((row) => row.map(text))));
}

function captioned(words, drawn) {
  return el("figure", { class: "block-data" }, el("figcaption", {}, words), drawn);
}
