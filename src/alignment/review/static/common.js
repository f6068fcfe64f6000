"use strict";
// Times stand in the page in UTC; people read them in their own zone.
for (const place of document.querySelectorAll("time[datetime], option[data-moment]")) {
  const moment = new Date(place.dateTime ?? place.dataset.moment);
  if (!Number.isNaN(moment.getTime())) {
    place.textContent = moment.toLocaleString(document.documentElement.lang, { dateStyle: "short", timeStyle: "short" });
  }
}

// The browser's own file field speaks the browser's language: its button is hidden, the names are shown here.
for (const input of document.querySelectorAll("input[data-names]")) {
  const list = document.getElementById(input.dataset.names);
  input.addEventListener("change", () => {
    const names = [...input.files].map(file => Object.assign(document.createElement("li"), { textContent: file.name }));
    list.replaceChildren(...names);
    list.hidden = !names.length;
  });
}
