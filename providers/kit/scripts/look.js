// Trying a locator on a live page: what it finds, and boxes around the nodes.

const MARK = "data-pairguard-mark";

function looked(node) {
  const tag = node.outerHTML.slice(0, node.outerHTML.indexOf(">") + 1);
  const secret = node.type === "password" || node.type === "hidden";
  const value = "value" in node && node.tagName !== "BUTTON" && !secret ? String(node.value) : null;
  return { tag: secret ? "<input type=" + node.type + ">" : tag.slice(0, 160), text: textOf(node).slice(0, 160), value };
}

function look({ locator }) {
  clipped.clear();
  const { way, nodes } = find(document, locator);
  const hidden = locator.flatMap((each) => matches(document, { ...each, hidden: true })).filter((node) => !isShown(node));
  return { way, shown: nodes.map(looked), hidden: new Set(hidden).size };
}

function unmark() {
  document.getElementById(MARK)?.remove();
}

function mark({ locator }) {
  clipped.clear();
  unmark();
  const { nodes } = find(document, locator);
  nodes[0]?.scrollIntoView({ block: "center", behavior: "instant" }); // before measuring its position
  const layer = document.createElement("div");
  layer.id = MARK;
  for (const node of nodes) {
    const box = node.getBoundingClientRect();
    const frame = document.createElement("div");
    frame.style.cssText =
      "position:absolute;outline:3px solid #e6007e;background:rgba(230,0,126,.12);pointer-events:none;z-index:2147483647;" +
      `left:${box.left + scrollX}px;top:${box.top + scrollY}px;width:${box.width}px;height:${box.height}px`;
    layer.append(frame);
  }
  document.documentElement.append(layer);
  return nodes.length;
}
