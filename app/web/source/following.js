import { morph } from "./morphing.js";

const SOON = 250; // ms in which several news become one question
const AGAIN = 15_000; // ms after which it asks without news, since rounds become FINAL by time alone

/** Keeps the page up to date: whenever the chain has news, in place. */
export function following(root) {
  const source = root.body.dataset.stream;
  if (!source) return;
  let asked;
  const ask = () => {
    clearTimeout(asked);
    asked = setTimeout(() => root.hidden || morph(location.href, ["main", "#now"]).catch(() => {}), SOON);
  };
  const stream = new EventSource(source);
  const say = (state) => {
    const sign = root.querySelector("#live");
    sign.dataset.state = state;
    sign.textContent = state === "open" ? "live" : "not connected";
  };
  stream.onopen = () => say("open");
  stream.onerror = () => say("lost");
  stream.onmessage = ask;
  for (const name of root.body.dataset.news.split(" ")) stream.addEventListener(name, ask);
  root.addEventListener("visibilitychange", ask);
  addEventListener("pagehide", () => stream.close());
  setInterval(ask, AGAIN);
}
