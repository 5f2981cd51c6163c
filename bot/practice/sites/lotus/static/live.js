"use strict";
(function () {
  var BASE = document.body.dataset.base;
  var POLL_MS = 1000;
  var TICKET_POLL_MS = 500;
  var matches = document.getElementById("liveMatches");
  var slip = document.getElementById("liveSlip");

  function ask(path, options) {
    return fetch(BASE + path, Object.assign({ credentials: "same-origin" }, options)).then(function (answer) {
      if (answer.status === 401) { say(document.body.dataset.ended); parent.postMessage("session_ended", "*"); }
      return answer.ok ? answer : Promise.reject(answer.status);
    });
  }

  function text(answer) { return answer.text(); }
  function json(answer) { return answer.json(); }
  function later() { /* the next poll tries again */ }

  function say(words) {
    var place = slip.querySelector(".answer");
    if (place) { place.textContent = words; }
  }

  function refresh() {
    ask("/live/matches").then(text).then(function (html) {
      if (matches.innerHTML !== html) { matches.innerHTML = html; }
    }).catch(later);
  }

  function open(selection) {
    ask("/live/slip?sel=" + encodeURIComponent(selection)).then(text).then(function (html) {
      slip.innerHTML = html;
      slip.hidden = false;
    }).catch(later);
  }

  function bet(button) {
    var fields = slip.elements;
    var asked = { selection: button.value, odds: fields.odds.value, line: fields.line.value, score: fields.score.value, stake: fields.stake.value.trim() };
    button.disabled = true;
    ask("/bets", { method: "POST", body: JSON.stringify(asked), headers: { "Content-Type": "application/json" } })
      .then(json).then(tell).catch(function () { say(document.body.dataset.system); });
  }

  function tell(answer) {
    say(answer.message || answer.words);
    parent.postMessage("balance", "*");
    if (answer.status === "waiting") { setTimeout(follow, TICKET_POLL_MS, answer.ticket); }
  }

  function follow(ticket) {
    ask("/bets/" + ticket).then(json).then(tell).catch(function () { setTimeout(follow, TICKET_POLL_MS, ticket); });
  }

  matches.addEventListener("click", function (event) {
    var price = event.target.closest("button");
    if (price) { open(price.value); }
  });
  slip.addEventListener("click", function (event) {
    if (event.target.name === "bet") { bet(event.target); }
    if (event.target.name === "close") { slip.hidden = true; }
  });
  setInterval(refresh, POLL_MS);
})();
