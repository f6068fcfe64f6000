"use strict";
// Ticks are kept with each change, so that a page that is loaded again or closed loses none.
const ticks = document.getElementById("ticks");
const kept = document.getElementById("kept");
let last = Promise.resolve();

async function keep(data) {
  try {
    const answer = await fetch(ticks.dataset.keep, { method: "POST", body: data });
    kept.textContent = answer.ok ? kept.dataset.kept : kept.dataset.lost;
  } catch {
    kept.textContent = kept.dataset.lost;
  }
}

function counted() {
  for (const group of ticks.querySelectorAll("details")) {
    const all = group.querySelectorAll("input");
    const ticked = [...all].filter(box => box.checked).length;
    group.querySelector("summary .tag").textContent = `${ticked} / ${all.length}`;
  }
}

ticks?.addEventListener("change", () => {
  counted();
  // One after another: an older choice must not arrive behind a newer one.
  const data = new URLSearchParams(new FormData(ticks));
  last = last.then(() => keep(data));
});

ticks?.addEventListener("submit", async event => {
  event.preventDefault();
  await last;
  ticks.submit();
});
