/* On the device of a stand: whoever walked away is signed out. The server ends the session by itself, later; every page
   works without this file. */
(() => {
  const stand = document.querySelector("[data-stand]");
  if (!stand) return;
  const { warning, idle, present, home } = stand.dataset;
  const leave = stand.querySelector("[data-stand-leave]");
  const dialog = document.querySelector("[data-stand-dialog]");
  const done = document.querySelector("[data-stand-done]");
  let seen = Date.now();
  let told = seen;
  let ends = done ? seen + 1000 * Number(done.dataset.standDone) : 0;
  let leaving = false;

  /* What the next person finds must come from the server, never from the memory of this browser. */
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  document.querySelectorAll("input, form").forEach((part) => part.setAttribute("autocomplete", "off"));

  const go = () => {
    if (leaving) return;
    leaving = true;
    /* A page that asks before it is left must not hold the place of somebody who is gone. */
    addEventListener("beforeunload", (event) => event.stopImmediatePropagation(), { capture: true });
    if (leave) leave.requestSubmit();
    else location.replace(home);
  };
  const note = () => {
    seen = Date.now();
    if (seen - told > 60_000) {
      told = seen;
      if (leave) fetch(present, { cache: "no-store" }).catch(() => {});
    }
  };
  const stay = () => { note(); if (dialog?.open) dialog.close(); };
  ["pointerdown", "keydown", "input", "wheel", "touchmove"].forEach((name) =>
    addEventListener(name, () => { if (!dialog?.open) note(); }, { capture: true, passive: true }));
  dialog?.querySelector("[data-stand-stay]").addEventListener("click", stay);
  dialog?.addEventListener("cancel", stay);

  const more = done?.querySelector("[data-stand-more]");
  if (done) {
    more.hidden = done.querySelector("[role=timer]").hidden = false;
    more.addEventListener("click", () => { ends = Date.now() + 1000 * Number(idle); });
  }

  const away = !leave && new URL(home, location).pathname === location.pathname;
  setInterval(() => {
    const now = Date.now();
    const still = Math.round((now - seen) / 1000);
    if (done) {
      const left = Math.max(0, Math.round((ends - now) / 1000));
      done.querySelector("[data-stand-left]").textContent = left;
      if (left === 0) go();
    }
    if (away) return;
    if (still >= Number(idle)) return go();
    if (dialog && !done && still >= Number(warning)) {
      if (!dialog.open) dialog.showModal();
      dialog.querySelector("[data-stand-count]").textContent = Number(idle) - still;
    }
  }, 500);
})();
