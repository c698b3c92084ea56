/**
 * Create an element. Strings among its children become text; nothing is ever parsed as HTML.
 *
 * Attributes that are null, undefined or false are left out; functions (`onclick`) become event listeners.
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child || child === 0));
  return element;
}

/** Replace each `{name}` in a text with that value. */
export function format(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}
