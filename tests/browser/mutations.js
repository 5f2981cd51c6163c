// Changes a page as a new release of a bookmaker's site might, drawn from a seed. `mutate({original, aims, ordered, kind,
// seed})` restores the recorded document, changes it, and returns a description ("" when there is nothing to change).
// `aims` are the selectors of what is read: two mutants in three change something there or close by. `ordered` matches
// nodes that only their order tells apart: exchanging them would change a statement, not the layout.

const CLOSE_BY = 3;
let aimed = new Set();
let saidByOrder = "";

function mutate({ original, aims, ordered, kind, seed }) {
  saidByOrder = ordered;
  document.documentElement.innerHTML = original;
  const draw = chance(seed);
  aimed = draw.below(3) ? nodesCloseTo(aims) : new Set();
  return kinds[kind](draw);
}

function nodesCloseTo(aims) {
  const close = new Set();
  for (const css of aims)
    for (const node of document.querySelectorAll(css)) {
      for (const below of node.querySelectorAll("*")) close.add(below);
      for (let above = node, steps = 0; above && above !== document.body && steps <= CLOSE_BY; above = above.parentElement, steps++)
        close.add(above);
    }
  return close;
}

function preferringAimed(nodes, elementOf = (node) => node) {
  const close = nodes.filter((node) => aimed.has(elementOf(node)));
  return close.length ? close : nodes;
}

function chance(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    below: (limit) => Math.floor(next() * limit),
    of: (items) => items[Math.floor(next() * items.length)],
    two: (limit) => {
      const first = Math.floor(next() * limit);
      return [first, (first + 1 + Math.floor(next() * (limit - 1))) % limit];
    },
  };
}

const elements = () => preferringAimed([...document.body.querySelectorAll("*")].filter((node) => !node.closest("style, script, svg")));

function texts() {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.data.trim() && !node.parentElement.closest("style, script")) found.push(node);
  }
  return preferringAimed(found, (node) => node.parentElement);
}

const kinds = {
  // A new release of the style sheet: every class gets another name, and the page looks as before.
  rename_classes(draw) {
    const names = new Map();
    for (const node of document.querySelectorAll("[class]"))
      for (const name of node.classList) if (!names.has(name)) names.set(name, `c${draw.below(1e9).toString(36)}${names.size}`);
    for (const node of document.querySelectorAll("[class]"))
      node.setAttribute("class", [...node.classList].map((name) => names.get(name)).join(" "));
    for (const style of document.querySelectorAll("style"))
      style.textContent = style.textContent.replace(/\.([A-Za-z_][\w-]*)/g, (whole, name) => (names.has(name) ? `.${names.get(name)}` : whole));
    return names.size ? `${names.size} classes have new names` : "";
  },

  wrap(draw) {
    const node = draw.of(elements().filter((each) => !/^(TR|TD|TH|TBODY|THEAD|OPTION)$/.test(each.tagName)));
    if (!node) return "";
    const wrapper = document.createElement(draw.of(["div", "span", "section"]));
    node.replaceWith(wrapper);
    wrapper.append(node);
    return `wrapped ${described(node)}`;
  },

  reorder(draw) {
    const parent = draw.of(elements().filter((each) => each.children.length > 1 && each.tagName !== "SELECT"));
    if (!parent) return "";
    const [one, other] = draw.two(parent.children.length);
    if (saidByOrder && parent.children[one].matches(saidByOrder) && parent.children[other].matches(saidByOrder)) return "";
    exchange(parent.children[one], parent.children[other]);
    return `exchanged children ${one} and ${other} of ${described(parent)}`;
  },

  blank(draw) {
    const node = draw.of(texts());
    if (!node) return "";
    const before = node.data.trim();
    node.data = draw.of(["", " ", "–", "…"]);
    return `"${before}" became "${node.data}"`;
  },

  duplicate(draw) {
    const node = draw.of(elements());
    if (!node) return "";
    node.after(node.cloneNode(true));
    return `doubled ${described(node)}`;
  },

  // Two columns change places in every row, and in a table with their titles.
  swap_columns(draw) {
    const group = draw.of(rowGroups());
    if (!group) return "";
    const [one, other] = draw.two(group[0].children.length);
    for (const row of group) exchange(row.children[one], row.children[other]);
    return `exchanged columns ${one} and ${other} in ${group.length} rows such as ${described(group[0])}`;
  },

  number_format(draw) {
    const numbers = texts().filter((node) => /\d[.,]\d|[-−]\d|\d{4}/.test(node.data));
    if (!numbers.length) return "";
    const [name, write] = draw.of(Object.entries(formats));
    const changed = draw.below(2) ? numbers : [draw.of(numbers)];
    const example = draw.of(changed).data.trim();
    for (const node of changed) node.data = write(node.data);
    return `${name}: ${changed.length} numbers such as "${example}"`;
  },
};

const formats = {
  "the other decimal mark": (text) => text.replace(/(\d)([.,])(?=\d)/g, (_, digit, mark) => digit + (mark === "." ? "," : ".")),
  "a typographic minus": (text) => text.replace(/-(?=\d)/g, "−"),
  "spaces between thousands": (text) => text.replace(/(\d)(?=(\d{3})+(?!\d))/g, "$1 "),
  "one zero more behind the mark": (text) => text.replace(/([.,]\d+)(?!\d)/g, "$10"),
  "percent": (text) => text.replace(/(\d)(?!.*\d)/, "$1 %"),
};

function rowGroups() {
  const groups = [...document.querySelectorAll("table")].map((table) => {
    const widest = Math.max(...[...table.rows].map((row) => row.children.length));
    return [...table.rows].filter((row) => row.children.length === widest && widest > 1);
  }).filter((rows) => rows.length);
  for (const parent of document.body.querySelectorAll("*:not(table, thead, tbody, tr, select)")) {
    const alike = new Map();
    for (const child of parent.children) {
      const shape = `${child.tagName} ${child.children.length}`;
      if (child.children.length > 1) alike.set(shape, [...(alike.get(shape) ?? []), child]);
    }
    groups.push(...[...alike.values()].filter((rows) => rows.length > 1));
  }
  return preferringAimed(groups, (rows) => rows.at(-1));
}

function exchange(one, other) {
  const place = document.createComment("");
  one.replaceWith(place);
  other.replaceWith(one);
  place.replaceWith(other);
}

function described(node) {
  const marks = ["id", "data-test-id", "class"].map((name) => node.getAttribute(name) && `${name}=${node.getAttribute(name)}`);
  return [node.tagName.toLowerCase(), ...marks.filter(Boolean)].join(" ");
}
