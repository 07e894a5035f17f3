/* Small comforts; every page works without this file. */
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const say = (text) => { const region = document.getElementById("annonce"); if (region) region.textContent = text; };

  const prepare = () => {
    all("[data-copy]").forEach((button) => { button.hidden = !navigator.clipboard; });
    document.getElementById("resume-erreur")?.focus();
  };

  /* A form marked data-guard warns before what was typed is left behind. */
  const dirty = new Set();
  const clean = (form) => dirty.delete(form);
  addEventListener("input", ({ target }) => target.form?.matches("[data-guard]") && dirty.add(target.form));
  addEventListener("submit", ({ target }) => clean(target));
  addEventListener("htmx:after:request", ({ target, detail }) => {
    if (detail?.ctx?.response?.raw?.ok ?? true) clean(target.closest?.("form"));
  });
  addEventListener("beforeunload", (event) => {
    for (const form of dirty) if (form.isConnected) return event.preventDefault();
  });

  /* Rows of a repeated group: a copy of the last row, renumbered as the server numbers them. */
  const renumber = (row, index) => all("[name],[id],[for],[aria-describedby]", row).forEach((part) => {
    ["name", "id", "for", "aria-describedby"].forEach((key) => {
      const value = part.getAttribute(key);
      if (value) part.setAttribute(key, value.replace(/-\d+/, `-${index}`));
    });
    if ("value" in part && part.tagName !== "BUTTON" && part.type !== "hidden") part.value = "";
  });
  const addRow = (group) => {
    const rows = all("[data-row]", group);
    const row = rows.at(-1).cloneNode(true);
    const numbers = rows.map((each) => +(each.querySelector("[name]").name.match(/-(\d+)/)?.[1] ?? 0));
    renumber(row, Math.max(...numbers) + 1);
    all(".champ__erreur", row).forEach((part) => part.remove());
    rows.at(-1).after(row);
    row.querySelector("input:not([type=hidden]),select,textarea")?.focus();
  };
  const removeRow = (group, button) => {
    const rows = all("[data-row]", group);
    const row = button.closest("[data-row]");
    if (rows.length === 1) all("input:not([type=hidden]),textarea", row).forEach((part) => { part.value = ""; });
    else row.remove();
    const next = group.querySelector("[data-row] input:not([type=hidden])");
    next?.focus();
    next?.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const copy = async (button) => {
    const source = document.querySelector(button.dataset.copy);
    await navigator.clipboard.writeText(source.textContent.trim().replace(/\s+/g, " "));
    say(button.dataset.done);
    button.querySelector("span").textContent = button.dataset.done;
  };

  addEventListener("click", (event) => {
    const button = event.target.closest?.("button");
    const group = button?.closest("[data-rows]");
    if (button?.matches("[data-copy]")) copy(button);
    else if (group && button.matches("[data-row-add]")) { event.preventDefault(); addRow(group); }
    else if (group && button.matches("[data-row-remove]")) { event.preventDefault(); removeRow(group, button); }
  });

  /* Single-letter keys act only while the focus is inside a data-keys region (WCAG 2.1.4). */
  addEventListener("keydown", (event) => {
    const region = event.target.closest?.("[data-keys]");
    if (!region || event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input,textarea,select")) return;
    const goal = region.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!goal) return;
    event.preventDefault();
    if (goal.matches("a,button")) goal.click(); else goal.focus();
  });

  addEventListener("htmx:after:swap", prepare);
  prepare();
})();
