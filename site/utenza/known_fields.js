/** The fields that several forms have. */

import { textField } from "./fields.js";
import { passwordHint } from "./password/hint.js";

const AS_TYPED = { autocapitalize: "none", spellcheck: "false" };

export function userIdField(journey, settings) {
  return textField(journey, {
    name: "user_id",
    label: journey.texts.fields.user_id,
    type: "email",
    inputmode: "email",
    autocomplete: "username",
    ...AS_TYPED,
    ...settings,
  });
}

/** Return the fields of a new password; `customer()` is what is known of who chooses it, by the API's names. */
export function newPasswordFields(journey, customer, label = journey.texts.fields.password) {
  const texts = journey.texts.fields;
  const hint = passwordHint(journey, customer);
  const hidden = { type: "password", autocomplete: "new-password", ...AS_TYPED };
  return [
    textField(journey, {
      name: "password", label, hint: texts.password_hint, more: hint.node, oninput: hint.update, ...hidden,
    }),
    textField(journey, { name: "password_repeat", label: texts.password_repeat, repeats: "password", ...hidden }),
  ];
}

/** Return the field for the six digits of a mail. */
export function codeField(journey) {
  const texts = journey.texts.fields;
  return textField(journey, {
    name: "code", label: texts.code, hint: texts.code_hint, inputmode: "numeric", autocomplete: "one-time-code", class: "code",
  });
}
