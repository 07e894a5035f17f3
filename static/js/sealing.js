/* The ballot is sealed in the browser: the choices stay here, only the envelope is sent.
   Without this file, or in a browser that cannot seal, the form goes to the server, which seals and says so. */
import { canSeal, fromHex, newTracker, receiptCode, resealBallot, sealBallot, toBase64, toHex } from "./urn.js";

const one = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const form = document.getElementById("sceller");
const ballot = JSON.parse(form.dataset.ballot);
let asked;
let sealed;

const show = (id) => {
  ["verification", "scelle", "ouvert", "trahi"].forEach((each) => { document.getElementById(each).hidden = each !== id; });
  scrollTo(0, 0);
  one("h1", document.getElementById(id))?.focus();
};
const grouped = (code) => code.match(/.{1,4}/g).join(" ");

/* What is sealed: the choices that the page showed, and a secret code for each contest if one was asked for. */
const written = () => {
  const wanted = form.elements.tracker?.checked;
  const contests = Object.entries(ballot.document.contests).map(
    ([key, { choices }]) => [key, { choices, tracker: wanted ? newTracker() : "" }],
  );
  return {
    publicKey: fromHex(ballot.key),
    info: ballot.info,
    size: ballot.size,
    document: { ...ballot.document, contests: Object.fromEntries(contests) },
  };
};

const showReceipt = (box) => {
  one("#recu-scelle", box).replaceChildren(...receiptCode(sealed.receipt).split("-").flatMap((group) => {
    const span = document.createElement("span");
    span.textContent = group;
    return [span, " "];
  }));
};

const showTrackers = (box) => {
  const { contests } = asked.document;
  all("[data-tracker]", box).forEach((line) => {
    const tracker = contests[line.dataset.tracker]?.tracker;
    line.hidden = !tracker;
    if (tracker) one("strong", line).textContent = grouped(tracker);
  });
  one("#codes-secrets", box).hidden = !Object.values(contests).some(({ tracker }) => tracker);
};

const seal = async () => {
  asked = written();
  sealed = await sealBallot(asked);
  all("[name=choice]", form).forEach((field) => { field.disabled = true; });
  const box = document.getElementById("scelle");
  all("[name=ciphertext]", box).forEach((field) => { field.value = toBase64(sealed.ciphertext); });
  /* A page that comes back from the memory of the browser may seal again: each envelope has a key of its own. */
  one("[name=key]", box).value = newTracker() + newTracker();
  showReceipt(box);
  showTrackers(box);
  show("scelle");
};

/* The file of the check, as participatory/urn/checking.py writes it. */
const file = () => JSON.stringify({
  schema: "participatory-ballot-check/1",
  receipt: toHex(sealed.receipt),
  ciphertext: toHex(sealed.ciphertext),
  secret: toHex(sealed.secret),
  public_key: ballot.key,
  info: ballot.info,
  document: asked.document,
  titles: ballot.titles,
}, null, 1);

const showOpened = () => {
  const box = document.getElementById("ouvert");
  all("[data-choices]", box).forEach((list) => {
    const { choices } = asked.document.contests[list.dataset.choices];
    list.replaceChildren(...choices.map(([project, value]) => {
      const item = document.createElement("li");
      const said = { title: ballot.titles[project] ?? project, value };
      item.textContent = list.dataset.line.replace(/\{(title|value)\}/g, (_whole, name) => said[name]);
      return item;
    }));
  });
  one("[data-receipt]", box).textContent = receiptCode(sealed.receipt);
  one("[data-secret]", box).textContent = toHex(sealed.secret);
  one("[data-file]", box).href = `data:application/json;charset=utf-8,${encodeURIComponent(file())}`;
  show("ouvert");
};

/* The server notes first that this envelope never counts; only then is its secret shown. It receives the envelope alone. */
const challenge = async (challenged) => {
  const answer = await fetch(challenged.action, { method: "POST", body: new URLSearchParams(new FormData(challenged)) });
  if (!answer.ok) throw new Error(String(answer.status));
  one("[data-cast]").remove();
  const again = await resealBallot({ ...asked, secret: sealed.secret });
  if (toHex(again.ciphertext) === toHex(sealed.ciphertext)) showOpened();
  else show("trahi");
};

const once = (deed, failed) => {
  let under = false;
  return async (event) => {
    event.preventDefault();
    if (under) return;
    under = true;
    try {
      await deed(event.target);
    } catch (error) {
      failed(event.target, error);
    }
    under = false;
  };
};

if (await canSeal()) {
  /* form.submit() goes past this listener: the server seals instead. */
  form.addEventListener("submit", once(seal, () => form.submit()));
  one("[data-challenge]").addEventListener("submit", once(challenge, (failed) => {
    one("[data-failed]", failed).hidden = false;
  }));
  form.dataset.ready = "";
}
