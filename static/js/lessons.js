// Comfort only: a lesson reads without this file. The place is kept, and what is left to read is told.

// --- Reading place: the last paragraph seen, at most one request per 3 s.
const PAUSE = 3000;

function followReading(box) {
  const token = document.querySelector('meta[name="csrf-token"]')?.content;
  if (!token || !("IntersectionObserver" in window)) return;
  let place, sent, timer;
  const send = () => {
    timer = undefined;
    if (!place || place === sent) return;
    sent = place;
    const headers = { "X-CSRFToken": token, Accept: "application/json" };
    const body = new URLSearchParams({ paragraph: place });
    fetch(box.dataset.placeUrl, { method: "POST", headers, body, keepalive: true }).catch(() => (sent = undefined));
  };
  const watcher = new IntersectionObserver((entries) => {
    const seen = entries.filter((entry) => entry.isIntersecting);
    if (!seen.length) return;
    place = seen.at(-1).target.id;
    timer ??= setTimeout(send, PAUSE);
  }, { rootMargin: "0px 0px -40% 0px" });
  box.querySelectorAll('[id^="p-"]').forEach((paragraph) => watcher.observe(paragraph));
  addEventListener("pagehide", send);
  document.addEventListener("submit", () => (place = clearTimeout(timer)));
}

// --- What is left to read: the lesson's own minutes, by how far down one is; the bar leaves where the lesson ends.
function followRemaining(line) {
  const text = document.querySelector(".lesson-text");
  const end = document.querySelector(".lesson-end");
  const notes = document.querySelector(".verified-facts") ?? end; // notes are for looking up, not for reading
  if (!text || !end) return;
  let waits = false;
  const tell = () => {
    waits = false;
    const top = text.getBoundingClientRect().top;
    const below = notes.getBoundingClientRect().top - innerHeight;
    const minutes = Math.ceil(Math.max(0, Math.min(1, below / (below + innerHeight - top))) * Number(line.dataset.minutes));
    line.textContent = minutes < 1 ? "Vous arrivez à la fin" : `Reste environ ${minutes}\u00a0min`;
    line.closest(".action-bar").classList.toggle("is-past", end.getBoundingClientRect().top < innerHeight - 64);
  };
  const ask = () => { if (!waits) requestAnimationFrame(tell); waits = true; };
  addEventListener("scroll", ask, { passive: true });
  addEventListener("resize", ask);
  tell();
}

for (const box of document.querySelectorAll("[data-place-url]")) followReading(box);
for (const line of document.querySelectorAll("[data-reading]")) followRemaining(line);
