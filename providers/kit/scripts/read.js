// One reading: the raw string and the match count of every field, in one round trip.

function take(node, what) {
  if (what === "text") return textOf(node);
  if (what === "own") return ownTextOf(node);
  if (what === "value") return "value" in node ? String(node.value) : textOf(node);
  if (what === "enabled") return String(isEnabled(node));
  if (what === "visible") return "true";
  return node.getAttribute(what.slice(1));
}

function rootOf(root, field) {
  if (field.within === "frame") return document;
  return field.up === null ? root : root.closest(field.up);
}

function readField(root, field) {
  const within = rootOf(root, field);
  const { way, nodes } = within === null ? { way: -1, nodes: [] } : find(within, field.at);
  return { way, count: nodes.length, value: nodes.length > 0 ? take(nodes[0], field.take) : null };
}

function readFields(root, fields) {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, readField(root, field)]));
}

/** Return a reading as text: the browser transfers one long text much faster than thousands of small values. */
function readAsText(spec) {
  return JSON.stringify(read(spec));
}

function readAllAsText(specs) {
  return specs.map(readAsText);
}

function read({ region, fields, rows, row }) {
  clipped.clear();
  const regions = region === null ? [document] : find(document, region).nodes;
  if (regions.length !== 1) return { regions: regions.length, fields: {}, rows: [] };
  const found = rows === null ? [] : find(regions[0], rows).nodes;
  return {
    regions: 1,
    fields: readFields(regions[0], fields),
    rows: found.map((node) => readFields(node, row)),
  };
}
