/** The fields of what is printed on a bill, and help with them: for the registration, and for a further supply. */

import { PRINTED_CODE, VERBATIM } from "./common_fields.js";
import { textField } from "./fields.js";
import { h } from "./html.js";
import { screenLink } from "./screen_parts.js";

/** Return the fields of what is printed on a bill of a person or a company, by the API's names. */
export function billFields(flow, kind) {
  const texts = flow.texts.bill;
  const { code_label, code_hint, code_picture } = flow.supplier;
  const field = (name, settings) => textField(flow, { name, label: texts[name], draft: "tab", ...settings });
  const names = {
    person: () => [
      field("first_name", { autocomplete: "given-name", ...VERBATIM }),
      field("last_name", { autocomplete: "family-name", ...VERBATIM, hint: texts.last_name_hint }),
    ],
    company: () => [field("company_name", { autocomplete: "organization", ...VERBATIM, hint: texts.company_name_hint })],
  };
  return [
    field("customer_code", { label: code_label, hint: code_hint, before: codePicture(code_picture), ...PRINTED_CODE }),
    ...names[kind](),
    field("tax_code", { hint: texts[`tax_code_hint_${kind}`], ...PRINTED_CODE }),
  ];
}

export function phoneField(flow, settings) {
  return textField(flow, {
    name: "phone", label: flow.texts.bill.phone, type: "tel", inputmode: "tel", autocomplete: "tel", optional: true, ...settings,
  });
}

/**
 * Return what customers get wrong most often, the same for everyone: the API does not say which field differs. `kindScreen`
 * is where they choose between person and company.
 */
export function whatToCheck(flow, kind, kindScreen) {
  const texts = flow.texts.bill.not_found;
  const { contact } = flow.supplier.links;
  return h("div", { class: "help" },
    h("p", {}, texts.title),
    h("ul", {}, [texts.look_alikes, texts.zeros, texts[kind]].map((text) => h("li", {}, text))),
    h("p", {}, screenLink(flow, flow.texts.bill[`not_${kind}`], kindScreen)),
    contact && h("p", {}, h("a", { href: contact }, texts.contact)));
}

/** Return a picture of the code on the bill. The field's hint says the same in words, so `alt` is empty. */
function codePicture(name) {
  if (!name) return null;
  const src = new URL(`../bills/${name}`, import.meta.url).href;
  return h("img", { class: "bill", src, alt: "", onerror: (event) => event.target.remove() });
}
