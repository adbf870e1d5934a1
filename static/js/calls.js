// Comfort only: the customer's voice, read by the device itself. Off until asked; nothing leaves the device.

const WANTED = "reglo:voice";

function speak() {
  if (sessionStorage.getItem(WANTED) !== "on") return;
  const newest = document.getElementById("tour");
  if (!newest) return;
  speechSynthesis.cancel();
  for (let line = newest; line; line = line.nextElementSibling) {
    const words = [...line.childNodes].filter((node) => !node.classList?.contains("who")).map((node) => node.textContent);
    const utterance = new SpeechSynthesisUtterance(words.join(" ").trim());
    utterance.lang = "fr-FR";
    utterance.voice = speechSynthesis.getVoices().find((voice) => voice.lang.startsWith("fr") && voice.localService) ?? null;
    speechSynthesis.speak(utterance);
  }
}

function arm() {
  const button = document.getElementById("voice");
  if (!button || !("speechSynthesis" in window)) return;
  const show = () => {
    const on = sessionStorage.getItem(WANTED) === "on";
    button.setAttribute("aria-pressed", String(on));
    button.textContent = on ? button.dataset.on : button.dataset.off;
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    const on = sessionStorage.getItem(WANTED) === "on";
    sessionStorage.setItem(WANTED, on ? "off" : "on");
    show();
    if (on) speechSynthesis.cancel();
    else speak();
  });
  show();
}

document.addEventListener("htmx:after:swap", () => { arm(); speak(); });
addEventListener("pagehide", () => window.speechSynthesis?.cancel());
arm();
speak();
