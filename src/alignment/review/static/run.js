"use strict";
// A check that is being worked on: its page is kept up to date without losing what was ticked or typed.
const working = document.querySelector("[data-state]");
const find = document.getElementById("find");

async function renewed(mark, before) {
  const [old] = before.split(" ");
  const [state] = mark.split(" ");
  // From reading to choosing the form stays as it is and only parts around it are renewed.
  if (state !== old && !(old === "reading" && state === "choosing")) { location.reload(); return; }
  const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
  for (const part of document.querySelectorAll("[data-live]")) {
    if (state === old && part.id === "progress") continue;
    const ticked = [...part.querySelectorAll("input:checked")].map(input => input.value);
    const fresh = page.getElementById(part.id);
    if (!fresh) continue;
    for (const input of fresh.querySelectorAll("input")) input.checked ||= ticked.includes(input.value);
    part.replaceChildren(...fresh.childNodes);
  }
  // What is proposed now need not stand in the library as well.
  for (const box of document.querySelectorAll("#proposed input")) {
    const twin = document.querySelector(`.options input[value="${CSS.escape(box.value)}"]`);
    if (twin) { box.checked ||= twin.checked; twin.closest(".option").remove(); }
  }
  filtered();
  picked();
}

async function watch() {
  const bar = working.querySelector("progress");
  const line = working.querySelector("[role=status]");
  let mark = working.dataset.mark;
  for (;;) {
    try {
      const found = await (await fetch(working.dataset.state)).json();
      if (line.textContent !== found.text) line.textContent = found.text;
      if (found.total > 1) { bar.max = found.total; bar.value = found.done; } else bar.removeAttribute("value");
      if (found.state !== mark) await renewed(found.state, mark);
      mark = found.state;
      if (!/^(reading|checking)/.test(mark)) return;
    } catch { /* the server is being started again: ask later */ }
    await new Promise(done => setTimeout(done, 1000));
  }
}
if (working) watch();

function filtered() {
  if (!find) return;
  const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const option of document.querySelectorAll(".options .option")) {
    option.hidden = !words.every(word => option.textContent.toLowerCase().includes(word));
    shown += !option.hidden;
  }
  const place = document.getElementById("found");
  place.textContent = find.value ? place.dataset.text.replace("{n}", shown) : "";
}
find?.addEventListener("input", filtered);
// Enter in the search field would send the form.
find?.addEventListener("keydown", event => { if (event.key === "Enter") event.preventDefault(); });

function picked() {
  const place = document.getElementById("picked");
  if (!place) return;
  const count = document.querySelectorAll("#choose input[name=standard]:checked").length
    + [...document.querySelectorAll("#choose input[name=own]")].reduce((sum, input) => sum + input.files.length, 0);
  place.textContent = count ? place.dataset.text.replace("{n}", count) : "";
}
document.getElementById("choose")?.addEventListener("change", picked);
picked();
