// Waiting: which nodes are visible, now or as soon as one is.

function shownNow(awaited) {
  clipped.clear();
  return Object.keys(awaited).filter((name) => find(document, awaited[name]).nodes.length > 0);
}

/** Wait until one of the nodes is visible, and answer the questions in the same look. */
async function whenShown({ awaited, timeoutMs, questions }) {
  let names = [];
  await until(() => (names = shownNow(awaited)).length > 0, timeoutMs, 25); // animations show nodes without a mutation
  return { names, answers: together(questions) };
}

/** Return whether changes are at, around or within nodes that may become visible. This needs no layout of the page. */
function areAbout(awaited, records) {
  const ways = Object.values(awaited).flat();
  const nodes = ways.flatMap(({ css }) => query(document, css));
  return records.some(({ target }) => nodes.some((node) => target.contains(node) || node.contains(target)));
}

/** Wait until a condition holds. It is checked now, on every change of the document, and every `lookEveryMs`. */
function until(isSo, timeoutMs, lookEveryMs) {
  return isSo() ? Promise.resolve() : untilChanged(isSo, timeoutMs, lookEveryMs);
}

/** Wait like `until`, without a check now. Changes that do not concern the condition wait for the regular check. */
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
