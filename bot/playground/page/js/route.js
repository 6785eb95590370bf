// Where one is, kept in the address: #/person/channel/thread. So reload, back and two windows work.

/** The parts of the address; what is missing is null. */
export function here() {
  const [person, channel, thread] = location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  return { person: person && person !== "-" ? person : null, channel: channel || null, thread: thread || null };
}

/** Go somewhere; `replace` leaves no step to come back to. */
export function go({ person, channel = null, thread = null }, { replace = false } = {}) {
  const hash = `#/${[person, channel, thread].filter(Boolean).join("/")}`;
  if (hash === location.hash) return;
  if (replace) {
    history.replaceState(null, "", hash);
    window.dispatchEvent(new HashChangeEvent("hashchange"));
  } else {
    location.hash = hash;
  }
}
