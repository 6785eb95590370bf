// What an agent works through: single tasks, and plans of several.

import { el, icon } from "./dom.js";
import { link } from "./marks.js";
import { richText } from "./rich.js";

const STATUS = { pending: "to do", in_progress: "in progress", complete: "done", error: "failed" };

/** One task, with what came of it. */
export function taskCard(task) {
  const status = STATUS[task.status] ?? task.status;
  return el(
    "div",
    { class: "block-task", "data-status": task.status },
    el("div", { class: "card-head" }, task.status === "complete" ? icon("tick") : task.status === "error" ? icon("warning") : el("span", { class: "task-dot", "aria-hidden": "true" }), el("strong", {}, task.title), el("small", {}, status)),
    task.details ? richText(task.details) : null,
    task.output ? richText(task.output) : null,
    task.sources?.length ? el("ul", { class: "task-sources" }, task.sources.map((one) => el("li", {}, link(one.url, one.text ?? one.url)))) : null,
  );
}

/** A plan: its title, and its tasks in order. */
export function plan(block) {
  return el("section", { class: "block-plan" }, el("strong", {}, block.title), el("ol", {}, (block.tasks ?? []).map((task) => el("li", {}, taskCard(task)))));
}
