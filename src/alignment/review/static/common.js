"use strict";
// Times stand in the page in UTC; people read them in their own zone.
for (const place of document.querySelectorAll("time[datetime], option[data-moment]")) {
  const moment = new Date(place.dateTime ?? place.dataset.moment);
  if (!Number.isNaN(moment.getTime())) {
    place.textContent = moment.toLocaleString(document.documentElement.lang, { dateStyle: "short", timeStyle: "short" });
  }
}
