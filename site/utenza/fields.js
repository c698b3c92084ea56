import { fill, h } from "./html.js";

/**
 * A field of a form: `node` to show, `value()`, `fault(text)` to say what is wrong ("" for nothing), `input` to focus.
 *
 * `name` is that of the API. `keep` says where what was typed is kept when the form is left: "tab" (outlives a reload),
 * "page" (memory alone), or nowhere. `repeats` names the field that this one repeats.
 */
export function textField(journey, settings) {
  const { name, label, hint, type = "text", keep, repeats, optional = false, before, more, ...attributes } = settings;
  const draft = journey.draft(keep);
  const input = h("input", {
    id: name,
    name,
    type,
    "aria-required": optional ? null : "true",
    "aria-describedby": describedBy(name, hint),
    ...attributes,
  });
  input.value = attributes.value ?? draft.read()[name] ?? "";
  input.addEventListener("input", () => draft.change({ [name]: input.value }));
  return field({
    name,
    label,
    hint,
    optional,
    repeats,
    input,
    control: type === "password" ? withReveal(journey, input, label) : input,
    before,
    more,
    texts: journey.texts,
    value: () => input.value,
  });
}

/** A question to choose from a few, or one's own. */
export function questionField(journey, { name, label, hint, keep }) {
  const texts = journey.texts.question;
  const draft = journey.draft(keep);
  const { [name]: before = "" } = draft.read();
  const own = h("input", { id: `${name}-own`, type: "text", autocomplete: "off", "aria-label": texts.own_label });
  const select = h(
    "select",
    { id: name, name, "aria-required": "true", "aria-describedby": describedBy(name, hint) },
    h("option", { value: "" }, texts.choose),
    texts.suggestions.map((question) => h("option", {}, question)),
    h("option", { value: "own" }, texts.own),
  );
  const isOwn = before && !texts.suggestions.includes(before);
  select.value = isOwn ? "own" : before;
  own.value = isOwn ? before : "";
  const ownBox = h("div", { class: "own", hidden: !isOwn }, own);
  const value = () => (select.value === "own" ? own.value : select.value);
  select.addEventListener("change", () => {
    ownBox.hidden = select.value !== "own";
    draft.change({ [name]: value() });
    if (!ownBox.hidden) own.focus();
  });
  own.addEventListener("input", () => draft.change({ [name]: value() }));
  return field({
    name,
    label,
    hint,
    input: select,
    control: [h("div", { class: "select" }, select), ownBox],
    texts: journey.texts,
    value,
    target: () => (select.value === "own" ? own : select),
  });
}

function field({ name, label, hint, optional, repeats, input, control, before, more, texts, value, target = () => input }) {
  const fault = h("p", { id: `${name}-fault`, class: "fault", hidden: true });
  const node = h(
    "div",
    { class: "field" },
    h("label", { for: name }, label, optional && h("span", { class: "optional" }, ` ${texts.form.optional}`)),
    hint && h("p", { id: `${name}-hint`, class: "hint" }, hint),
    before,
    fault,
    control,
    more,
  );
  return {
    name,
    label,
    optional,
    repeats,
    node,
    value,
    focus: () => target().focus(),
    fault(text) {
      fault.hidden = !text;
      fault.replaceChildren(...(text ? [h("span", { class: "unseen" }, `${texts.form.error} `), text] : []));
      node.classList.toggle("faulty", Boolean(text));
      for (const control of new Set([input, target()])) {
        if (text) control.setAttribute("aria-invalid", "true");
        else control.removeAttribute("aria-invalid");
      }
    },
  };
}

const describedBy = (name, hint) => [hint && `${name}-hint`, `${name}-fault`].filter(Boolean).join(" ");

/** Put a button beside a password that shows it; leaving the form hides it again, so that browsers offer to save it. */
function withReveal(journey, input, label) {
  const texts = journey.texts.form;
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
