/** Fields with choices, which have the methods of `textField`. */

import { h } from "./html.js";

/** Create a field for one of several values, `options` as `[value, text]`; with `isLanguage` each is in the language it names. */
export function selectField({ name, label, hint, value, options, isLanguage = false }) {
  const described = [hint && `${name}-hint`, `${name}-error`].filter(Boolean).join(" ");
  const select = h("select", { id: name, name, part: "input", "aria-describedby": described },
    options.map(([key, text]) => h("option", { value: key, lang: isLanguage && key }, text)));
  select.value = value;
  const node = h("div", { class: "field" },
    h("label", { for: name }, label),
    hint && h("p", { id: `${name}-hint`, class: "hint" }, hint));
  return choice(name, label, select, node, () => select.value);
}

/** Create a box to tick, whose value is "yes" or ""; a form says what is `missing`, unless it is `optional`. */
export function checkField({ name, label, missing, optional = false, link }) {
  const box = h("input", { id: name, name, type: "checkbox", "aria-required": optional ? null : "true", "aria-describedby": `${name}-error` });
  const node = h("div", { class: "field" });
  const row = h("span", { class: "check" }, box, h("label", { for: name }, label), link);
  const field = choice(name, label, box, node, () => (box.checked ? "yes" : ""), row);
  return { ...field, optional, missing };
}

function choice(name, label, control, node, value, row = control) {
  const error = h("p", { id: `${name}-error`, class: "error", hidden: true });
  control.addEventListener("change", () => field.showError("")); // it is about what was there before
  node.append(error, row);
  const field = {
    name,
    label,
    node,
    value,
    focus: () => control.focus(),
    concealPassword() {},
    showError(text) {
      error.hidden = !text;
      error.textContent = text;
      node.classList.toggle("invalid", Boolean(text));
      if (text) control.setAttribute("aria-invalid", "true");
      else control.removeAttribute("aria-invalid");
    },
  };
  return field;
}
