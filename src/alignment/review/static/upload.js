"use strict";
// A new review: sent without leaving the page, so that what was chosen and typed stays when something is wrong.
const upload = document.getElementById("upload");
upload.addEventListener("submit", async event => {
  event.preventDefault();
  const problem = document.getElementById("problem");
  const working = document.getElementById("working");
  const button = upload.querySelector("button[type=submit]");
  const fail = text => { problem.textContent = text; problem.hidden = false; problem.scrollIntoView({ block: "nearest" }); };
  if (!upload.querySelector("[name=files]").files.length) { fail(upload.dataset.none); return; }
  problem.hidden = true;
  working.hidden = false;
  button.disabled = true;
  try {
    const answer = await fetch(upload.action, { method: "POST", body: new FormData(upload) });
    if (answer.ok) { location.assign(answer.url); return; }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    fail((page.querySelector("[data-problem]") ?? page.querySelector("[role=alert]") ?? page.body).textContent.trim());
  } catch { fail(upload.dataset.lost); }
  working.hidden = true;
  button.disabled = false;
});
