// Comfort only: every page works without this file. Focus, kept answers, double sends.

const KEPT = "reglo:kept:";
const NEVER_KEPT = /csrf|key|password|token|code/i;
const learner = document.body.dataset.learner;

// --- Focus: the new heading after a swap, the marked heading after a page load.
function focusHeading(root) {
  const heading = ["#error-summary", "[data-focus]", "#feedback", "h1"].map((each) => root.querySelector(each)).find(Boolean);
  if (!heading) return;
  if (!heading.hasAttribute("tabindex")) heading.tabIndex = -1;
  const isNewPage = heading.matches("h1");
  heading.focus({ preventScroll: isNewPage });
  if (isNewPage) scrollTo(0, 0);
}

document.addEventListener("htmx:after:swap", (event) => {
  if (!event.target.closest("[data-background]")) focusHeading(event.target);
  restoreKept();
});

// --- A term opens its definition below the paragraph; Escape closes it and returns to the word.
const noteOf = (term) => document.querySelector(`.term-note[data-term="${CSS.escape(term)}"]`);

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a.term[data-term]");
  const note = link && noteOf(link.dataset.term);
  if (!note) return;
  event.preventDefault();
  note.open = !note.open;
  if (!note.open) return;
  note.querySelector("summary").focus();
  note.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    note.open = false;
    link.focus();
  }, { once: true });
});

// --- Kept answers: written when a form leaves, given back to the same person, cleared on success.
const keepName = (form) => `${KEPT}${learner}:${form.dataset.keep}`;

function typed(form) {
  const fields = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !NEVER_KEPT.test(name));
  return fields.filter(([, value]) => value.trim());
}

function giveBack(form, fields) {
  for (const control of form.elements) {
    const values = fields.filter(([name]) => name === control.name).map(([, value]) => value);
    if (!values.length || control.disabled || control.type === "hidden") continue;
    if (control.type === "radio" || control.type === "checkbox") control.checked = values.includes(control.value);
    else if (control.type === "select-one") control.value ||= values.find((value) => [...control.options].some((option) => option.value === value)) ?? "";
    else if (!control.value) control.value = values[0];
  }
}

function restoreKept() {
  if (!learner || document.body.classList.contains("error-page")) return;
  for (const name of Object.keys(sessionStorage).filter((name) => name.startsWith(`${KEPT}${learner}:`))) {
    const form = [...document.forms].find((each) => each.dataset.keep && keepName(each) === name);
    const entry = JSON.parse(sessionStorage.getItem(name));
    if (form && entry.path === location.pathname) giveBack(form, entry.fields);
    else if (!form) sessionStorage.removeItem(name);
  }
}

// --- Sending: once, and said when it takes long.
let waiting, refusal;

function say(text) {
  const line = document.createElement("p");
  line.className = "saving";
  line.textContent = text;
  document.getElementById("messages")?.append(line);
}

function stopWaiting() {
  clearTimeout(waiting);
  document.querySelectorAll(".saving").forEach((line) => line.remove());
  document.querySelectorAll("form[data-sent]").forEach((form) => form.removeAttribute("data-sent"));
  if (refusal) say(refusal);
  refusal = undefined;
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.submitter?.hasAttribute("data-download")) return; // a file leaves the page as it is
  if (form.hasAttribute("data-sent")) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  stopWaiting();
  form.setAttribute("data-sent", "");
  if (form.dataset.keep && learner) {
    const entry = { path: location.pathname, fields: typed(form) };
    sessionStorage.setItem(keepName(form), JSON.stringify(entry));
  }
  waiting = setTimeout(say, 400, "On enregistre…");
}, true);
addEventListener("pageshow", stopWaiting);
document.addEventListener("htmx:finally:request", stopWaiting);
document.addEventListener("htmx:error", () => {
  refusal = "Enregistrement impossible\u00a0: le serveur ne répond pas. Votre réponse est gardée ici. Validez à nouveau.";
});

restoreKept();
if (document.querySelector("[data-focus]") && !document.querySelector("[autofocus]")) focusHeading(document);
