// Slack's own Web API client talks to the stand-in; what it is told goes out as JSON.
// Environment: API_URL, BOT_TOKEN, APP_TOKEN, CHANNEL, PERSON, TRIGGER.
import { ErrorCode, LogLevel, WebClient } from "@slack/web-api";

const { API_URL, BOT_TOKEN, APP_TOKEN, CHANNEL: channel, PERSON: user, TRIGGER } = process.env;
const options = { slackApiUrl: API_URL, logLevel: LogLevel.ERROR, retryConfig: { retries: 0 } };
const slack = new WebClient(BOT_TOKEN, options);
const modal = {
  type: "modal",
  title: { type: "plain_text", text: "Compare" },
  blocks: [{ type: "section", text: { type: "mrkdwn", text: "Two models" } }],
};
const metadata = { event_type: "judged", event_payload: { id: "one" } };

// The answer of a call, or the code with which it was refused.
async function told(call) {
  try {
    const { response_metadata, headers, ...answer } = await call;
    return answer;
  } catch (error) {
    if (error.code !== ErrorCode.PlatformError) throw error;
    return { error: error.data.error };
  }
}

const said = {};
said.auth = await told(slack.auth.test());
said.posted = await told(slack.chat.postMessage({ channel, text: "one", metadata }));
const { ts } = said.posted;
said.updated = await told(slack.chat.update({ channel, ts, text: "two" }));
said.reply = await told(slack.chat.postMessage({ channel, thread_ts: ts, text: "below" }));
said.whispered = await told(slack.chat.postEphemeral({ channel, user, text: "psst" }));
said.permalink = await told(slack.chat.getPermalink({ channel, message_ts: ts }));
said.replies = await told(slack.conversations.replies({ channel, ts }));
said.history = await told(
  slack.conversations.history({ channel, include_all_metadata: true, limit: 5 }),
);
said.bare = await told(slack.conversations.history({ channel, limit: 5 }));
said.opened = await told(slack.conversations.open({ users: user }));
said.person = await told(slack.users.info({ user }));
said.view = await told(slack.views.open({ trigger_id: TRIGGER, view: modal }));
said.used = await told(slack.views.open({ trigger_id: TRIGGER, view: modal }));
said.madeUp = await told(slack.views.open({ trigger_id: "1.2.3", view: modal }));
said.nowhere = await told(slack.chat.postMessage({ channel: "C0NOWHERE", text: "hello" }));
said.empty = await told(slack.chat.postMessage({ channel, text: "" }));
said.badBlock = await told(
  slack.chat.postMessage({ channel, text: "x", blocks: [{ type: "hologram" }] }),
);
said.badMethod = await told(slack.apiCall("chat.shout", { channel, text: "hello" }));
said.badToken = await told(new WebClient("xoxb-wrong", options).auth.test());
said.noToken = await told(new WebClient(undefined, options).auth.test());
said.appToken = await told(new WebClient(APP_TOKEN, options).auth.test());
said.botSocket = await told(slack.apps.connections.open());

const pages = [];
for await (const page of slack.paginate("conversations.replies", { channel, ts, limit: 1 })) {
  pages.push(page.messages.map((message) => message.text));
}
said.pages = pages;

said.deleted = await told(slack.chat.delete({ channel, ts: said.reply.ts }));
said.gone = await told(slack.chat.update({ channel, ts: "1.000001", text: "two" }));

console.log(JSON.stringify(said));
