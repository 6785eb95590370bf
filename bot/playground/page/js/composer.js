// Where one types: Enter sends, Shift+Enter breaks the line, @ and / are completed.

import { avatar, el, icon, newId, notify } from "./dom.js";
import { tell } from "./server.js";
import { state } from "./store.js";

/** A composer for a channel, or for a thread of it. `onSent` gets the answer of the server. */
export function composer({ channel, thread = null, label, onSent = () => {} }) {
  const listId = newId("completions");
  const area = el("textarea", {
    rows: "1",
    placeholder: label,
    "aria-label": label,
    "aria-autocomplete": "list",
    "aria-controls": listId,
    maxlength: "40000",
  });
  const send = el("button", { type: "button", class: "send", "aria-label": "Send", title: "Send", disabled: true }, icon("send"));
  const list = el("ul", { class: "completions", id: listId, role: "listbox", "aria-label": "Suggestions", hidden: true });
  const tip = el("div", { class: "composer-tip" });
  let found = [];
  let active = 0;
  let sending = false;

  function draw() {
    send.disabled = !area.value.trim();
    tip.replaceChildren(...(area.value ? [el("kbd", {}, "Enter"), " sends, ", el("kbd", {}, "Shift+Enter"), " breaks the line"] : []));
    complete();
  }

  function complete() {
    found = completions(area.value.slice(0, area.selectionStart), channel, thread);
    active = 0;
    list.hidden = found.length === 0;
    list.replaceChildren(
      ...found.map((one, place) =>
        el(
          "li",
          { class: "completion", role: "option", id: `${listId}-${place}`, on: { mousedown: (event) => (event.preventDefault(), accept(one)) } },
          one.picture,
          el("span", { class: "completion-words" }, el("strong", {}, one.name), " ", el("small", {}, one.about)),
        ),
      ),
    );
    mark();
  }

  function mark() {
    [...list.children].forEach((node, place) => node.setAttribute("aria-selected", String(place === active && found[place].insert !== null)));
    if (found.length) area.setAttribute("aria-activedescendant", `${listId}-${active}`);
    else area.removeAttribute("aria-activedescendant");
  }

  function accept(one) {
    if (one.insert === null) return;
    const before = area.value.slice(0, area.selectionStart).replace(/\S*$/, one.insert);
    const after = area.value.slice(area.selectionStart);
    area.value = before + after.replace(/^ /, "");
    area.setSelectionRange(before.length, before.length);
    area.focus();
    draw();
  }

  async function submit() {
    const text = area.value.trim();
    if (!text || sending) return;
    sending = true;
    const command = text.startsWith("/") && !text.startsWith("//");
    area.value = "";
    draw();
    try {
      const path = `channels/${channel}/${command ? "command" : "say"}`;
      const answer = await tell(path, { text, thread });
      if (answer.problem) notify(answer.problem);
      onSent(answer);
    } catch (problem) {
      area.value ||= text;
      draw();
      notify(problem.message);
    } finally {
      sending = false;
    }
  }

  area.addEventListener("input", draw);
  area.addEventListener("click", complete);
  area.addEventListener("blur", () => (list.hidden = true));
  area.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const open = !list.hidden && found[active] && found[active].insert !== null;
    if (open && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      active = (active + (event.key === "ArrowDown" ? 1 : found.length - 1)) % found.length;
      mark();
    } else if (open && (event.key === "Tab" || event.key === "Enter") && !event.shiftKey) {
      event.preventDefault();
      accept(found[active]);
    } else if (event.key === "Escape" && !list.hidden) {
      list.hidden = true;
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      submit();
    }
  });
  send.addEventListener("click", submit);

  /** Put words into the composer, to be looked at and sent. */
  function fill(text) {
    area.value = text;
    area.focus();
    draw();
    list.hidden = true;
  }

  const node = el("div", { class: "composer", "data-testid": thread ? "thread-composer" : "composer" }, list, el("div", { class: "composer-box" }, area, send), tip);
  return { node, fill, focus: () => area.focus() };
}

/** What could be meant by the word that is being typed. */
function completions(before, channel, thread) {
  const command = /^\/(\S*)$/.exec(before);
  if (command && !thread) {
    return state.commands
      .filter((one) => one.name.startsWith(before))
      .map((one) => ({ name: one.name, about: `${one.hint} ${one.description}`, insert: `${one.name} `, picture: null }));
  }
  const started = state.commands.find((one) => before.startsWith(`${one.name} `));
  if (started && before === `${started.name} `) {
    return [{ name: started.name, about: started.hint, insert: null, picture: null }];
  }
  const mention = /(?:^|[\s(])@([\w.-]*)$/.exec(before);
  if (!mention) return [];
  const wanted = mention[1].toLowerCase();
  const members = new Set(state.channels.get(channel)?.members ?? []);
  const people = [...state.people.values()].filter(
    (person) => members.has(person.id) && person.id !== state.me && (person.handle.startsWith(wanted) || person.name.toLowerCase().startsWith(wanted)),
  );
  if (people.length === 1 && people[0].handle === wanted) return [];
  people.sort((a, b) => Number(b.is_bot) - Number(a.is_bot));
  return people.map((person) => ({ name: person.name, about: `@${person.handle}`, insert: `@${person.handle} `, picture: avatar(person, "small") }));
}
