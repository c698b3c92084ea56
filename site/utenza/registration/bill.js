/** Step one: who are you, as printed on the bill. */

import { textField } from "../fields.js";
import { form } from "../form.js";
import { h } from "../html.js";
import { loginLink, step, verify } from "./shared.js";

/** Person or company first, so that only the right fields show. */
export function kind(journey) {
  const texts = journey.texts.kind;
  const choice = (chosen) => {
    const pick = () => {
      journey.kept.change({ kind: chosen });
      journey.go("bill");
    };
    return h("li", {}, h("button", { type: "button", class: "choice", onclick: pick },
      h("strong", {}, texts[chosen]), h("span", {}, texts[`${chosen}_hint`])));
  };
  return journey.screen(
    { title: texts.title, step: step(journey, 1) },
    h("p", { class: "lead" }, texts.lead),
    h("ul", { class: "choices" }, choice("person"), choice("company")),
    h("p", {}, loginLink(journey, texts.to_login)),
  );
}

export function bill(journey) {
  const { kind: chosen } = journey.kept.read();
  if (!chosen) return "kind";
  const texts = journey.texts.bill;
  const send = async (values) => {
    await verify(journey, values);
    return () => journey.go("credentials");
  };
  const help = ({ code }) =>
    code === "already_registered" && h("p", { class: "help" }, loginLink(journey, journey.texts.help.to_login));
  return journey.screen(
    { title: texts.title, step: step(journey, 1) },
    h("p", { class: "lead" }, texts.lead),
    form(journey, {
      fields: fields(journey, chosen),
      submit: texts.submit,
      send,
      help,
      after: journey.link(texts[`not_${chosen}`], "kind"),
    }),
  );
}

function fields(journey, chosen) {
  const texts = journey.texts.bill;
  const { code_label, code_hint, code_picture } = journey.supplier;
  const field = (name, settings) => textField(journey, { name, label: texts[name], keep: "tab", ...settings });
  const capitals = { autocapitalize: "characters", autocomplete: "off", spellcheck: "false" };
  const names = {
    person: () => [
      field("first_name", { autocomplete: "given-name" }),
      field("last_name", { autocomplete: "family-name" }),
    ],
    company: () => [field("company_name", { autocomplete: "organization", hint: texts.company_name_hint })],
  };
  return [
    field("customer_code", { label: code_label, hint: code_hint, before: picture(code_picture), ...capitals }),
    ...names[chosen](),
    field("tax_code", { hint: texts[`tax_code_hint_${chosen}`], ...capitals }),
    field("phone", { type: "tel", inputmode: "tel", autocomplete: "tel", optional: true }),
  ];
}

/** Return the picture of where the code stands; the hint says the same in words, so it needs no text of its own. */
function picture(name) {
  if (!name) return null;
  const src = new URL(`../../bills/${name}`, import.meta.url).href;
  return h("img", { class: "bill", src, alt: "", onerror: (event) => event.target.remove() });
}
