"use strict";
// Keys of a finding: 1, 2, 3 and a decide, c comments, s searches, n and p go on and back; Escape leaves a field.
document.addEventListener("keydown", event => {
  const typing = event.target.matches("input:not([type=checkbox]), textarea, select");
  if (event.key === "Escape" && typing) { event.target.blur(); return; }
  if (typing || event.ctrlKey || event.altKey || event.metaKey) return;
  const key = { "ф": "a", "с": "c", "ы": "s", "т": "n", "з": "p" }[event.key.toLowerCase()] ?? event.key.toLowerCase();
  const field = { c: "comment", s: "search" }[key];
  const target = field ? document.getElementById(field) : document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!target) return;
  event.preventDefault();
  if (field) target.focus(); else target.click();
});
