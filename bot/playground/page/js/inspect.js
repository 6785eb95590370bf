// The page that shows what the stand-in holds, and lets things go wrong.

import { el } from "./dom.js";
import { table } from "./table.js";

const CALLS = ["ratelimited", "error", "dropped", "slow"];
const EVENTS = ["duplicated", "out_of_order", "lost"];

const form = document.getElementById("fault");
const shown = document.getElementById("state");

function named(label, field) {
  return el("label", {}, label, field);
}

const kind = el(
  "select",
  { name: "kind" },
  el("optgroup", { label: "Calls" }, CALLS.map((one) => el("option", {}, one))),
  el("optgroup", { label: "Events" }, EVENTS.map((one) => el("option", {}, one))),
);
const on = el("input", { name: "on", value: "*" });
const times = el("input", { name: "times", type: "number", min: "1", max: "1000", value: "1" });
const seconds = el("input", { name: "seconds", type: "number", min: "0", max: "60", step: "any", value: "1" });

form.append(
  named("What goes wrong", kind),
  named("Methods or events", on),
  named("How often", times),
  named("Seconds", seconds),
  el("button", { class: "button is-primary" }, "Let it fail"),
  el("button", { type: "button", class: "button", on: { click: heal } }, "Call it off"),
);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  send("POST", { kind: kind.value, on: on.value, times: Number(times.value), seconds: Number(seconds.value) });
});

function heal() {
  send("DELETE");
}

async function send(method, body) {
  await fetch("/page/faults", { method, headers: { "Content-Type": "application/json" }, body: body ? JSON.stringify(body) : undefined });
  await draw();
}

async function draw() {
  const answer = await fetch("/page/state");
  if (!answer.ok) return;
  const state = await answer.json();
  shown.replaceChildren(
    ...part("Faults that wait", ["Kind", "On", "Times", "Seconds"], state.faults.map((one) => [one.kind, one.on, one.times, one.seconds])),
    ...part("Channels", ["Name", "Id", "Kind", "Members", "Messages"], state.channels.map((one) => [one.name, one.id, notes(one), one.members.join(", "), folded(one.count, one.messages)])),
    ...part("Last calls", ["Method", "Answer", "Arguments"], state.calls.map((one) => [one.method, folded(one.answer.ok ? "ok" : `${one.status} ${one.answer.error}`, one.answer), folded("show", one.arguments)])),
    ...part("Last deliveries", ["Event", "Id", "Try", "Answer"], state.deliveries.map((one) => [one.type, one.id, one.try, one.status ?? one.reason])),
    ...part("Open dialogue boxes and home tabs", ["Person", "What"], [...Object.entries(state.views), ...Object.entries(state.homes)].map(([id, view]) => [id, folded(view.type, view)])),
    ...part("People", ["Name", "Id", "Who"], state.people.map((one) => [one.name, one.id, `${one.title}${one.is_guest ? ", a guest" : ""}`])),
    el("p", {}, `Scopes: ${state.scopes.join(", ")}`),
  );
}

function part(title, heads, rows) {
  if (!rows.length) return [el("h2", {}, title), el("p", {}, "None.")];
  return [el("h2", {}, title), table([heads, ...rows].map((row) => row.map((one) => [one instanceof Node ? one : document.createTextNode(String(one))])))];
}

function notes(channel) {
  return [channel.kind, channel.archived && "archived", channel.shared && "shared", channel.writers.length && "read-only"].filter(Boolean).join(", ");
}

function folded(summary, whole) {
  return el("details", {}, el("summary", {}, String(summary)), el("pre", {}, JSON.stringify(whole, null, 2)));
}

draw();
