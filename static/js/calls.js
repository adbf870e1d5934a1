// Comfort only. The customer's voice is read by the device itself, off until asked. Dictation belongs to the browser: it starts
// on a press, and the page says where the voice may go.

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

function armDictation() {
  const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition;
  const button = document.getElementById("dictate");
  if (!button || !Recognition) return;
  const form = button.form, box = form.elements.said, label = button.textContent;
  button.hidden = document.getElementById("dictate-note").hidden = false;
  button.addEventListener("click", () => {
    const listening = new Recognition();
    listening.lang = "fr-FR";
    button.textContent = button.dataset.listening;
    listening.addEventListener("result", (event) => {
      box.value = [...event.results].map((result) => result[0].transcript).join(" ");
      form.elements.how.value = "dictee";
    });
    listening.addEventListener("end", () => { button.textContent = label; box.focus(); });
    listening.addEventListener("error", () => { button.textContent = label; });
    listening.start();
  });
}

document.addEventListener("htmx:after:swap", () => { arm(); armDictation(); speak(); });
addEventListener("pagehide", () => window.speechSynthesis?.cancel());
arm();
armDictation();
speak();
