// The page: who one is and where comes from the address; everything else from the server.

import "./theme.js";
import "./places.js";
import "./modal.js";
import { notify } from "./dom.js";
import { draw, reload } from "./panes.js";
import { go, here } from "./route.js";
import { actAs, listen } from "./server.js";
import { changed, forget, inChannel, isReply, load, state, take } from "./store.js";

const FIRST = "U00000ANA";
const KEY = "playground-person";
const SOON_SECONDS = 30;

const app = document.getElementById("app");
const wide = matchMedia("(min-width: 721px)");
let stopListening = () => {};
let first = true;

/** Be where the address says; a missing person or channel is filled in. */
async function arrive() {
  const { person, channel, thread } = here();
  const me = person ?? localStorage.getItem(KEY) ?? FIRST;
  if (me !== state.me) await become(me);
  if (!state.me) return;
  const known = state.channels.has(channel);
  if (person !== state.me || (channel && !known) || (!channel && wide.matches)) {
    const place = known ? { channel, thread } : wide.matches || first ? { channel: state.channels.keys().next().value } : {};
    first = false;
    go({ person: state.me, ...place }, { replace: true });
    return;
  }
  first = false;
  draw();
  // Says that everything on the page is this person's; until then nothing should be used.
  app.dataset.person = state.me;
}

async function become(person) {
  delete app.dataset.person;
  stopListening();
  actAs(person);
  forget();
  try {
    await load();
  } catch (problem) {
    if (person !== FIRST) return become(FIRST);
    notify(problem.message);
    return undefined;
  }
  localStorage.setItem(KEY, state.me);
  let greeted = false;
  stopListening = listen((change) => {
    if (change.kind === "hello" || change.kind === "reload") {
      // What happened before the stream began, or while it was interrupted, is fetched.
      (greeted ? load().then(reload) : reload()).catch((problem) => notify(problem.message));
      greeted = true;
      return;
    }
    take(change);
    followOwnThread(change);
  });
  return undefined;
}

/** Where there is room, open the thread in which the bot answers what one has just said. */
function followOwnThread({ kind, message }) {
  const { channel, thread } = here();
  if (!wide.matches || thread || !message?.by_bot || !isReply(message) || message.channel !== channel) return;
  const root = inChannel(channel).get(message.thread_ts);
  const mine = root && (root.user === state.me || root.text.includes(`<@${state.me}>`));
  const isFirst = kind === "whisper" || (kind === "posted" && root?.thread?.replies === 1);
  if (mine && isFirst && Number(message.ts) - Number(root.ts) < SOON_SECONDS) {
    go({ person: state.me, channel, thread: root.ts });
  }
}

window.addEventListener("hashchange", arrive);
document.addEventListener("visibilitychange", changed);
arrive();
