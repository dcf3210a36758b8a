// Passkeys: asks the browser for one and posts what it answers. Forms with data-passkey stay hidden where it has none.
(() => {
  "use strict";
  if (!window.PublicKeyCredential) return;

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const withBytes = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

  const create = async (options) => {
    const { user, challenge, excludeCredentials } = options;
    const publicKey = {
      ...options,
      challenge: bytes(challenge),
      user: { ...user, id: bytes(user.id) },
      excludeCredentials: withBytes(excludeCredentials),
    };
    return navigator.credentials.create({ publicKey });
  };

  const get = async (options) => {
    const { challenge, allowCredentials } = options;
    return navigator.credentials.get({
      publicKey: { ...options, challenge: bytes(challenge), allowCredentials: withBytes(allowCredentials) },
    });
  };

  const asJson = (credential) => {
    const response = {};
    for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[part]) response[part] = text(credential.response[part]);
    }
    return JSON.stringify({
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      authenticatorAttachment: credential.authenticatorAttachment,
      clientExtensionResults: credential.getClientExtensionResults(),
      response,
    });
  };

  const optionsOf = async (form) => {
    if (form.dataset.options) return JSON.parse(form.dataset.options).publicKey;
    const answer = await fetch(form.dataset.optionsUrl, { headers: { Accept: "application/json" } });
    return (await answer.json()).publicKey;
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const problem = form.querySelector("[data-passkey-problem]");
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      problem.hidden = true;
      try {
        const ask = form.dataset.passkey === "create" ? create : get;
        form.elements.credential.value = asJson(await ask(await optionsOf(form)));
        form.submit();
      } catch {
        problem.hidden = false;
      }
    });
  }
})();
