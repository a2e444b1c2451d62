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

  // A part of the page that can't be had now: what stands there stays, and a line says that it is
  // old. A part that comes again by itself takes the line away.
  var missing = {};
  function partOf(event) { return event.detail.pathInfo.requestPath.split("?")[0]; }
  function tell() {
    var place = document.getElementById("not-fresh");
    var text = Object.keys(missing).map(function (part) { return missing[part]; })[0] || "";
    if (!place || place.textContent === text) { return; }
    place.textContent = text;
    place.className = text ? "notice bad no-print" : "";
  }
  function note(event) {
    var status = event.detail.xhr.status;
    var again = /every/.test(event.detail.requestConfig.elt.getAttribute("hx-trigger") || "");
    missing[partOf(event)] = (again ? "These figures are not fresh: " : "This list was not read again: ") +
      (status ? "the server answers with an error (" + status + ")" : "the server can't be reached") +
      (again ? ". Trying again…" : ". Try again in a moment.");
    tell();
  }
  document.addEventListener("htmx:responseError", note);
  document.addEventListener("htmx:sendError", note);
  document.addEventListener("htmx:afterRequest", function (event) {
    var status = event.detail.xhr.status;
    if (status < 200 || status >= 400) { return; }
    delete missing[partOf(event)];
    tell();
  });

  // A part that comes again by itself leaves the keyboard where it was: what had the focus, or
  // else the part itself, has it again.
  var held = null;
  function operable(part) { return Array.from(part.querySelectorAll("a[href], button, input, select, summary, [tabindex='0']")); }
  function keyOf(one) { return one.tagName + (one.getAttribute("href") || one.name || one.getAttribute("aria-label") || one.textContent); }
  document.addEventListener("htmx:beforeSwap", function (event) {
    var part = event.detail.target, one = document.activeElement;
    held = part && part.id && part !== one && part.contains(one) ? { part: part.id, key: keyOf(one) } : null;
  });
  document.addEventListener("htmx:afterSwap", function () {
    var part = held && document.getElementById(held.part);
    if (!part || document.activeElement !== document.body) { return; }
    var again = operable(part).filter(function (one) { return keyOf(one) === held.key; })[0];
    if (!again) { part.tabIndex = -1; }
    (again || part).focus({ preventScroll: true });
  });

  // Whoever sent a form that is refused begins at what is wrong with it.
  var refused = document.querySelector("main [role=alert]");
  if (refused) { refused.tabIndex = -1; refused.focus(); }

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
