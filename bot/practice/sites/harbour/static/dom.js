// Building and finding nodes. Class names are obfuscated in each release, so the page provides them.

import { site } from "./site.js";

const names = JSON.parse(document.getElementById("class-names").textContent);

export const byId = (id) => document.getElementById(id);

/** Translate readable class names into those of this release. */
export function classes(readable) {
  return readable.split(" ").filter(Boolean).map((name) => names[name]).join(" ");
}

/** Translate a test id into the one of this page's skin. */
export function testId(usual) {
  return usual.replace(/^[a-z]+/, (word) => site.test_words[word] ?? word);
}

/** Make an element: `class` in readable names, `test` for data-test-id, `text`, `on` for listeners. */
export function el(tag, options = {}, children = []) {
  const node = document.createElement(tag);
  const { class: className, test, text, on, ...attributes } = options;
  if (className) node.className = classes(className);
  if (test) node.dataset.testId = testId(test);
  if (text !== undefined) node.textContent = text;
  for (const [event, listener] of Object.entries(on ?? {})) node.addEventListener(event, listener);
  for (const [name, value] of Object.entries(attributes)) if (value !== null) node.setAttribute(name, value);
  node.append(...children.filter(Boolean));
  return node;
}

export function toggle(node, readable, wanted) {
  node.classList.toggle(names[readable], wanted);
}

export function show(node, wanted) {
  node.classList.toggle("hidden", !wanted);
}

export function lockIcon() {
  const holder = document.createElement("template");
  holder.innerHTML =
    '<svg viewBox="0 0 24 24" role="img" aria-label="Suspended"><path d="M17 9V7A5 5 0 0 0 7 7v2H5v12h14V9zm-8 0V7a3 3 0 0 1 6 0v2z"/></svg>';
  return holder.content.firstChild;
}
