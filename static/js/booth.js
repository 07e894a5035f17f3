/* The booth: a basket is not left behind without a word, an absent voter is asked for, the focus stays where it was. */
const watch = document.getElementById("veille");
const question = document.getElementById("veille-question");
const warn = Number(watch.dataset.warn) * 1000;

/* Leaving the booth asks first while a basket waits; reading a project and coming back does not. */
let going = 0;
const stays = ({ pathname, origin }) => origin === location.origin
  && [watch.dataset.booth, watch.dataset.urn, "/projets/"].some((path) => pathname.startsWith(path));
const letGo = () => { going = Date.now(); };
addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  if (link && (link.hasAttribute("download") || stays(link))) letGo();
});
addEventListener("submit", letGo);
addEventListener("beforeunload", (event) => {
  if (document.querySelector("[data-begun]") && Date.now() - going > 2000) event.preventDefault();
});

/* After a while without a sign, the page asks; a stand has a watch of its own, which also signs out. */
let last = Date.now();
const seen = () => { if (!question.open) last = Date.now(); };
if (question) {
  ["pointerdown", "keydown", "scroll", "touchstart"].forEach((name) => addEventListener(name, seen, { passive: true }));
  question.querySelector("[data-stay]").addEventListener("click", () => question.close());
  question.addEventListener("close", seen);
  setInterval(() => { if (Date.now() - last >= warn && !question.open) question.showModal(); }, 1000);
}

/* What is swapped may hold the element that had the focus: the new one of the same name takes it. */
let held = "";
addEventListener("focusin", ({ target }) => { held = target.id; });
addEventListener("htmx:after:swap", () => {
  if (held && document.activeElement === document.body) document.getElementById(held)?.focus({ preventScroll: true });
});
