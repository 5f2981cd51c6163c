// Waiting: which nodes can be seen, now or as soon as one can.

function shownNow(awaited) {
  clipped.clear();
  return Object.keys(awaited).filter((name) => find(document, awaited[name]).nodes.length > 0);
}

/** Wait until one of the nodes can be seen, and answer in the same look what else is asked. */
async function whenShown({ awaited, timeoutMs, questions }) {
  let names = [];
  await until(() => (names = shownNow(awaited)).length > 0, timeoutMs, 25); // animations show nodes without a mutation
  return { names, answers: together(questions) };
}

/** Whether changes are at, around or within what may become visible; that is told without laying out the page. */
function areAbout(awaited, records) {
  const ways = Object.values(awaited).flat();
  const nodes = ways.flatMap(({ css }) => query(document, css));
  return records.some(({ target }) => nodes.some((node) => target.contains(node) || node.contains(target)));
}

/** Wait until something is so: looked at now, whenever the document changes, and so often besides. */
function until(isSo, timeoutMs, lookEveryMs) {
  return isSo() ? Promise.resolve() : untilChanged(isSo, timeoutMs, lookEveryMs);
}

/** Wait likewise for what is known not to be so yet; changes that do not concern it are left to the regular look. */
function untilChanged(isSo, timeoutMs, lookEveryMs, concerns = () => true) {
  const end = performance.now() + timeoutMs;
  return new Promise((resolve) => {
    const look = (records) => {
      if (records !== undefined && !concerns(records)) return;
      if (!isSo() && performance.now() < end) return;
      observer.disconnect();
      clearInterval(timer);
      resolve();
    };
    const observer = new MutationObserver(look);
    const timer = setInterval(() => look(), lookEveryMs);
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  });
}
