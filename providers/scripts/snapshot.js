// The page as a person sees it, in one piece of markup: live values in, scripts and secrets out.

const DROPPED = "script, noscript, template, base, object, embed, link, meta[http-equiv], meta[name*='csrf' i]";

function styleText() {
  return [...document.styleSheets, ...document.adoptedStyleSheets]
    .map((sheet) => {
      try {
        return [...sheet.cssRules].map((rule) => rule.cssText).join("\n");
      } catch {
        return ""; // a style sheet of another origin cannot be read
      }
    })
    .join("\n")
    .replace(/url\([^)]*\)/gu, "none")
    .replace(/<\//gu, "<\\/");
}

function secretsTyped() {
  return [...document.querySelectorAll("input[type=password]")].map((node) => node.value).filter((text) => text.length > 3);
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
    if (/^(on.*|srcset|ping|formaction|nonce|integrity)$/u.test(name)) copy.removeAttribute(name);
  }
  if (/^(IMG|VIDEO|AUDIO|SOURCE)$/u.test(live.tagName)) copy.removeAttribute("src");
}

function keepInput(live, copy) {
  if (live.type === "checkbox" || live.type === "radio") copy.toggleAttribute("checked", live.checked);
  const secret = live.type === "password" || live.type === "hidden";
  copy.setAttribute("value", secret ? "" : live.value);
}

const frames = [];

function snapshot() {
  const secrets = secretsTyped();
  const style = styleText();
  const root = document.documentElement;
  const copy = root.cloneNode(true);
  const copies = [copy, ...copy.querySelectorAll("*")];
  [root, ...root.querySelectorAll("*")].forEach((live, index) => keepState(live, copies[index]));
  copy.querySelectorAll(`${DROPPED}, style`).forEach((node) => node.remove());
  const sheet = document.createElement("style");
  sheet.textContent = style;
  copy.querySelector("head")?.append(sheet);
  const html = secrets.reduce((text, secret) => text.replaceAll(secret, ""), copy.outerHTML);
  return `<!doctype html>\n${html}`;
}
