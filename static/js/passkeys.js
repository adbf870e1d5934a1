// Passkeys: asks the device to make or show one, and posts its answer in the form it stands in.
// A form marked data-passkey="create" or "show" carries its options (JSON of WebAuthn, bytes in base64url) and what to
// say when the device gives nothing. Its button stays hidden where the browser knows no passkey.

const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const known = (keys) => (keys || []).map((key) => ({ ...key, id: bytes(key.id) }));

function asked(options) {
  const read = { ...options, challenge: bytes(options.challenge) };
  if (options.user) read.user = { ...options.user, id: bytes(options.user.id) };
  if (options.excludeCredentials) read.excludeCredentials = known(options.excludeCredentials);
  if (options.allowCredentials) read.allowCredentials = known(options.allowCredentials);
  return { publicKey: read };
}

function told(credential) {
  const { response } = credential;
  const answer = { clientDataJSON: text(response.clientDataJSON) };
  if (response.attestationObject) {
    answer.attestationObject = text(response.attestationObject);
    answer.transports = response.getTransports ? response.getTransports() : [];
  } else {
    answer.authenticatorData = text(response.authenticatorData);
    answer.signature = text(response.signature);
    answer.userHandle = response.userHandle ? text(response.userHandle) : null;
  }
  return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response: answer });
}

async function ask(form) {
  const options = asked(JSON.parse(form.dataset.options));
  const makes = form.dataset.passkey === "create";
  const credential = await (makes ? navigator.credentials.create(options) : navigator.credentials.get(options));
  form.elements.key_answer.value = told(credential);
  form.submit();
}

function ready(form) {
  const failure = form.querySelector("[role=alert]");
  const button = form.querySelector("button");
  button.parentElement.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    failure.hidden = true;
    button.disabled = true;
    try {
      await ask(form);
    } catch {
      failure.textContent = form.dataset.failed;
      failure.hidden = false;
      button.disabled = false;
    }
  });
}

if (window.PublicKeyCredential) {
  document.querySelectorAll("form[data-passkey]").forEach(ready);
  document.querySelectorAll("[data-passkey-missing]").forEach((each) => (each.hidden = true));
}
