// Making elements. Text from people only ever becomes a text node.

const SVG = "http://www.w3.org/2000/svg";

const ICONS = {
  back: ["M15 5l-7 7 7 7"],
  close: ["M6 6l12 12", "M18 6L6 18"],
  send: ["M4 12l16-8-6 16-3-7z"],
  thread: ["M4 5h16v11H9l-5 4z", "M8 9h8", "M8 12h5"],
  edit: ["M4 20l1-4L16 5l3 3L8 19z"],
  bin: ["M5 7h14", "M9 7V4h6v3", "M7 7l1 13h8l1-13"],
  eye: ["M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z", "M12 9.5a2.5 2.5 0 100 5 2.5 2.5 0 000-5z"],
  caret: ["M6 9l6 6 6-6"],
  more: ["M5.5 12h1", "M11.5 12h1", "M17.5 12h1"],
  tick: ["M5 12.5l4.5 4.5L19 7.5"],
  sun: ["M12 8a4 4 0 100 8 4 4 0 000-8z", "M12 2v2", "M12 20v2", "M2 12h2", "M20 12h2", "M5 5l1.5 1.5", "M17.5 17.5L19 19", "M5 19l1.5-1.5", "M17.5 6.5L19 5"],
  moon: ["M20 14.5A8.5 8.5 0 019.5 4 8.5 8.5 0 1020 14.5z"],
  warning: ["M12 4l9 16H3z", "M12 10v4", "M12 17h.01"],
  info: ["M12 3a9 9 0 100 18 9 9 0 000-18z", "M12 11v5", "M12 8h.01"],
  bot: ["M6 9h12v9H6z", "M12 9V5", "M12 4.5h.01", "M9.5 13h.01", "M14.5 13h.01", "M3.5 12v3", "M20.5 12v3"],
  up: ["M7 11v9H4v-9z", "M7 11l4-7c1.5 0 2.5 1 2.3 2.6L13 10h5.5c1 0 1.8 1 1.5 2l-1.6 6.5c-.2.9-1 1.5-1.9 1.5H7"],
  down: ["M7 13V4H4v9z", "M7 13l4 7c1.5 0 2.5-1 2.3-2.6L13 14h5.5c1 0 1.8-1 1.5-2l-1.6-6.5c-.2-.9-1-1.5-1.9-1.5H7"],
};

/**
 * An element. `attributes` are set as they are, except `class`, `on` (listeners by event) and
 * flags (true sets an empty attribute; false, null and undefined set none). Children are nodes
 * or text; lists are taken apart, and null and false left out.
 */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    } else {
      node.setAttribute(name, value === true ? "" : value);
    }
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** A line drawing, hidden from screen readers: what it stands for must be said in words. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  for (const d of ICONS[name]) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

/** A button that is only a drawing; `label` is what it does. */
export function iconButton(name, label, onClick, attributes = {}) {
  return el(
    "button",
    { type: "button", class: "plain-button", "aria-label": label, title: label, on: { click: onClick }, ...attributes },
    icon(name),
  );
}

/** Somebody's picture: a coloured tile. */
export function avatar(person, size = "") {
  const tile = el("span", { class: "avatar", "data-tone": person.tone, "data-size": size || null, "aria-hidden": "true" });
  tile.append(person.is_bot ? icon("bot") : person.name.slice(0, 1));
  return tile;
}

/** Says something in passing, below; screen readers read it. */
export function notify(sentence) {
  const notice = el("div", { class: "notice" }, sentence);
  document.getElementById("notices").append(notice);
  setTimeout(() => notice.remove(), 6000);
}

let lastId = 0;

/** An id that no other element has. */
export function newId(prefix) {
  lastId += 1;
  return `${prefix}-${lastId}`;
}
