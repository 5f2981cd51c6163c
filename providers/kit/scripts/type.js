// Typing: preparing an input, and reading what it holds.

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

/** Select the whole content of a focused node, so that typing replaces it; false if it does not have the focus. */
function selectedAll(locator) {
  const { nodes } = find(document, locator);
  if (nodes.length !== 1) return false;
  const [node] = nodes;
  if (!node.contains(node.getRootNode().activeElement)) return false;
  if ("select" in node) node.select();
  else getSelection().selectAllChildren(node);
  return true;
}
