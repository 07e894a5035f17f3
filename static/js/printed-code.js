/* The QR code of a sheet carries its code after the #, which browsers send to nobody: it is written in the field for
   the person to check and send. The page works without this file. */
const field = document.querySelector("[data-from-fragment]");
const code = location.hash.slice(1);
if (field && !field.value && /^[0-9A-Za-z-]{12,20}$/.test(code)) {
  field.value = code.toUpperCase();
  /* Neither the history nor a shared link keeps it. */
  history.replaceState(null, "", location.pathname + location.search);
  field.form.querySelector("[type=submit]").focus();
}
