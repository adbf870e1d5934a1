// Comfort only: keeps an answer of a test as soon as it changes. Without this file, « Enregistrer et continuer » does.

const PAUSE = 600;
let timer;

// The server keeps the last sending, not the last to arrive.
function count(form) {
  form.elements.serial.value = Number(form.elements.serial.value) + 1;
}

async function save(form) {
  count(form);
  const line = form.querySelector("[data-saved]");
  const body = new URLSearchParams(new FormData(form));
  try {
    const answer = await fetch(form.action, { method: "POST", headers: { Accept: "application/json" }, body });
    const told = await answer.json();
    if (answer.status !== 422) line.textContent = told.message; // 422: the answer is not complete yet
  } catch {
    line.textContent = "Pas encore enregistré : le serveur ne répond pas. Votre réponse reste ici.";
  }
}

document.addEventListener("change", ({ target }) => {
  const form = target.closest?.("form[data-autosave]");
  if (!form) return;
  clearTimeout(timer);
  timer = setTimeout(save, PAUSE, form);
});
document.addEventListener("submit", ({ target }) => {
  clearTimeout(timer);
  if (target.matches("form[data-autosave]")) count(target);
}, true);
