/** The parts that screens are made of. */

import { h } from "./html.js";

/**
 * Return a screen with its heading; `step` is shown above the heading, the notice of the previous screen below. Both
 * describe the heading, so that screen readers say them when it gets the focus.
 */
export function screen(flow, { title, step }, ...content) {
  return h(
    "section",
    {},
    step && h("p", { class: "step", id: "step" }, step),
    h(headingTag(flow, 1), { tabindex: "-1", "data-heading": true, "aria-describedby": "step notice" }, title),
    flow.arrival.notice && h("p", { class: "notice", id: "notice" }, flow.arrival.notice),
    content,
  );
}

/** Return the tag name of a heading; `level` 1 is the screen's own heading. */
export function headingTag(flow, level) {
  return `h${Number(flow.getAttribute("heading") ?? 2) + level - 1}`;
}

/** Return a button that looks like a link and leads to another screen. */
export function screenLink(flow, text, name, options) {
  return h("button", { type: "button", class: "link", onclick: () => flow.go(name, options) }, text);
}

/** Return a list of terms and their values. */
export function descriptionList(entries) {
  return h("dl", {}, entries.map(([term, value]) => h("div", {}, h("dt", {}, term), h("dd", {}, value))));
}

/** Return the screen for a page that names no known supplier; it links to `area`, where the customer chooses one. */
export function noSupplierScreen(flow) {
  const { title, detail, link } = flow.texts.problems.supplier;
  const area = flow.getAttribute("area");
  return screen(flow, { title }, h("p", {}, detail), area && h("p", {}, h("a", { href: area }, link)));
}

/** Return the screen for a problem that left nothing else to show. */
export function retryScreen(flow, problem, retry) {
  return screen(flow, problem, retryParts(flow, problem, retry));
}

/** Return what a screen has for such a problem: what to do, and a button that tries again. */
export function retryParts(flow, { detail }, retry) {
  return [
    h("p", {}, detail),
    h("button", { type: "button", class: "primary", onclick: retry }, flow.texts.form.again),
  ];
}

/** Return a screen whose module is loaded when it is shown: `load` imports the module, `name` is the function's in it. */
export function whenNeeded(load, name) {
  return async (flow) => {
    const screens = await load().catch(async () => {
      throw await flow.api.problem("connection");
    });
    return screens[name](flow);
  };
}
