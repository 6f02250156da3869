import { Idiomorph } from "idiomorph";

let newest = 0;

/** Asks the server for a page again and changes only what differs in these parts; the focus and what is open stay. */
export async function morph(url, parts) {
  const turn = ++newest;
  const answer = await fetch(url, { headers: { accept: "text/html" } });
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (turn !== newest) return; // a later question was asked meanwhile
  for (const part of parts) {
    const [old, next] = [document.querySelector(part), fresh.querySelector(part)];
    if (old && next) Idiomorph.morph(old, next, { ignoreActiveValue: true, callbacks });
  }
}

const callbacks = {
  beforeAttributeUpdated: (name, node) => !(name === "open" && node instanceof HTMLDetailsElement),
};
