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

// What was ticked is kept while the window is open, also when the page is loaded again or left and opened anew.
const choose = document.getElementById("choose");
const kept = choose && `standards ${choose.dataset.run}`;
const boxes = () => [...choose.querySelectorAll("input[name=standard]")];

function picked() {
  const place = document.getElementById("picked");
  if (!place) return;
  // The search may hide what is ticked, so it is named.
  const names = [...new Set(boxes().filter(box => box.checked).map(box => box.value))];
  for (const input of choose.querySelectorAll("input[name=own]")) names.push(...[...input.files].map(file => file.name));
  place.textContent = names.length ? `${place.dataset.text.replace("{n}", names.length)} – ${names.join(", ")}` : "";
}

choose?.addEventListener("change", () => {
  sessionStorage.setItem(kept, JSON.stringify(boxes().filter(box => box.checked).map(box => box.value)));
  document.getElementById("choice-problem")?.remove();
  picked();
});
function restored() {
  if (!choose) return;
  const before = JSON.parse(sessionStorage.getItem(kept) ?? "null");
  if (before) for (const box of boxes()) box.checked = before.includes(box.value);
  filtered();
  picked();
}
restored();
// A browser that goes back puts its own ticks into the form after the scripts have run.
window.addEventListener("pageshow", restored);
// The message on a choice is for this time only, not for a page that is loaded again.
if (document.getElementById("choice-problem")) history.replaceState(null, "", location.pathname);

// A file is made first, which may take a while, and then downloaded: the page says so, and says what went wrong.
const making = document.getElementById("making");
document.querySelector(".downloads")?.addEventListener("click", async event => {
  const link = event.target.closest("a");
  if (!link || !making || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const { making: words, lost } = making.parentElement.dataset;
  making.textContent = words;
  try {
    const answer = await fetch(link.href);
    if (answer.ok) {
      await answer.body?.cancel();
      making.textContent = "";
      location.assign(link.href);
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    making.textContent = page.querySelector("[role=alert]")?.textContent ?? lost;
  } catch { making.textContent = lost; }
});
