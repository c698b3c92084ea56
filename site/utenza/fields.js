import { fill, h } from "./html.js";

/**
 * A field of a form: `node` to show, `value()`, `focus()`, `fault(text)` to say what is wrong ("" for nothing).
 *
 * `name` is that of the API. `keep` says where what was typed is kept when the form is left: "tab" (outlives a reload),
 * "page" (memory alone), or nowhere. `repeats` names the field that this one repeats. What is not named here becomes
 * an attribute of the input.
 */
export function textField(journey, settings) {
  const { name, label, hint, keep, repeats, optional = false, before, more, value, ...attributes } = settings;
  const draft = journey.draft(keep);
  const described = [hint && `${name}-hint`, `${name}-fault`].filter(Boolean).join(" ");
  const input = h("input", {
    id: name, name, type: "text", "aria-required": optional ? null : "true", "aria-describedby": described, ...attributes,
  });
  input.value = value ?? draft.read()[name] ?? "";
  input.addEventListener("input", () => draft.change({ [name]: input.value }));
  const fault = h("p", { id: `${name}-fault`, class: "fault", hidden: true });
  const texts = journey.texts.form;
  const node = h(
    "div",
    { class: "field" },
    h("label", { for: name }, label, optional && h("span", { class: "optional" }, ` ${texts.optional}`)),
    hint && h("p", { id: `${name}-hint`, class: "hint" }, hint),
    before,
    fault,
    input.type === "password" ? withReveal(texts, input, label) : input,
    more,
  );
  return {
    name,
    label,
    optional,
    repeats,
    node,
    value: () => input.value,
    focus: () => input.focus(),
    fault(text) {
      fault.hidden = !text;
      fault.replaceChildren(...(text ? [h("span", { class: "unseen" }, `${texts.error} `), text] : []));
      node.classList.toggle("faulty", Boolean(text));
      if (text) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    },
  };
}

/** Put a button beside a password that shows it; sending the form hides it again, so that browsers offer to save it. */
function withReveal(texts, input, label) {
  const button = h("button", { type: "button", class: "reveal", "aria-controls": input.id });
  const show = (shown) => {
    input.type = shown ? "text" : "password";
    button.textContent = shown ? texts.hide : texts.show;
    button.setAttribute("aria-label", fill(shown ? texts.hide_field : texts.show_field, { label }));
  };
  button.addEventListener("click", () => show(input.type === "password"));
  input.addEventListener("utenza-sent", () => show(false));
  show(false);
  return h("div", { class: "with-reveal" }, input, button);
}
