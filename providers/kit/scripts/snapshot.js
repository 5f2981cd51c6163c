// The page as a person sees it, as one HTML text with live values and shadow roots, without scripts and secrets.

const DROPPED = "script, noscript, template, base, object, embed, link, meta[http-equiv], meta[name*='csrf' i], style";
const ASSET = /url\([^)]*\)/gu;
const PLAIN_WORD = /^[a-z]{0,8}$/iu; // such as "yes": too short to be a token

const frames = [];

function styleText(root) {
  return [...root.styleSheets, ...root.adoptedStyleSheets]
    .map((sheet) => {
      try {
        return [...sheet.cssRules].map((rule) => rule.cssText).join("\n");
      } catch {
        return ""; // a style sheet of another origin cannot be read
      }
    })
    .join("\n")
    .replace(ASSET, "none")
    .replace(/<\//gu, "<\\/");
}

function styleOf(root) {
  const sheet = document.createElement("style");
  sheet.textContent = styleText(root);
  return sheet;
}

function everyNode(root) {
  return [...root.querySelectorAll("*")].flatMap((node) => (node.shadowRoot ? [node, ...everyNode(node.shadowRoot)] : [node]));
}

function secretsTyped() {
  const passwords = everyNode(document).filter((node) => node.matches("input[type=password]"));
  return passwords.map((node) => node.value).filter((text) => text.length > 3);
}

function keepState(live, copy) {
  if (live instanceof HTMLInputElement) keepInput(live, copy);
  if (live instanceof HTMLTextAreaElement) copy.textContent = live.value;
  if (live instanceof HTMLOptionElement) copy.toggleAttribute("selected", live.selected);
  if (live instanceof HTMLIFrameElement) {
    copy.removeAttribute("src");
    copy.setAttribute("srcdoc", `pairguard-frame-${frames.push(live) - 1}`);
  }
  for (const name of copy.getAttributeNames()) {
    if (/^(on.*|srcset|ping|formaction|nonce|integrity|poster|background)$/u.test(name)) copy.removeAttribute(name);
  }
  if (/^(IMG|VIDEO|AUDIO|SOURCE|INPUT)$/u.test(live.tagName)) copy.removeAttribute("src");
  if (copy.hasAttribute("style")) copy.setAttribute("style", copy.getAttribute("style").replace(ASSET, "none"));
}

function keepInput(live, copy) {
  if (live.type === "checkbox" || live.type === "radio") copy.toggleAttribute("checked", live.checked);
  const secret = live.type === "password" || (live.type === "hidden" && !PLAIN_WORD.test(live.value));
  copy.setAttribute("value", secret ? "" : live.value);
}

function isKept(node) {
  return !(node instanceof Comment) && !(node instanceof Element && node.matches(DROPPED));
}

function copied(live) {
  const copy = live.cloneNode(false);
  if (live instanceof Element) keepState(live, copy);
  for (const child of [...live.childNodes].filter(isKept)) copy.append(copied(child));
  if (live instanceof Element && live.shadowRoot) copy.prepend(shadowOf(live));
  return copy;
}

function shadowOf(host) {
  const template = document.createElement("template");
  template.setAttribute("shadowrootmode", "open");
  const inside = [...host.shadowRoot.childNodes].filter(isKept);
  template.content.append(styleOf(host.shadowRoot), ...inside.map(copied));
  return template;
}

function snapshot() {
  const copy = copied(document.documentElement);
  copy.querySelector("head")?.append(styleOf(document));
  const html = secretsTyped().reduce((text, secret) => text.replaceAll(secret, ""), copy.outerHTML);
  const doctype = document.doctype === null ? "" : new XMLSerializer().serializeToString(document.doctype);
  return `${doctype}\n${html}`; // an old or missing doctype changes the layout
}

function positionOf(iframe) {
  return everyNode(document).filter((node) => node instanceof HTMLIFrameElement).indexOf(iframe);
}
