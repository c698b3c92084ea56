/** The recovery of a password: user id, code from the e-mail (if mail is on), security answer and new password. */

import { repeatable } from "../api.js";
import { emailCodeField, newPasswordFields, securityAnswerField, userIdField } from "../common_fields.js";
import { form } from "../form.js";
import { format, h } from "../html.js";
import { screen, screenLink } from "../screen_parts.js";

export function forgottenPasswordScreen(login) {
  const texts = login.texts.forgotten;
  const send = async ({ user_id }) => {
    const response = await login.api.post("/recovery", { supplier: login.supplier.supplier, user_id });
    return nextStep(login, response, { user_id });
  };
  return screen(
    login,
    { title: texts.title },
    h("p", { class: "lead" }, texts.lead),
    form(login, {
      fields: [userIdField(login, { draft: "tab", value: login.store.read().user_id || login.userId })],
      submit: texts.submit,
      send,
      after: screenLink(login, texts.back, "mask"),
    }),
  );
}

export function recoveryCodeScreen(login) {
  const { recovery_token, user_id } = login.store.read();
  if (!recovery_token) return "forgotten";
  const texts = login.texts.recovery_code;
  const send = (values) => restartIfEnded(login, async () =>
    nextStep(login, await login.api.post("/recovery/code", { recovery_token, ...values })));
  return screen(
    login,
    { title: texts.title },
    h("p", { class: "lead" }, format(texts.lead, { user_id })),
    form(login, {
      fields: [emailCodeField(login)],
      submit: texts.submit,
      send,
      after: screenLink(login, texts.again, "forgotten"),
    }),
  );
}

export function newPasswordScreen(login) {
  const { recovery_token, question, user_id } = login.store.read();
  if (!recovery_token || !question) return "forgotten";
  const texts = login.texts.new_password;
  const changePassword = repeatable("recovery_token_invalid", ({ user_id: _, ...values }) =>
    login.api.post("/recovery/password", { recovery_token, ...values }));
  const send = (values) => restartIfEnded(login, async () => {
    await changePassword(values);
    return () => {
      login.drafts.clear();
      login.userId = user_id;
      login.store.update({ recovered: { user_id, token: recovery_token } });
      return login.go("mask", { replace: true, notice: texts.done });
    };
  });
  const fields = [
    userIdField(login, { value: user_id, readonly: true }), // tells password managers whose password it is
    securityAnswerField(login, { label: question, hint: texts.answer_hint }),
    ...newPasswordFields(login, () => ({ user_id }), texts.password),
  ];
  return screen(login, { title: texts.title }, form(login, { fields, submit: texts.submit, send }));
}

/** Store what the API returned, and return how to show the next step. */
function nextStep(login, { recovery_token, next, question }, more = {}) {
  return () => {
    login.store.update({ ...more, recovery_token, question });
    return login.go(next);
  };
}

/** Run an action; if the recovery has ended, show the reason and start again with the user id. */
async function restartIfEnded(login, action) {
  try {
    return await action();
  } catch (problem) {
    if (!problem.code?.startsWith("recovery_token_")) throw problem;
    return () => {
      login.store.update({ recovery_token: "", question: "" });
      return login.go("forgotten", { problem });
    };
  }
}
