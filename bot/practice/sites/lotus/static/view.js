"use strict";
(function () {
  var BASE = document.body.dataset.base;
  var ODDS_POLL_MS = 2000;
  var TICKET_POLL_MS = 500;
  var box = document.getElementById("betBox");
  var table = document.getElementById("tblOdds");
  var busy = false;

  function byId(id) { return document.getElementById(id); }

  /* Each skin has its own class names; nodes that this script needs have data-js. */
  function part(name) { return box.querySelector('[data-js="' + name + '"]'); }

  function tellShell(word) { parent.postMessage(word, "*"); }

  function endSession() {
    tellShell("session_ended");
    if (box) { box.innerHTML = ""; box.append(textNode("err", document.body.dataset.ended)); }
  }

  function textNode(name, text) {
    var node = document.createElement("div");
    node.className = name;
    node.textContent = text;
    return node;
  }

  function load(path, done) {
    fetch(path, { credentials: "same-origin" }).then(function (answer) {
      if (answer.status === 401) { endSession(); return null; }
      return answer.ok ? answer.text() : null;
    }).then(function (html) { if (html !== null) { done(html); } }).catch(function () { /* the next poll tries again */ });
  }

  function parse(html, outer) {
    var holder = document.createElement(outer);
    holder.innerHTML = html;
    return holder;
  }

  /* the odds table */

  function refreshTable() {
    load(table.dataset.src, function (html) {
      var fresh = parse(html, "table").querySelector("#oddsRows");
      var rows = byId("oddsRows");
      document.querySelector(".clk").textContent = fresh.dataset.now + " GMT-4";
      if (fresh.dataset.shape !== rows.dataset.shape) { rows.replaceWith(fresh); return; }
      fresh.querySelectorAll("[data-sel]").forEach(function (cell) {
        var old = rows.querySelector('[data-sel="' + cell.dataset.sel + '"]');
        if (old.outerHTML !== cell.outerHTML) { old.replaceWith(cell); }
      });
    });
  }

  /* the bet box */

  function openBox(selection) {
    load(BASE + "/box?sel=" + encodeURIComponent(selection), function (html) {
      box.innerHTML = html;
      part("stake").focus();
    });
  }

  function closeBox() {
    load(BASE + "/box", function (html) { box.innerHTML = html; });
  }

  function money(amount) {
    return amount.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  }

  function readStake() {
    var text = part("stake").value.trim();
    var fine = /^[0-9]+$/.test(text) && Number(text) > 0;
    var rate = Number(part("slip").dataset.rate);
    part("payout").textContent = fine && rate ? money(Number(text) * rate) : "0.00";
    part("complaint").textContent = text === "" || fine ? "" : document.body.dataset.stake;
    part("process").disabled = !fine || !rate;
    return fine ? text : null;
  }

  function refreshBox() {
    var slip = part("slip");
    if (!slip || busy) { return; }
    var seen = slip.dataset;
    var address = BASE + "/box?sel=" + encodeURIComponent(seen.sel) + "&refresh";
    load(address, function (html) {
      var fresh = parse(html, "div").querySelector('[data-js="slip"]');
      if (busy || part("slip") !== slip || sameOffer(fresh.dataset, seen)) { return; }
      var stake = part("stake").value;
      slip.replaceWith(fresh);
      part("stake").value = stake;
      if (stake !== "") { readStake(); }
    });
  }

  function sameOffer(one, other) {
    return one.odds === other.odds && one.line === other.line && one.score === other.score;
  }

  function process() {
    var slip = part("slip").dataset;
    var button = part("process");
    busy = true;
    button.disabled = true;
    button.textContent = button.dataset.busy;
    part("stake").readOnly = true;
    var asked = { selection: slip.sel, odds: slip.odds, line: slip.line, score: slip.score, stake: part("stake").value.trim() };
    fetch(BASE + "/bets", { method: "POST", credentials: "same-origin", body: JSON.stringify(asked), headers: { "Content-Type": "application/json" } })
      .then(showAnswer).catch(showSystemError);
  }

  function showAnswer(answer) {
    if (answer.redirected) { location.href = answer.url; return null; }
    if (answer.status === 401) { endSession(); return null; }
    if (!answer.ok) { showSystemError(); return null; }
    return answer.json().then(function (data) {
      busy = false;
      box.innerHTML = data.box;
      tellShell("balance");
      if (part("stake") && part("stake").value !== "") { readStake(); }
      if (data.status === "waiting") { setTimeout(followTicket, TICKET_POLL_MS, data.ticket); }
    });
  }

  function showSystemError() {
    busy = false;
    box.innerHTML = "";
    box.append(textNode("err", document.body.dataset.system));
  }

  function followTicket(ticket) {
    var shown = part("done");
    if (!shown || shown.dataset.ref !== ticket) { return; }
    fetch(BASE + "/bets/" + ticket, { credentials: "same-origin" }).then(function (answer) {
      if (answer.status === 401) { endSession(); return null; }
      return answer.ok ? answer.json() : { status: "waiting" };
    }).then(function (data) {
      if (data === null || part("done") !== shown) { return; }
      if (data.status === "waiting") { setTimeout(followTicket, TICKET_POLL_MS, ticket); return; }
      box.innerHTML = data.box;
      tellShell("balance");
    }).catch(function () { setTimeout(followTicket, TICKET_POLL_MS, ticket); });
  }

  /* what the customer does */

  function startOdds() {
    table.addEventListener("click", function (event) {
      var price = event.target.closest("a.od");
      if (!price) { return; }
      event.preventDefault();
      if (!busy) { openBox(price.dataset.sel); }
    });
    box.addEventListener("keyup", function (event) { if (event.target.dataset.js === "stake") { readStake(); } });
    box.addEventListener("click", function (event) {
      var pressed = event.target.dataset.js;
      if (pressed === "process" && !busy) { process(); }
      if ((pressed === "cancel" && !busy) || pressed === "close") { closeBox(); }
    });
    setInterval(refreshTable, ODDS_POLL_MS);
    setInterval(refreshBox, ODDS_POLL_MS);
  }

  if (table) { startOdds(); }
  document.documentElement.classList.remove("wait");
})();
