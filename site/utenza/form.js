import { Problem } from "./api.js";
import { h } from "./html.js";

const SLOW = 4000; // milliseconds after which a wait is explained

/**
 * A form of some fields and one button. `send(values)` does the work and returns how to go on, which is done if the form
 * is still there. A Problem that it throws is shown on top, each fault with a link to its field, and at the fields;
 * `help(problem)` may return what to do about one.
 */
export function form(journey, { fields, submit, send, help = () => null, after = [] }) {
  const texts = journey.texts.form;
  const summary = h("div", { class: "summary", tabindex: "-1", hidden: true });
  const button = h("button", { type: "submit", class: "primary" }, submit);
  let busy = false;

  /** Show the faults, each `{field, detail}`, and move the focus to them. */
  function refuse({ title, detail, errors }, extra = null) {
    for (const field of fields) {
      field.fault(errors.filter((fault) => fault.field === field.name).map((fault) => fault.detail).join(" "));
    }
    summary.replaceChildren(
      h("div", { role: "alert" },
        h(journey.heading(2), { class: "summary-title" }, title),
        errors.length
          ? h("ul", {}, errors.map((fault) => h("li", {}, link(fault))))
          : h("p", {}, detail),
        extra),
    );
    summary.hidden = false;
    journey.retitle(true);
    summary.focus();
  }

  function link({ field: name, detail }) {
    const field = fields.find((one) => one.name === name);
    if (!field) return detail;
    const go = (event) => {
      event.preventDefault();
      field.focus();
    };
    return h("a", { href: `#${name}`, onclick: go }, `${field.label}: ${detail}`);
  }

  async function submitted(event) {
    event.preventDefault();
    if (busy) return;
    const values = Object.fromEntries(fields.map((field) => [field.name, field.value()]));
    const errors = missing(fields, values, texts);
    if (errors.length) {
      refuse({ title: texts.check, errors });
      return;
    }
    busy = true;
    button.setAttribute("aria-disabled", "true");
    button.textContent = texts.wait;
    const slow = setTimeout(() => journey.say(texts.slow), SLOW);
    try {
      for (const input of node.querySelectorAll("input")) input.dispatchEvent(new Event("utenza-sent"));
      const goOn = await send(values);
      if (node.isConnected) await goOn();
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      if (node.isConnected) refuse(problem, help(problem));
    } finally {
      clearTimeout(slow);
      if (node.isConnected) journey.say("");
      busy = false;
      button.removeAttribute("aria-disabled");
      button.textContent = submit;
    }
  }

  const node = h(
    "form",
    { novalidate: true, onsubmit: submitted },
    summary,
    fields.map((field) => field.node),
    h("div", { class: "actions" }, button, after),
  );
  if (journey.arrival.problem) {
    const { problem } = journey.arrival;
    journey.onceShown(() => refuse(problem, help(problem)));
  }
  return node;
}

/** Return what can be told without asking the API: nothing typed, or two texts that differ. */
function missing(fields, values, texts) {
  return fields.flatMap(({ name, optional, repeats }) => {
    if (!values[name].trim() && !optional) return [{ field: name, detail: texts.required }];
    if (repeats && values[name].normalize("NFC") !== values[repeats].normalize("NFC")) {
      return [{ field: name, detail: texts.repeat_differs }];
    }
    return [];
  });
}
