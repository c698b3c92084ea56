/** Step one (POST /verify): identify the customer by the data on the bill. */

import { NAME, PRINTED_CODE } from "../common_fields.js";
import { textField } from "../fields.js";
import { form } from "../form.js";
import { h } from "../html.js";
import { screen, screenLink } from "../screen_parts.js";
import { loginLink, stepLabel } from "./parts.js";

/** The choice between person and company, which decides the fields of the next screen. */
export function kindScreen(flow) {
  const texts = flow.texts.kind;
  const choice = (kind) => {
    const onclick = () => {
      flow.store.update({ kind });
      flow.go("bill");
    };
    return h("li", {}, h("button", { type: "button", class: "choice", onclick },
      h("strong", {}, texts[kind]), h("span", {}, texts[`${kind}_hint`])));
  };
  return screen(
    flow,
    { title: texts.title },
    h("p", { class: "lead" }, texts.lead),
    h("ul", { class: "choices" }, choice("person"), choice("company")),
    h("p", {}, loginLink(flow, texts.to_login)),
  );
}

export function billScreen(flow) {
  const { kind } = flow.store.read();
  if (!kind) return "kind";
  const texts = flow.texts.bill;
  const send = async (values) => {
    flow.store.update({ typed: values });
    await verify(flow, values);
    return () => flow.go("credentials");
  };
  const { to_login, reclaim } = flow.texts.help;
  const help = ({ code }) => {
    if (code !== "already_registered") return code === "customer_not_matched" && whatToCheck(flow, kind);
    return h("p", { class: "help" }, loginLink(flow, to_login), screenLink(flow, reclaim, "reclaim"));
  };
  return screen(
    flow,
    { title: texts.title, step: stepLabel(flow, 1) },
    h("p", { class: "lead" }, texts.lead),
    form(flow, {
      fields: billFields(flow, kind),
      submit: texts.submit,
      send,
      help,
      after: screenLink(flow, texts[`not_${kind}`], "kind"),
    }),
  );
}

/** Call POST /verify and store its step token; without `values`, with those of the last call. */
export async function verify(flow, values) {
  const claim = values ?? flow.store.read().claim;
  const { step_token } = await flow.api.post("/verify", { supplier: flow.supplier.supplier, ...claim });
  flow.store.update({ claim, step_token });
}

function billFields(flow, kind) {
  const texts = flow.texts.bill;
  const { code_label, code_hint, code_picture } = flow.supplier;
  const field = (name, settings) => textField(flow, { name, label: texts[name], draft: "tab", ...settings });
  const names = {
    person: () => [
      field("first_name", { autocomplete: "given-name", ...NAME }),
      field("last_name", { autocomplete: "family-name", ...NAME, hint: texts.last_name_hint }),
    ],
    company: () => [field("company_name", { autocomplete: "organization", ...NAME, hint: texts.company_name_hint })],
  };
  return [
    field("customer_code", { label: code_label, hint: code_hint, before: codePicture(code_picture), ...PRINTED_CODE }),
    ...names[kind](),
    field("tax_code", { hint: texts[`tax_code_hint_${kind}`], ...PRINTED_CODE }),
    field("phone", { type: "tel", inputmode: "tel", autocomplete: "tel", optional: true }),
  ];
}

/** Return what customers get wrong most often, the same for everyone: the API does not say which field differs. */
function whatToCheck(flow, kind) {
  const texts = flow.texts.bill.not_found;
  const { contact } = flow.supplier.links;
  return h("div", { class: "help" },
    h("p", {}, texts.title),
    h("ul", {}, [texts.look_alikes, texts.zeros, texts[kind]].map((text) => h("li", {}, text))),
    h("p", {}, screenLink(flow, flow.texts.bill[`not_${kind}`], "kind")),
    contact && h("p", {}, h("a", { href: contact }, texts.contact)));
}

/** Return a picture of the code on the bill. The field's hint says the same in words, so `alt` is empty. */
function codePicture(name) {
  if (!name) return null;
  const src = new URL(`../../bills/${name}`, import.meta.url).href;
  return h("img", { class: "bill", src, alt: "", onerror: (event) => event.target.remove() });
}
