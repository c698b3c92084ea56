import { clean } from "./clean.js";
import { format, h } from "./html.js";

/**
 * Create a form field: `node` to show, `value()`, `focus()`, `fill(text)`, `showError(text)` ("" removes it), `concealPassword()`.
 *
 * `name` is the name in the API. `digits` is how many digits the text must have. `draft` says where the value is stored when the customer leaves the form: see Drafts.
 * `repeats` names the field that this one must equal. `before` and `after` surround the input. `value()` is cleaned of
 * characters that nobody sees, unless it is taken `asTyped`, as passwords are. Other settings become attributes of the input.
 */
export function textField(flow, settings) {
  const {
    name, label, hint, draft: scope, repeats, digits, optional = false, before, after, value,
    asTyped = settings.type === "password", ...attributes
  } = settings;
  const draft = flow.drafts.scope(scope);
  const described = [hint && `${name}-hint`, `${name}-error`].filter(Boolean).join(" ");
  const input = h("input", {
    id: name, name, type: "text", part: "input", "aria-required": optional ? null : "true", "aria-describedby": described, ...attributes,
  });
  input.value = value ?? draft.read()[name] ?? "";
  input.addEventListener("input", () => {
    draft.update({ [name]: input.value });
    showError(""); // it is about what was there before
  });
  const error = h("p", { id: `${name}-error`, class: "error", hidden: true });
  const texts = flow.texts.form;
  const reveal = input.type === "password" ? passwordReveal(texts, input, label) : null;
  const node = h(
    "div",
    { class: "field" },
    h("label", { for: name }, label, optional && h("span", { class: "optional" }, ` ${texts.optional}`)),
    hint && h("p", { id: `${name}-hint`, class: "hint" }, hint),
    before,
    error,
    reveal?.node ?? input,
    after,
  );
  function showError(text) {
    error.hidden = !text;
    error.replaceChildren(...(text ? [h("span", { class: "visually-hidden" }, `${texts.error} `), text] : []));
    node.classList.toggle("invalid", Boolean(text));
    if (text) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }
  return {
    name,
    label,
    type: attributes.type,
    digits,
    optional,
    repeats,
    node,
    value: () => (asTyped ? input.value : clean(input.value)),
    focus: () => input.focus(),
    fill(text) {
      input.value = text;
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.focus();
    },
    concealPassword: () => reveal?.conceal(),
    showError,
  };
}

/** Return a password input with a button that reveals it. A concealed password is one that browsers offer to save. */
function passwordReveal(texts, input, label) {
  const button = h("button", { type: "button", class: "reveal", "aria-controls": input.id });
  const setRevealed = (revealed) => {
    input.type = revealed ? "text" : "password";
    button.textContent = revealed ? texts.hide : texts.show;
    button.setAttribute("aria-label", format(revealed ? texts.hide_field : texts.show_field, { label }));
  };
  button.addEventListener("click", () => setRevealed(input.type === "password"));
  setRevealed(false);
  return { node: h("div", { class: "with-reveal" }, input, button), conceal: () => setRevealed(false) };
}
