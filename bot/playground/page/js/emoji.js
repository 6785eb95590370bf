// Short names of emoji, as far as bots like to use them; others stay as they are typed.

const NAMES = {
  "+1": "👍", "-1": "👎", thumbsup: "👍", thumbsdown: "👎", wave: "👋", eyes: "👀", tada: "🎉", rocket: "🚀",
  white_check_mark: "✅", heavy_check_mark: "✔️", ballot_box_with_check: "☑️", x: "❌", warning: "⚠️",
  information_source: "ℹ️", bulb: "💡", question: "❓", exclamation: "❗", memo: "📝", pencil2: "✏️",
  hourglass: "⌛", hourglass_flowing_sand: "⏳", clock1: "🕐", calendar: "📅", lock: "🔒", key: "🔑",
  link: "🔗", mag: "🔍", bar_chart: "📊", chart_with_upwards_trend: "📈", cloud: "☁️", package: "📦",
  gear: "⚙️", wrench: "🔧", hammer_and_wrench: "🛠️", toolbox: "🧰", scales: "⚖️", balance_scale: "⚖️",
  books: "📚", book: "📖", scroll: "📜", pushpin: "📌", round_pushpin: "📍", speech_balloon: "💬",
  raising_hand: "🙋", person_raising_hand: "🙋", handshake: "🤝", pray: "🙏", clap: "👏", muscle: "💪",
  thinking_face: "🤔", smile: "😄", slightly_smiling_face: "🙂", blush: "😊", sweat_smile: "😅", cry: "😢",
  star: "⭐", sparkles: "✨", fire: "🔥", heart: "❤️", zap: "⚡", bell: "🔔", no_bell: "🔕", stop_sign: "🛑",
  no_entry: "⛔", no_entry_sign: "🚫", recycle: "♻️", arrows_counterclockwise: "🔄", arrow_right: "➡️",
  arrow_left: "⬅️", arrow_up: "⬆️", arrow_down: "⬇️", leftwards_arrow_with_hook: "↩️", back: "🔙",
  large_green_circle: "🟢", large_yellow_circle: "🟡", red_circle: "🔴", white_circle: "⚪", large_blue_circle: "🔵",
  one: "1️⃣", two: "2️⃣", three: "3️⃣", four: "4️⃣", five: "5️⃣", first_place_medal: "🥇", trophy: "🏆",
  moneybag: "💰", euro: "💶", dollar: "💵", busts_in_silhouette: "👥", bust_in_silhouette: "👤", robot_face: "🤖",
  crossed_fingers: "🤞", point_right: "👉", point_down: "👇", checkered_flag: "🏁", triangular_flag_on_post: "🚩",
};

/** The emoji of a short name, or null. */
export function emojiOf(name) {
  return Object.hasOwn(NAMES, name) ? NAMES[name] : null;
}

/** Text with `:names:` replaced. */
export function withEmoji(text) {
  return text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => emojiOf(name) ?? whole);
}
