/* Small comforts; every page works without this file. */
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  /* On a phone the menu of staff is one line that scrolls: it begins where one is. */
  const showHere = (here) => {
    for (const bar of [here.closest("ul"), here.closest("nav")])
      if (bar) bar.scrollLeft = here.offsetLeft - bar.clientWidth / 4;
  };
  const prepare = () => {
    all("[data-copy]").forEach((button) => { button.hidden = !navigator.clipboard; });
    all("[data-print]").forEach((button) => { button.hidden = false; });
    all(".gestion__nav [aria-current]").forEach(showHere);
  };

  /* A form marked data-guard warns before what was typed is left behind. */
  const dirty = new Set();
  addEventListener("input", ({ target }) => target.form?.matches("[data-guard]") && dirty.add(target.form));
  addEventListener("submit", ({ target }) => dirty.delete(target));
  addEventListener("htmx:after:request", ({ target, detail }) => {
    if (detail?.ctx?.response?.status < 400) dirty.delete(target.closest("form"));
  });
  addEventListener("beforeunload", (event) => {
    if ([...dirty].some((form) => form.isConnected)) event.preventDefault();
  });

  /* Rows of a repeated group: a copy of the last row, emptied and renumbered as the server numbers them. */
  const typed = "input:not([type=hidden]),select,textarea";
  const empty = (row) => all("input,select,textarea", row).forEach((part) => {
    if (part.localName === "select") part.selectedIndex = 0;
    else part.value = "";
    part.removeAttribute("aria-invalid");
  });
  const addRow = (rows) => {
    const row = rows.at(-1).cloneNode(true);
    const index = 1 + Math.max(...rows.map((each) => each.querySelector("[name]").name.match(/-(\d+)/)?.[1] ?? 0));
    all("*", row).forEach((part) => ["name", "id", "for", "value", "aria-describedby"].forEach((key) => {
      const old = part.getAttribute(key);
      if (old && (key !== "value" || part.localName === "button")) part.setAttribute(key, old.replace(/\d+/, index));
    }));
    all(".champ__erreur", row).forEach((part) => part.remove());
    empty(row);
    rows.at(-1).after(row);
    row.querySelector(typed).focus();
  };
  const removeRow = (rows, row) => {
    if (rows.length > 1) row.remove();
    else empty(row);
    const kept = rows.find((each) => each.isConnected).querySelector(typed);
    kept.focus();
    kept.dispatchEvent(new Event("change", { bubbles: true }));
  };

  /* A file that the server would refuse for its weight is taken off before it is sent, and the field says so. */
  addEventListener("change", ({ target }) => {
    const said = target.dataset?.heaviest && document.getElementById(`${target.id}-poids`);
    if (!said) return;
    const heavy = [...target.files].some((file) => file.size > Number(target.dataset.heaviest));
    said.textContent = heavy ? said.dataset.words : "";
    if (heavy) target.value = "";
  });

  const copy = async ({ dataset, lastElementChild }) => {
    await navigator.clipboard.writeText(document.querySelector(dataset.copy).innerText.trim().replace(/\s+/g, " "));
    lastElementChild.textContent = document.getElementById("annonce").textContent = dataset.done;
  };

  addEventListener("click", (event) => {
    const button = event.target.closest("button");
    const rows = all("[data-row]", button?.closest("[data-rows]") ?? document.createElement("i"));
    if (button?.dataset.copy) copy(button);
    else if (button?.matches("[data-print]")) print();
    else if (rows.length && button.matches("[data-row-add],[data-row-remove]")) {
      event.preventDefault();
      if (button.matches("[data-row-add]")) addRow(rows);
      else removeRow(rows, button.closest("[data-row]"));
    }
  });

  /* Single-letter keys act only while the focus is inside a data-keys region (WCAG 2.1.4), never while one types.
     In a region that is also data-walk, j and k go from one data-stop to the next. */
  const writing = "input:not([type=radio],[type=checkbox],[type=submit]),select,textarea";
  const walk = (region, step) => {
    const stops = all("[data-stop]", region);
    const here = stops.indexOf(document.activeElement);
    stops[here < 0 ? 0 : Math.min(Math.max(here + step, 0), stops.length - 1)]?.focus();
  };
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches?.(writing)) return;
    const region = event.target.closest?.("[data-keys]");
    if (region?.matches("[data-walk]") && "jk".includes(event.key)) return walk(region, event.key === "j" ? 1 : -1);
    const goal = region?.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!goal) return;
    event.preventDefault();
    goal.focus();
    if (goal.matches("a,button,summary,[type=radio]")) goal.click();
  });

  addEventListener("htmx:after:swap", () => { prepare(); document.getElementById("resume-erreur")?.focus(); });
  prepare();
  /* The browser moves the focus only after the page is shown: a key that is pressed before would go nowhere. */
  if (!location.hash && document.activeElement === document.body)
    document.querySelector("[autofocus]")?.focus({ preventScroll: true });
})();
