/* Proof of work on forms that anybody may send: altcha's widget, unseen, counts while one types.
   The form waits for it at most LONGEST, then leaves without; the page works without this file. */
import "../vendor/altcha-3.2.2/altcha.min.js";

const LONGEST = 20000;
const WORKER = new URL("../vendor/altcha-3.2.2/pbkdf2.js", import.meta.url);
const { $altcha } = globalThis;
$altcha.algorithms.set("PBKDF2/SHA-256", () => new Worker(WORKER));
/* Nothing is noted about how one moves and types. */
$altcha.defaults.set({ humanInteractionSignature: false, minDuration: 0, workers: Math.min(4, navigator.hardwareConcurrency || 2) });

const guard = (place) => {
  const form = place.closest("form");
  const widget = document.createElement("altcha-widget");
  widget.hidden = true;
  widget.setAttribute("challenge", place.dataset.proof);
  place.append(widget);
  let work = null;
  let free = false;
  const late = () => new Promise((done) => { setTimeout(done, LONGEST); });
  const prove = () => {
    work ??= Promise.race([widget.verify(), late()]).catch(() => null).finally(() => { work = null; });
    return work;
  };
  form.addEventListener("focusin", () => widget.getState() === "unverified" && prove());
  form.addEventListener("submit", async (event) => {
    if (free || widget.getState() === "verified") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    place.firstElementChild.textContent = place.dataset.wait;
    const { submitter } = event;
    await prove();
    /* The hidden field of the widget is written on the next turn of the page. */
    setTimeout(() => {
      free = true;
      form.requestSubmit(submitter);
    });
  }, true);
  /* A page taken from the history holds a proof that has served: the widget starts again by itself. */
  addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    free = false;
    place.firstElementChild.textContent = "";
  });
};
document.querySelectorAll("[data-proof]").forEach(guard);
