"use strict";
// Keys: 1, 2, 3 and a decide, u takes back, c comments, s searches, n goes on, p goes to what was judged before;
// Escape leaves a field. The Russian layout has the same keys in the same places.
const RUSSIAN = { "ф": "a", "с": "c", "ы": "s", "т": "n", "з": "p", "г": "u" };
document.addEventListener("keydown", event => {
  const typing = event.target.matches?.("input:not([type=checkbox]), textarea, select");
  if (event.key === "Escape" && typing) { event.target.blur(); return; }
  if (typing || event.ctrlKey || event.altKey || event.metaKey) return;
  const key = RUSSIAN[event.key.toLowerCase()] ?? event.key.toLowerCase();
  const field = { c: "comment", s: "search" }[key];
  const target = field ? document.getElementById(field) : document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!target) return;
  event.preventDefault();
  if (!field) { target.click(); return; }
  target.focus();
  target.setSelectionRange(target.value.length, target.value.length);  // what was typed before is continued
});

// A comment that was typed and not sent yet outlives a change of page; it is forgotten once the decision is kept.
const judge = document.getElementById("judge");
const comment = document.getElementById("comment");
const draft = position => `comment ${judge.dataset.review} ${position}`;
if (judge && comment) {
  const here = draft(judge.dataset.position);
  const last = judge.dataset.last;
  if (last && sessionStorage.getItem(`sent ${draft(last)}`)) {
    sessionStorage.removeItem(draft(last));
    sessionStorage.removeItem(`sent ${draft(last)}`);
  }
  const kept = sessionStorage.getItem(here);
  if (kept && !comment.value) comment.value = kept;
  comment.addEventListener("input", () => sessionStorage.setItem(here, comment.value));
  judge.addEventListener("submit", () => { if (sessionStorage.getItem(here)) sessionStorage.setItem(`sent ${here}`, "1"); });
}

// What the search finds comes into the page as it is: nothing that was typed or ticked goes.
const seek = document.getElementById("seek");
seek?.addEventListener("submit", async event => {
  event.preventDefault();
  const place = document.getElementById("hits");
  const lost = document.getElementById("lost");
  try {
    const answer = await fetch(`?${new URLSearchParams(new FormData(seek))}`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const ticked = [...place.querySelectorAll("input:checked")];
    const found = page.getElementById("hits");
    for (const box of ticked) {
      const same = found.querySelector(`input[value="${CSS.escape(box.value)}"]`);
      if (same) same.checked = true; else found.append(box.closest(".evidence"));
    }
    place.replaceChildren(...found.childNodes);
    lost.hidden = true;
  } catch { lost.hidden = false; }
});
