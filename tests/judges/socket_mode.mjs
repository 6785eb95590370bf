// Slack's own Socket Mode client connects to the stand-in and acknowledges what it gets.
// Environment: API_URL, APP_TOKEN. Each line that it prints is a JSON object; ends with its input.
import { LogLevel, SocketModeClient } from "@slack/socket-mode";

const { API_URL, APP_TOKEN } = process.env;
const client = new SocketModeClient({
  appToken: APP_TOKEN,
  logLevel: LogLevel.ERROR,
  clientPingTimeout: 500,
  clientOptions: { slackApiUrl: API_URL },
});
const print = (line) => console.log(JSON.stringify(line));

client.on("connected", () => print({ kind: "connected" }));
client.on("slack_event", async ({ ack, type, body, retry_num, accepts_response_payload }) => {
  await ack(type === "slash_commands" ? { text: `You said ${body.text}` } : undefined);
  print({ kind: type, text: body.event?.text, retry_num, accepts_response_payload });
});

await client.start();
for await (const line of process.stdin) void line;
await client.disconnect();
process.exit(0);
