// The guard of an armed slip: every press is judged in the page, at the moment when it arrives.

const PRESS = ["pointerdown", "mousedown", "pointerup", "mouseup", "click", "auxclick", "dblclick", "contextmenu"];

/** Block all pointer and mouse input to this document, except gestures that `allows` accepts at their start. */
function holdBack(allows, tell) {
  let lets = false;
  const judge = (event) => {
    if (!event.isTrusted) return;
    if (event.type === "pointerdown") lets = allows(event);
    if (event.type === "pointerdown" && !lets) tell();
    if (!lets) {
      event.stopImmediatePropagation();
      event.preventDefault();
    }
    if (event.type === "click") lets = false;
  };
  for (const type of PRESS) addEventListener(type, judge, { capture: true });
  return () => PRESS.forEach((type) => removeEventListener(type, judge, { capture: true }));
}

/** Let one press on the button through, if the slip still shows what it showed at first; then watch for the answer. */
function standGuard({ reading, button, answers, receipt, answerMs }) {
  const showing = () => ({ raw: readAsText(reading), target: target(button), answered: shownNow(answers) });
  const first = showing();
  const isAsArmed = () => {
    const now = showing();
    return now.raw === first.raw && !("problem" in now.target) && now.answered.length === 0;
  };
  let isOver = false;
  let wasPressed = false;
  let tell;
  const news = new Promise((resolve) => (tell = (what) => resolve(JSON.stringify(what))));

  const allows = (event) => {
    if (isOver || wasPressed || !isWithin(event.composedPath()[0], nodeAt(button)) || !isAsArmed()) return false;
    wasPressed = true;
    void answered();
    return true;
  };
  const answered = async () => {
    let names = [];
    const isAnswered = () => (names = shownNow(answers)).length > 0;
    const concerns = (records) => areAbout(answers, records); // no time is spent on other changes, such as the balance
    await untilChanged(isAnswered, answerMs, 25, concerns); // animations show nodes without a mutation
    letGo();
    tell({ names, raw: receipt === null || names.length === 0 ? null : readAsText(receipt) });
  };
  const watch = async () => {
    await until(() => isOver || wasPressed || !isAsArmed(), Infinity, 100); // an input's value changes without a mutation
    disturbed();
  };
  const disturbed = () => {
    isOver = true;
    if (!wasPressed) tell({ disturbed: true });
  };
  const letGo = holdBack(allows, disturbed);
  void watch();

  const end = () => {
    isOver = true;
    return wasPressed;
  };
  const leave = () => {
    end();
    letGo();
  };
  return { first: JSON.stringify(first), news, end, leave };
}

/** Block every press outside the frame. Given a point of the frame, report when the frame is no longer topmost there. */
function standAround([node, locator]) {
  let isOver = false;
  let tell;
  const news = new Promise((resolve) => (tell = (what) => resolve(JSON.stringify(what))));
  const disturbed = () => tell({ disturbed: true });
  const letGo = holdBack(() => false, disturbed);

  const watch = (place) => {
    const asked = [node, JSON.stringify({ locator: JSON.parse(locator), ...place })];
    const showing = () => JSON.stringify(onTab(asked));
    const first = showing();
    void until(() => isOver || showing() !== first, Infinity, 100).then(disturbed);
    return first;
  };
  const leave = () => {
    isOver = true;
    letGo();
  };
  return { news, watch, leave };
}
