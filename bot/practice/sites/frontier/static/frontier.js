// The browser's own dialogs, as older sites use them.

function checkRisk(form) {
  var risk = Number(form.elements["risk"].value.replace(/[$,\s]/g, ""));
  var minimum = Number(form.elements["minimum"].value);
  if (risk >= minimum) return true;
  alert("The minimum stake is $" + minimum.toFixed(2) + ".");
  return false;
}

function keepAcceptance(form) {
  form.action = "/slip/acceptance";
  form.submit();
}

// This function must not have the button's name: in a form's handler, the names of its inputs take precedence.
function askBeforePlacing(form) {
  if (form.elements["repeat"].value === "ask") {
    if (!confirm("You already have a bet on this event. Repeat it?")) return false;
    form.elements["repeat"].value = "yes";
  }
  form.elements["place"].disabled = true;
  form.elements["place"].value = "Please wait...";
  return true;
}

function dismiss(button) {
  var overlay = button;
  while (overlay.style.position !== "fixed") overlay = overlay.parentNode;
  overlay.parentNode.removeChild(overlay);
}
