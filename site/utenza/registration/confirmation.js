/**
 * The confirmation of the e-mail address by a code (POST /credentials/confirm), if mail is on. Where the API asks for it
 * (`proof`), with a second code: from the supplier's own e-mail address of the customer, or from the supplier itself.
 */

import { repeatable } from "../api.js";
import { emailCodeField, PRINTED_CODE } from "../common_fields.js";
import { textField } from "../fields.js";
import { form } from "../form.js";
import { h } from "../html.js";
import { screen, screenLink } from "../screen_parts.js";
import { complete } from "./completion.js";
import { loginOrRestart, stepLabel } from "./parts.js";

const FINAL_PROBLEMS = new Set([
  "confirmation_token_invalid", "confirmation_token_expired", "already_registered", "customer_not_matched",
]);

export function codeScreen(flow) {
  const { user_id, confirmation_token, proof } = flow.store.read();
  if (!confirmation_token) return "credentials";
  const texts = flow.texts.code;
  const confirm = repeatable("confirmation_token_invalid", (values) =>
    flow.api.post("/credentials/confirm", { confirmation_token, ...values }));
  const send = async (values) => {
    await confirm(values);
    return complete(flow, user_id);
  };
  return screen(
    flow,
    { title: texts.title, step: stepLabel(flow, 3) },
    h("p", { class: "lead" }, texts.lead),
    h("p", { class: "echo" }, user_id),
    proof && h("p", {}, texts[`lead_${proof}`]),
    form(flow, {
      fields: [emailCodeField(flow), ...proofFields(flow, proof)],
      submit: texts.submit,
      send,
      help: ({ code }) => FINAL_PROBLEMS.has(code) && loginOrRestart(flow),
      after: [resendButton(flow, confirmation_token), screenLink(flow, texts.wrong_address, "address")],
    }),
  );
}

/** Return the field for the second code, none where the API asks for one code alone. */
function proofFields(flow, proof) {
  const { claim_code, claim_code_hint, activation_code, activation_code_hint } = flow.texts.code;
  if (proof === "code") {
    return [textField(flow, {
      name: "claim_code", label: claim_code, hint: claim_code_hint, digits: 6, inputmode: "numeric", class: "code", ...PRINTED_CODE,
    })];
  }
  if (proof === "activation_code") {
    return [textField(flow, { name: "activation_code", label: activation_code, hint: activation_code_hint, ...PRINTED_CODE })];
  }
  return [];
}

function resendButton(flow, confirmation_token) {
  const texts = flow.texts.code;
  let busy = false;
  const onclick = async () => {
    if (busy) return;
    busy = true;
    flow.announce(flow.texts.form.wait);
    const message = await flow.api.post("/credentials/confirm/resend", { confirmation_token })
      .then(() => texts.sent_again, (problem) => problem.detail);
    if (flow.screenName === "code") flow.announce(message);
    busy = false;
  };
  return h("button", { type: "button", class: "link", onclick }, texts.send_again);
}
