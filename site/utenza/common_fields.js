/** Fields and input attributes that several forms share. */

import { textField } from "./fields.js";
import { passwordHint } from "./password/hint.js";

/** Attributes of an input whose text must not be corrected. */
export const VERBATIM = { autocapitalize: "none", autocorrect: "off", spellcheck: "false" };

/** Attributes of an input for a code that is printed. Its capitals do not count. */
export const PRINTED_CODE = { ...VERBATIM, autocomplete: "off" };

export function userIdField(flow, settings) {
  return textField(flow, {
    name: "user_id",
    label: flow.texts.fields.user_id,
    type: "email",
    inputmode: "email",
    autocomplete: "username",
    hint: flow.texts.fields.user_id_hint,
    ...VERBATIM,
    ...settings,
  });
}

/** Return the fields of a new password; `customer()` returns what is known of the customer, by the API's names. */
export function newPasswordFields(flow, customer, label = flow.texts.fields.password) {
  const texts = flow.texts.fields;
  const hint = passwordHint(flow, customer);
  const attributes = { type: "password", autocomplete: "new-password", ...VERBATIM };
  return [
    textField(flow, {
      name: "password", label, hint: texts.password_hint, after: hint.node, oninput: hint.update, ...attributes,
    }),
    textField(flow, { name: "password_repeat", label: texts.password_repeat, repeats: "password", ...attributes }),
  ];
}

/** Return the field for the customer's own security question. */
export function questionField(flow, settings) {
  const { question, question_hint } = flow.texts.credentials;
  return textField(flow, {
    name: "question", label: question, hint: question_hint, autocomplete: "off", asTyped: true, ...settings,
  });
}

/** Return a field for the answer to a security question. */
export function securityAnswerField(flow, settings) {
  return textField(flow, { name: "answer", autocomplete: "off", ...VERBATIM, asTyped: true, draft: "page", ...settings });
}

/** Return the field for the six-digit code of an e-mail. */
export function emailCodeField(flow) {
  const texts = flow.texts.fields;
  return textField(flow, {
    name: "code", label: texts.code, hint: texts.code_hint, inputmode: "numeric", autocomplete: "one-time-code", class: "code",
    digits: 6, ...VERBATIM,
  });
}
