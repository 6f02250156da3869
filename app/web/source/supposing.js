import { morph } from "./morphing.js";

const CALM = 120; // ms without a change before the server is asked

/** What-if: a slider and a field for each metric; the server answers what the contract would pay. */
export function supposing(root) {
  let asked;
  root.addEventListener("input", ({ target }) => {
    const form = target.closest("[data-what-if]");
    if (!form) return;
    const other =
      target.dataset.twin && form.querySelector(`[data-twin="${target.dataset.twin}"]:not([type="${target.type}"])`);
    if (other) other.value = target.value;
    clearTimeout(asked);
    asked = setTimeout(() => suppose(form), CALM);
  });
  root.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-what-if]")) return;
    event.preventDefault();
    suppose(event.target);
  });
}

async function suppose(form) {
  const url = new URL(form.action);
  url.search = new URLSearchParams(new FormData(form));
  history.replaceState(null, "", url);
  await morph(url, ["#what-if"]);
}
