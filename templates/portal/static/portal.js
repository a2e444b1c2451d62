// Tells the server the browser's time zone, so that times are shown in it.
(function () {
  "use strict";
  var zone = "";
  try {
    zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
  } catch (error) {
    zone = "";
  }
  if (/^[A-Za-z0-9_+\-/]{1,64}$/.test(zone)) {
    document.cookie = "mfa-rollout-zone=" + zone + "; path=/; max-age=31536000; samesite=lax";
  }

  // On a narrow screen the navigation scrolls: what one has opened is to be seen in it.
  var here = document.querySelector(".sections [aria-current]");
  if (here) { here.closest("nav").scrollLeft = here.offsetLeft - 16; }

  // A button that can't be pressed twice by mistake: the form is sent once.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post" || form.dataset.sent) {
      if (form.dataset.sent) { event.preventDefault(); }
      return;
    }
    form.dataset.sent = "yes";
    form.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) {
      delete form.dataset.sent;
      form.removeAttribute("aria-busy");
    });
  });
})();
