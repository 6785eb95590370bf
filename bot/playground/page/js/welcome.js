// What an empty place says: what it is for, and what to try.

import { el } from "./dom.js";
import { state } from "./store.js";

/** The welcome of a channel; `fill` puts an example into the composer. */
export function welcome(channel, fill) {
  const hasBot = channel.members.includes(state.bot);
  const [title, ...sentences] = texts(channel);
  const examples = hasBot && !channel.archived ? examplesFor(channel) : [];
  return el(
    "section",
    { class: "welcome" },
    el("h3", {}, title),
    sentences.map((sentence) => el("p", {}, sentence)),
    examples.length
      ? el(
          "ul",
          { class: "examples", "aria-label": "Examples to try" },
          examples.map((example) => el("li", {}, el("button", { type: "button", class: "example", on: { click: () => fill(example) } }, example))),
        )
      : null,
  );
}

function texts(channel) {
  const bot = state.people.get(state.bot);
  const command = state.commands[0].name;
  if (channel.direct) {
    return [`Ask ${bot.name}`, "Say in your own words what you want to run, or just hello."];
  }
  if (isForExperts(channel)) {
    return [`# ${channel.name}`, `${channel.purpose}. Nobody has asked for one yet: talk to the advisor as Ana or Ben, and ask for a human.`];
  }
  if (channel.group) return [channel.purpose, `Mention @${bot.handle}, as in a channel.`];
  if (channel.archived) return [`# ${channel.name}`, `${channel.purpose}.`];
  if (!channel.members.includes(state.bot)) {
    return [`# ${channel.name}`, `${channel.purpose}.`, [`${bot.name} is not in here. Let it in with `, el("strong", {}, `/invite @${bot.handle}`), "."]];
  }
  return [
    `# ${channel.name}`,
    `${channel.purpose}.`,
    [el("strong", {}, `Mention @${bot.handle}`), ", or type ", el("strong", {}, command), ". The answer comes in a thread. For example:"],
  ];
}

function examplesFor(channel) {
  const bot = state.people.get(state.bot).handle;
  if (isForExperts(channel)) return [];
  if (channel.direct) {
    return ["Where should we run a small Django shop? There are three of us.", "What is the difference between CaaS and PaaS?"];
  }
  return [
    `@${bot} we run 12 services on Heroku and nobody here knows Kubernetes`,
    `@${bot} where should this run?`,
    state.commands[0].name,
  ];
}

function isForExperts(channel) {
  return [...state.groups.values()].some((group) => group.handle === channel.name);
}
