// Comfort only: copies the letter's text. Without this file the text can be selected by hand.
for (const press of document.querySelectorAll("[data-copy]")) {
  const text = document.getElementById(press.dataset.copy);
  if (!text) continue;
  press.hidden = false;
  press.addEventListener("click", async () => {
    text.select();
    try {
      await navigator.clipboard.writeText(text.value);
    } catch {
      document.execCommand("copy"); // where the clipboard is closed to scripts, on plain http
    }
    press.nextElementSibling.textContent = press.dataset.done;
  });
}
