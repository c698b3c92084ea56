import { PRINTED_CODE } from "../common_fields.js";
import { textField } from "../fields.js";
import { format, h } from "../html.js";
import { areaScreen, done, weightyForm } from "./area.js";
import { dismissOffer } from "./offered.js";

/** A supply leaves this account, or one of the customer's own leaves whoever looks after it: then its code is typed. */
export function removeSupplyScreen(flow) {
  const { removing } = flow.store.read();
  const texts = flow.texts.reserved.remove_supply;
  const { code_label, code_hint } = flow.supplier;
  const fields = removing ? [] : [
    textField(flow, { name: "customer_code", label: code_label, hint: code_hint, draft: "page", ...PRINTED_CODE }),
  ];
  const call = async ({ reauth_token, customer_code = removing }) => {
    await flow.session.post("/account/customers/remove", { reauth_token, customer_code });
    if (removing) dismissOffer(flow, removing);
    return done(flow, "supplies", removing ? texts.done : texts.delegate_done);
  };
  return areaScreen(
    flow,
    "supplies",
    { title: removing ? texts.title : texts.delegate_title },
    removing && h("p", { class: "echo" }, `${code_label} ${removing}`),
    h("p", { class: "lead" }, removing ? texts.lead : texts.delegate_lead),
    weightyForm(flow, { fields, submit: removing ? texts.submit : texts.delegate_submit, call, cancel: "supplies" }),
  );
}
