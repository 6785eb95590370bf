// Pictures: shown where they come from this server; otherwise told in words with a link.

import { el } from "./dom.js";
import { link } from "./marks.js";

/** The node of an image block's or element's picture. */
export function picture({ image_url: address, alt_text: alt }, kind = null) {
  let url;
  try {
    url = new URL(address, location.href);
  } catch {
    url = null;
  }
  if (url && (url.origin === location.origin || url.protocol === "data:")) {
    return el("img", { src: url.href, alt, class: kind, loading: "lazy" });
  }
  return el("span", { class: "block-unknown" }, "Picture: ", alt, " ", url ? link(url.href, "Open it") : null);
}
