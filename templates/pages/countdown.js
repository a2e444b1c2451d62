// Opens the setup page when the time is up, unless the reader would rather stay.
// Without this script the page is complete: the link does the same.
"use strict";

(() => {
  const box = document.getElementById("countdown");
  const link = document.getElementById("setup");
  const shown = box.querySelector(".seconds");
  // With the digits that the page was made with, and the grammar of its language.
  const inSeconds = new Intl.RelativeTimeFormat(`${document.documentElement.lang}-u-nu-latn`);
  let left = Number(box.dataset.seconds);

  // This page leaves the history: going back to it would ask to send the form again.
  const open = () => location.replace(link.href);

  const timer = setInterval(() => {
    left -= 1;
    shown.textContent = inSeconds.format(left, "second");
    if (left <= 0) {
      clearInterval(timer);
      open();
    }
  }, 1000);

  link.addEventListener("click", (event) => {
    // With a key held, the reader wants another tab or window.
    if (!event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      open();
    }
  });

  const stop = () => {
    clearInterval(timer);
    box.hidden = true;
    link.focus();
  };

  box.querySelector("button").addEventListener("click", stop);
  // Back from the setup page: don't send the reader there again.
  window.addEventListener("pageshow", (event) => event.persisted && stop());
  box.hidden = false;
  // Said once: a screen reader shouldn't have to count along.
  box.querySelector("[role=status]").textContent = box.querySelector(".opens").textContent;
})();
