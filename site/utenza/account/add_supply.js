/** A further supply (POST /account/customers): one's own at once, somebody else's with a code that its holder gets. */

import { billFields, whatToCheck } from "../bill_fields.js";
import { emailCodeField } from "../common_fields.js";
import { form } from "../form.js";
import { h } from "../html.js";
import { screenLink } from "../screen_parts.js";
import { areaScreen, done } from "./area.js";

export function kindScreen(flow) {
  const { kind: texts, reserved } = flow.texts;
  const choice = (supply_kind) => {
    const onclick = () => {
      flow.store.update({ supply_kind });
      flow.go("supply_bill");
    };
    return h("li", {}, h("button", { type: "button", class: "choice", onclick },
      h("strong", {}, texts[supply_kind]), h("span", {}, texts[`${supply_kind}_hint`])));
  };
  return areaScreen(
    flow,
    "supplies",
    { title: reserved.supplies.add },
    h("p", { class: "lead" }, reserved.add_supply.lead),
    h("ul", { class: "choices" }, choice("person"), choice("company")),
    h("p", {}, screenLink(flow, reserved.cancel, "supplies")),
  );
}

export function billScreen(flow) {
  const { supply_kind } = flow.store.read();
  if (!supply_kind) return "add_supply";
  const { bill, reserved } = flow.texts;
  const send = async (values) => {
    const body = { supplier: flow.supplier.supplier, ...values };
    const { confirmation_token } = await flow.session.post("/account/customers", body);
    if (!confirmation_token) return done(flow, "supplies", reserved.add_supply.done);
    return () => {
      flow.drafts.clear();
      flow.store.update({ supply_token: confirmation_token });
      return flow.go("supply_code", { replace: true });
    };
  };
  return areaScreen(
    flow,
    "supplies",
    { title: bill.title },
    h("p", { class: "lead" }, bill.lead),
    form(flow, {
      fields: billFields(flow, supply_kind),
      submit: reserved.supplies.add,
      send,
      help: ({ code }) => code === "customer_not_matched" && whatToCheck(flow, supply_kind, "add_supply"),
      after: screenLink(flow, reserved.cancel, "supplies"),
    }),
  );
}

export function codeScreen(flow) {
  const { supply_token } = flow.store.read();
  if (!supply_token) return "supplies";
  const texts = flow.texts.reserved.add_supply;
  const send = async (values) => {
    try {
      await flow.session.post("/account/customers/confirm", { confirmation_token: supply_token, ...values });
    } catch (problem) {
      if (!problem.code?.startsWith("confirmation_token_")) throw problem;
      return () => {
        flow.store.update({ supply_token: "" });
        return flow.go("supply_bill", { replace: true, problem });
      };
    }
    return done(flow, "supplies", texts.done);
  };
  return areaScreen(
    flow,
    "supplies",
    { title: texts.code_title },
    h("p", { class: "lead" }, texts.code_lead),
    form(flow, {
      fields: [emailCodeField(flow)],
      submit: texts.code_submit,
      send,
      after: screenLink(flow, flow.texts.reserved.cancel, "supplies"),
    }),
    h("p", { class: "hint after" }, texts.not_arrived),
  );
}
