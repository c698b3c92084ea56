/** Step one (POST /verify): identify the customer by the data on the bill. */

import { billFields, phoneField, whatToCheck } from "../bill_fields.js";
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
    if (code !== "already_registered") return code === "customer_not_matched" && whatToCheck(flow, kind, "kind");
    return h("p", { class: "help" }, loginLink(flow, to_login), screenLink(flow, reclaim, "reclaim"));
  };
  return screen(
    flow,
    { title: texts.title, step: stepLabel(flow, 1) },
    h("p", { class: "lead" }, texts.lead),
    form(flow, {
      fields: [...billFields(flow, kind), phoneField(flow, { draft: "tab" })],
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
