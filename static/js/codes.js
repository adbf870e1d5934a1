// Recovery codes: print or copy them, where the browser can.

const row = document.querySelector("[data-codes]");
const told = document.querySelector("[data-told]");

if (row) {
  row.hidden = false;
  row.querySelector("[data-print]").addEventListener("click", () => window.print());
  const copy = row.querySelector("[data-copy]");
  if (!navigator.clipboard) copy.hidden = true;
  copy.addEventListener("click", async () => {
    const codes = [...document.querySelectorAll(`#${copy.dataset.copy} code`)].map((each) => each.textContent);
    await navigator.clipboard.writeText(codes.join("\n"));
    told.textContent = copy.dataset.copied;
  });
}
