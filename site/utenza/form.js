import { Problem } from "./api.js";
import { h } from "./html.js";
import { headingTag } from "./screen_parts.js";

const ADDRESS = /^[^@]+@[^@]+\.[^@.]{2,}$/;
const SLOW = 4000; // milliseconds after which the form explains the wait

/**
 * Create a form with fields and one button. `send(values)` calls the API and returns a function that shows the next screen;
 * it runs only if the form is still there. If `send` throws a Problem, the form shows it in a summary with a link to each
 * faulty field, and at the fields; `help(problem)` may return a node with what the customer can do. `after` follows the button,
 * whose class is `look`.
 */
export function form(flow, { fields, submit, send, help = () => null, after = [], look = "primary" }) {
  const texts = flow.texts.form;
  const summary = h("div", { class: "error-summary", tabindex: "-1", hidden: true });
  const button = h("button", { type: "submit", class: look, part: "button" }, buttonText(submit));
  let busy = false;

  /** Show the errors, each `{field, detail}`, and move the focus to the summary. */
  function showErrors({ title, detail, errors }, extra = null) {
    for (const field of fields) {
      field.showError(errors.filter((error) => error.field === field.name).map((error) => error.detail).join(" "));
    }
    const place = ({ field }) => fields.findIndex((one) => one.name === field);
    const ordered = [...errors].sort((one, other) => place(one) - place(other));
    summary.replaceChildren(
      h("div", { role: "alert" },
        h(headingTag(flow, 2), { class: "error-summary-title" }, title),
        errors.length
          ? h("ul", {}, ordered.map((error) => h("li", {}, errorLink(error))))
          : h("p", {}, detail),
        extra),
    );
    summary.hidden = false;
    flow.updateTitle(true);
    summary.focus();
  }

  function errorLink({ field: name, detail }) {
    const field = fields.find((one) => one.name === name);
    if (!field) return detail;
    const onclick = (event) => {
      event.preventDefault();
      field.focus();
    };
    return h("a", { href: `#${name}`, onclick }, `${field.label}: ${detail}`);
  }

  async function onsubmit(event) {
    event.preventDefault();
    if (busy) return;
    const values = Object.fromEntries(fields.map((field) => [field.name, field.value()]));
    const errors = validate(fields, values, texts);
    if (errors.length) {
      showErrors({ title: texts.check, errors });
      return;
    }
    busy = true;
    button.setAttribute("aria-disabled", "true");
    button.textContent = texts.wait;
    const slowTimer = setTimeout(() => flow.announce(texts.slow), SLOW);
    try {
      for (const field of fields) field.concealPassword();
      const proceed = await send(values);
      if (node.isConnected) await proceed();
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      if (node.isConnected) showErrors(problem, help(problem));
    } finally {
      clearTimeout(slowTimer);
      if (node.isConnected) flow.announce("");
      busy = false;
      button.removeAttribute("aria-disabled");
      button.replaceChildren(...buttonText(submit));
    }
  }

  const node = h(
    "form",
    { novalidate: true, onsubmit },
    summary,
    fields.map((field) => field.node),
    h("div", { class: "actions" }, button, after),
  );
  const { problem } = flow.arrival;
  if (problem) flow.onceShown(() => showErrors(problem, help(problem)));
  return node;
}

/** Return a button's text as nodes: the manual's ">>" is a picture, which screen readers leave out. */
function buttonText(text) {
  const [words, arrows] = text.split(/ (?=>>$)/);
  return arrows ? [words, h("span", { "aria-hidden": "true" }, arrows)] : [words];
}

/** Return the errors that need no rule of the API: an empty field, no e-mail address, too few digits, another repetition. */
function validate(fields, values, texts) {
  return fields.flatMap(({ name, type, digits, optional, repeats, missing = texts.required }) => {
    if (!optional && !values[name].trim()) return [{ field: name, detail: missing }];
    if (type === "email" && !ADDRESS.test(values[name])) return [{ field: name, detail: texts.no_email }];
    if (digits && (values[name].match(/\p{Nd}/gu) ?? []).length < digits) return [{ field: name, detail: texts.few_digits }];
    if (repeats && values[name].normalize("NFC") !== values[repeats].normalize("NFC")) {
      return [{ field: name, detail: texts.repeat_differs }];
    }
    return [];
  });
}
