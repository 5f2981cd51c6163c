"use strict";
(function () {
  var VIEW = document.body.dataset.view;
  var POLL_MS = 2000;
  var frame = document.getElementById("sportsFrame");
  var liveFrame = document.getElementById("liveFrame");
  var overlay = document.getElementById("overlay");

  function leave() { location.href = "/login"; }

  function getJson(path, done) {
    fetch(path, { credentials: "same-origin" }).then(function (answer) {
      if (answer.status === 401) { leave(); return null; }
      if (answer.status === 503 || answer.status === 403) { location.reload(); return null; }
      return answer.ok ? answer.json() : null;
    }).then(function (data) { if (data) { done(data); } }).catch(function () { /* the next poll tries again */ });
  }

  function openView() {
    getJson("/api/view", function (data) { frame.src = data.url; });
    if (liveFrame) { getJson("/api/view?live", function (data) { liveFrame.src = data.url; }); }
  }

  function showOverlay(html) {
    overlay.innerHTML = html;
    overlay.hidden = false;
  }

  function refresh() {
    getJson(overlay.hidden ? "/api/me" : "/api/me?covered", function (me) {
      document.getElementById("lblBalance").textContent = me.balance;
      document.getElementById("restricted").hidden = !me.restricted;
      if (me.overlay) { showOverlay(me.overlay); }
    });
  }

  overlay.addEventListener("click", function (event) {
    var action = event.target.dataset.do;
    if (action === "close") { overlay.hidden = true; overlay.innerHTML = ""; }
    if (action === "logout") { document.querySelector("form[action='/logout']").submit(); }
  });

  window.addEventListener("message", function (event) {
    if (event.origin !== VIEW) { return; }
    if (event.data === "balance") { refresh(); }
    if (event.data === "session_ended") { leave(); }
  });

  setInterval(refresh, POLL_MS);
  refresh();
  openView();
})();
