// Light or dark: the system's choice, until somebody chooses here.

const KEY = "playground-theme";
const root = document.documentElement;

root.dataset.theme = localStorage.getItem(KEY) ?? "auto";

export function isDark() {
  if (root.dataset.theme !== "auto") return root.dataset.theme === "dark";
  return matchMedia("(prefers-color-scheme: dark)").matches;
}

export function toggleTheme() {
  root.dataset.theme = isDark() ? "light" : "dark";
  localStorage.setItem(KEY, root.dataset.theme);
}
