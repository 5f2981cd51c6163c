// Acting: the point at which a node can be clicked, and what a wait is waiting for.

function target(locator) {
  clipped.clear();
  const { nodes } = find(document, locator);
  if (nodes.length !== 1) return { problem: nodes.length === 0 ? "missing" : "ambiguous" };
  const node = nodes[0];
  if (!isEnabled(node)) return { problem: "disabled" };
  const point = middle(node);
  return isWithin(topmost(point), node) ? point : { problem: "covered" };
}

function topmost({ x, y }) {
  let top = document.elementFromPoint(x, y);
  while (top?.shadowRoot) {
    const inner = top.shadowRoot.elementFromPoint(x, y);
    if (inner === null || inner === top) break;
    top = inner;
  }
  return top;
}

function isWithin(inner, node) {
  let each = inner;
  while (each !== null && each !== node) each = around(each);
  return each !== null;
}

function middle(node) {
  let box = node.getBoundingClientRect();
  if (box.top < 0 || box.left < 0 || box.bottom > innerHeight || box.right > innerWidth) {
    node.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
    box = node.getBoundingClientRect();
  }
  return { x: box.left + box.width / 2, y: box.top + box.height / 2 };
}

function sighted([node, told]) {
  const { locator, aim } = JSON.parse(told);
  if (nodeAt(locator) !== node) return { held: false };
  return { held: true, point: aim === null ? null : pointInside({ iframe: node, x: aim[0], y: aim[1] }) };
}

function pointInside({ iframe, x, y }) {
  const box = iframe.getBoundingClientRect();
  const point = { x: box.left + iframe.clientLeft + x, y: box.top + iframe.clientTop + y };
  return document.elementFromPoint(point.x, point.y) === iframe ? point : { problem: "covered" };
}

function shownNow(awaited) {
  clipped.clear();
  return Object.keys(awaited).filter((name) => find(document, awaited[name]).nodes.length > 0);
}

async function whenShown({ awaited, timeoutMs, reading }) {
  let names = [];
  await until(() => (names = shownNow(awaited)).length > 0, timeoutMs, 25); // animations show nodes without a mutation
  return { names, raw: reading === null ? null : told(reading) };
}

function until(isSo, timeoutMs, lookEveryMs) {
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
    look();
  });
}

function choose({ locator, value }) {
  const { nodes } = find(document, locator);
  if (nodes.length !== 1 || ![...(nodes[0].options ?? [])].some((option) => option.value === value)) return null;
  nodes[0].value = value;
  nodes[0].dispatchEvent(new Event("input", { bubbles: true }));
  nodes[0].dispatchEvent(new Event("change", { bubbles: true }));
  return nodes[0].value;
}

function entered(locator) {
  const { nodes } = find(document, locator);
  return nodes.length === 1 ? take(nodes[0], "value") : null;
}

function enteredLength(locator) {
  return entered(locator)?.length ?? -1;
}

/** Select all that a focused node holds, so that typing takes its place; false without the focus. */
function selectedAll(locator) {
  const { nodes } = find(document, locator);
  if (nodes.length !== 1) return false;
  const [node] = nodes;
  if (!node.contains(node.getRootNode().activeElement)) return false;
  if ("select" in node) node.select();
  else getSelection().selectAllChildren(node);
  return true;
}
