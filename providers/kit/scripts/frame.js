// The frame that a page lives in, as the tab around it sees it.

/** Whether a locator still finds the frame's node, and no other. */
function isHeld([node, told]) {
  return nodeAt(JSON.parse(told)) === node;
}

/** Turn a point of the frame into one of this document, provided that the frame is the one looked for, and topmost there. */
function onTab([node, told]) {
  const { locator, x, y } = JSON.parse(told);
  if (nodeAt(locator) !== node) return { problem: "missing" };
  const box = node.getBoundingClientRect();
  const point = { x: box.left + node.clientLeft + x, y: box.top + node.clientTop + y };
  return document.elementFromPoint(point.x, point.y) === node ? point : { problem: "covered" };
}
