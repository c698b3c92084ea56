/** Another address as the user id: with mail a code goes to it, and the old one logs in until it is confirmed. */

import { addressHint } from "../address_hint.js";
import { emailCodeField, userIdField } from "../common_fields.js";
import { form } from "../form.js";
import { format, h } from "../html.js";
import { screenLink } from "../screen_parts.js";
import { areaScreen, done, weightyForm } from "./area.js";

export function userIdScreen(flow) {
  const texts = flow.texts.reserved.own_user_id;
  const { hint, suggest } = addressHint(flow, (address) => field.fill(address));
  const field = userIdField(flow, {
    label: texts.label, hint: flow.texts.credentials.user_id_hint, draft: "page", autocomplete: "email", after: hint,
    onchange: suggest,
  });
  const call = async ({ user_id, ...values }) => {
    const { confirmation_token } = await flow.session.post("/account/user-id", { user_id, ...values });
    if (!confirmation_token) return changed(flow, user_id);
    return () => {
      flow.drafts.clear();
      flow.store.update({ user_id_token: confirmation_token, new_user_id: user_id });
      return flow.go("own_user_id_code", { replace: true });
    };
  };
  return areaScreen(
    flow,
    "security",
    { title: texts.title },
    h("p", { class: "lead" }, flow.supplier.mail ? texts.lead : texts.lead_plain),
    weightyForm(flow, { fields: [field], submit: texts.submit, call, cancel: "security" }),
  );
}

export function userIdCodeScreen(flow) {
  const { user_id_token, new_user_id } = flow.store.read();
  if (!user_id_token) return "security";
  const texts = flow.texts.reserved.own_user_id;
  const send = async (values) => {
    try {
      const { user_id } = await flow.session.post("/account/user-id/confirm", { confirmation_token: user_id_token, ...values });
      return changed(flow, user_id);
    } catch (problem) {
      if (!problem.code?.startsWith("confirmation_token_")) throw problem;
      return () => {
        flow.store.update({ user_id_token: "" });
        return flow.go("own_user_id", { replace: true, problem });
      };
    }
  };
  return areaScreen(
    flow,
    "security",
    { title: texts.code_title },
    h("p", { class: "lead" }, format(texts.code_lead, { user_id: new_user_id })),
    form(flow, {
      fields: [emailCodeField(flow)],
      submit: flow.texts.code.submit,
      send,
      after: screenLink(flow, flow.texts.reserved.cancel, "security"),
    }),
  );
}

/** Return how to go on with the new user id; this browser is known to it as it was to the old one. */
function changed(flow, user_id) {
  const known = flow.deviceTokens.of(flow.userId);
  flow.deviceTokens.forget(flow.userId);
  if (known) flow.deviceTokens.keep(user_id, known);
  flow.userId = user_id;
  flow.store.update({ user_id_token: "", new_user_id: "" });
  return done(flow, "security", flow.texts.reserved.own_user_id.done);
}
