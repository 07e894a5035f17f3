/* Keys and devices that sign. Without this file, or where the browser cannot, codes do the same. */
(() => {
  const able = window.PublicKeyCredential?.parseCreationOptionsFromJSON && window.PublicKeyCredential.parseRequestOptionsFromJSON;
  if (!able) return;

  /* The server keeps what it asks to be signed, and takes it once: it is fetched at each try. */
  const options = async (form, address) => {
    const headers = { "X-CSRFToken": form.elements.csrf_token.value };
    const answer = await fetch(address, { method: "POST", headers, redirect: "error" });
    if (!answer.ok) throw new Error(answer.status);
    return answer.json();
  };
  const say = (status, error) => {
    const cancelled = ["NotAllowedError", "AbortError"].includes(error.name);
    status.textContent = cancelled ? status.dataset.failed
      : error.name === "InvalidStateError" && status.dataset.known ? status.dataset.known : status.dataset.refused;
  };
  const run = async (form, button, status, work) => {
    button.disabled = true;
    status.textContent = "";
    try {
      const credential = await work();
      form.querySelector("[name$=answer]").value = JSON.stringify(credential);
      form.submit();
    } catch (error) {
      say(status, error);
      button.disabled = false;
    }
  };

  const panel = document.querySelector("[data-key-sign]");
  if (panel) {
    const form = panel.closest("form");
    const button = panel.querySelector("button");
    panel.hidden = false;
    button.addEventListener("click", () => run(form, button, panel.querySelector("[role=status]"), async () =>
      navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(await options(form, panel.dataset.keySign)) })));
  }

  const maker = document.querySelector("[data-key-make]");
  if (maker) {
    document.querySelector("[data-key-without]").hidden = true;
    maker.addEventListener("submit", (event) => {
      /* A name that is missing is for the server to say. */
      if (!maker.elements.name.value.trim()) return;
      event.preventDefault();
      run(maker, maker.querySelector("[type=submit]"), maker.querySelector("[role=status]"), async () =>
        navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(await options(maker, maker.dataset.keyMake)) }));
    });
  }
})();
