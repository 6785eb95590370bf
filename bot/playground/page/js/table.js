// A table that scrolls sideways where it is too wide.

import { el } from "./dom.js";

/** `rows` are lists of cells, each a list of nodes; the first row is the header. */
export function table(rows, settings = []) {
  const [head = [], ...body] = rows;
  const cell = (tag) => (nodes, place) => {
    const column = settings[place] ?? {};
    return el(
      tag,
      {
        scope: tag === "th" ? "col" : null,
        "data-align": column.align && column.align !== "left" ? column.align : null,
        "data-wrap": column.is_wrapped === false ? "no" : null,
      },
      nodes,
    );
  };
  return el(
    "div",
    { class: "table-frame", role: "region", "aria-label": "Table", tabindex: "0" },
    el(
      "table",
      {},
      el("thead", {}, el("tr", {}, head.map(cell("th")))),
      el("tbody", {}, body.map((row) => el("tr", {}, row.map(cell("td"))))),
    ),
  );
}
