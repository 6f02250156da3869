/** Buttons that copy the full id beside them. */
export function copying(root) {
  root.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(button.dataset.copy);
    button.dataset.copied = "";
    button.title = "Copied";
    setTimeout(() => {
      delete button.dataset.copied;
      button.title = "Copy";
    }, 1500);
  });
}
