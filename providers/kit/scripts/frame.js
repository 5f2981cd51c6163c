// The frame of a page, as seen from the tab around it.

/** Return whether a locator finds exactly the frame's node. */
function isHeld([node, text]) {
  return nodeAt(JSON.parse(text)) === node;
}

/** Convert a point of the frame into one of this document, if the locator finds the frame and it is topmost there. */
function onTab([node, text]) {
  const { locator, x, y } = JSON.parse(text);
  if (nodeAt(locator) !== node) return { problem: "missing" };
  const box = node.getBoundingClientRect();
  const point = { x: box.left + node.clientLeft + x, y: box.top + node.clientTop + y };
  return document.elementFromPoint(point.x, point.y) === node ? point : { problem: "covered" };
}
