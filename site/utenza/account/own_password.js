import { newPasswordFields, userIdField } from "../common_fields.js";
import { h } from "../html.js";
import { areaScreen, done, last, weightyForm } from "./area.js";

/** A new password: all other sessions end, and this one goes on with new tokens. */
export async function passwordScreen(flow) {
  const account = await flow.session.get("/account");
  const texts = flow.texts.reserved.own_password;
  const call = async ({ user_id: _, ...values }) => {
    const tokens = await last(flow, texts.maybe_done, () => flow.session.post("/account/password", values));
    flow.session.start(tokens);
    flow.deviceTokens.keep(account.user_id, tokens.device_token);
    return done(flow, "security", texts.done);
  };
  return areaScreen(
    flow,
    "security",
    { title: flow.texts.new_password.title },
    h("p", { class: "lead" }, texts.lead),
    weightyForm(flow, {
      fields: [
        userIdField(flow, { value: account.user_id, readonly: true }), // tells password managers whose password it is
        ...newPasswordFields(flow, () => knownOf(account), flow.texts.new_password.password),
      ],
      submit: flow.texts.new_password.submit,
      call,
      cancel: "security",
    }),
  );
}

/** Return what the live hint compares the password with: as much as the account shows. */
function knownOf({ user_id, phone, customers }) {
  const [{ customer_code, name, kind } = {}] = customers;
  const field = kind === "company" ? "company_name" : "last_name";
  return { user_id, phone: phone ?? "", customer_code, tax_code: "", [field]: name };
}
