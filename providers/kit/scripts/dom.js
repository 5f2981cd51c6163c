// Shared by the other scripts: which nodes a person can see, and how locators find nodes.

const clipped = new Map();

function isClipped(node) {
  if (node === null || node === document.body || node === document.documentElement) return false;
  if (clipped.has(node)) return clipped.get(node);
  const style = getComputedStyle(node);
  const closed = style.overflow !== "visible" && (node.clientWidth === 0 || node.clientHeight === 0);
  const hidden = (closed && style.display !== "inline") || isClipped(around(node));
  clipped.set(node, hidden);
  return hidden;
}

function isShown(node) {
  if (!node.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true })) return false;
  const box = node.getBoundingClientRect();
  if (box.width <= 0 || box.height <= 0) return false;
  if (box.right + scrollX <= 0 || box.bottom + scrollY <= 0) return false;
  return !isClipped(around(node));
}

function around(node) {
  return node.parentElement ?? node.getRootNode().host ?? null;
}

function textOf(node) {
  return (node.innerText ?? node.textContent).replace(/\s+/gu, " ").trim();
}

function ownTextOf(node) {
  const texts = [...node.childNodes].filter((child) => child.nodeType === Node.TEXT_NODE);
  return texts.map((text) => text.data).join(" ").replace(/\s+/gu, " ").trim();
}

function query(root, css) {
  if (css === ":scope") return [root];
  let roots = [root];
  for (const [depth, part] of css.split(">>>").entries()) {
    if (depth > 0) roots = roots.map((host) => host.shadowRoot).filter(Boolean);
    roots = roots.flatMap((each) => [...each.querySelectorAll(part.trim())]);
  }
  return [...new Set(roots)];
}

function seen(root, css, way) {
  return query(root, css).filter((node) => way.hidden || isShown(node));
}

function withText(nodes, text) {
  if (text === null) return nodes;
  const pattern = new RegExp(text, "u");
  const found = nodes.filter((node) => pattern.test(textOf(node)));
  return found.filter((node) => !found.some((other) => other !== node && node.contains(other)));
}

function matches(root, way) {
  const found = withText(seen(root, way.css, way), way.text);
  return way.then === null ? found : found.flatMap((node) => seen(node, way.then, way));
}

function find(root, locator) {
  for (const [way, each] of locator.entries()) {
    const nodes = matches(root, each);
    if (nodes.length > 0) return { way, nodes };
  }
  return { way: -1, nodes: [] };
}

function nodeAt(locator) {
  const { nodes } = find(document, locator);
  return nodes.length === 1 ? nodes[0] : null;
}

function isEnabled(node) {
  const state = node.closest("[aria-disabled]")?.getAttribute("aria-disabled");
  return !node.matches(":disabled") && state !== "true" && getComputedStyle(node).pointerEvents !== "none";
}
