// The point at which a node can be pressed.

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
