// Development only: reloads the page when the content on disk has a new valid version, and tells its faults.

const EVERY = 1000;
let shown;

async function look() {
  try {
    const { version, findings } = await (await fetch("/apercu/version")).json();
    if (shown && shown.version !== version) location.reload();
    if (findings.join() !== (shown?.findings.join() ?? "")) findings.forEach((finding) => console.info(finding));
    shown = { version, findings };
  } catch {
    // The server is restarting: look again later.
  }
}

setInterval(look, EVERY);
look();
