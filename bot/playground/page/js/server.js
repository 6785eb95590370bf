// Talking to the playground's server.

let person = null;

/** Everything from now on is done by this person. */
export function actAs(id) {
  person = id;
}

/** Reads from the server; throws an Error with a sentence for people. */
export function ask(path) {
  return request(path, {});
}

/** Tells the server; throws an Error with a sentence for people. */
export function tell(path, body = {}) {
  return request(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

/** Hears of changes; returns a function that stops. The browser reconnects by itself. */
export function listen(onChange) {
  const source = new EventSource(`/playground/${person}/changes`);
  source.onmessage = (event) => onChange(JSON.parse(event.data));
  return () => source.close();
}

async function request(path, options) {
  let answer;
  try {
    answer = await fetch(`/playground/${person}/${path}`, options);
  } catch {
    throw new Error("The playground's server cannot be reached. Is it still running?");
  }
  if (answer.ok) return answer.json();
  const said = await answer.json().catch(() => ({}));
  throw new Error(typeof said.detail === "string" ? said.detail : `That did not work (HTTP ${answer.status}).`);
}
