// Waiting: which nodes can be seen, now or as soon as one can.

function shownNow(awaited) {
  clipped.clear();
  return Object.keys(awaited).filter((name) => find(document, awaited[name]).nodes.length > 0);
}

async function whenShown({ awaited, timeoutMs, reading }) {
  let names = [];
  await until(() => (names = shownNow(awaited)).length > 0, timeoutMs, 25); // animations show nodes without a mutation
  return { names, raw: reading === null ? null : told(reading) };
}

/** Wait until something is so: looked at now, whenever the document changes, and so often besides. */
function until(isSo, timeoutMs, lookEveryMs) {
  return isSo() ? Promise.resolve() : untilChanged(isSo, timeoutMs, lookEveryMs);
}

/** Wait likewise for what is known not to be so yet. */
function untilChanged(isSo, timeoutMs, lookEveryMs) {
  const end = performance.now() + timeoutMs;
  return new Promise((resolve) => {
    const look = () => {
      if (!isSo() && performance.now() < end) return;
      observer.disconnect();
      clearInterval(timer);
      resolve();
    };
    const observer = new MutationObserver(look);
    const timer = setInterval(look, lookEveryMs);
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  });
}
