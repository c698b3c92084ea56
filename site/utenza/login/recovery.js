/** A password forgotten: the user id, the code from the mail where mail is on, the answer and a new password. */

import { repeatable } from "../api.js";
import { textField } from "../fields.js";
import { form } from "../form.js";
import { fill, h } from "../html.js";
import { codeField, newPasswordFields, userIdField } from "../known_fields.js";

export function forgotten(login) {
  const texts = login.texts.forgotten;
  const send = async ({ user_id }) => {
    const started = await login.api.post("/recovery", { supplier: login.supplier.supplier, user_id });
    return proceed(login, started, { user_id });
  };
  return login.screen(
    { title: texts.title },
    h("p", { class: "lead" }, texts.lead),
    form(login, {
      fields: [userIdField(login, { keep: "tab", value: login.kept.read().user_id || login.userId })],
      submit: texts.submit,
      send,
      after: login.link(texts.back, "mask"),
    }),
  );
}

export function code(login) {
  const { recovery_token, user_id } = login.kept.read();
  if (!recovery_token) return "forgotten";
  const texts = login.texts.recovery_code;
  const send = (values) => orAgain(login, async () =>
    proceed(login, await login.api.post("/recovery/code", { recovery_token, ...values })));
  return login.screen(
    { title: texts.title },
    h("p", { class: "lead" }, fill(texts.lead, { user_id })),
    form(login, {
      fields: [codeField(login)], submit: texts.submit, send, after: login.link(texts.again, "forgotten"),
    }),
  );
}

export function answer(login) {
  const { recovery_token, question, user_id } = login.kept.read();
  if (!recovery_token || !question) return "forgotten";
  const texts = login.texts.answer;
  const change = repeatable("recovery_token_invalid", ({ user_id: _, ...values }) =>
    login.api.post("/recovery/password", { recovery_token, ...values }));
  const send = (values) => orAgain(login, async () => {
    await change(values);
    return () => {
      login.forget();
      login.userId = user_id;
      return login.go("mask", { replace: true, notice: texts.done });
    };
  });
  return login.screen(
    { title: texts.title },
    form(login, { fields: fields(login, question, user_id), submit: texts.submit, send }),
  );
}

function fields(login, question, user_id) {
  const texts = login.texts.answer;
  return [
    userIdField(login, { value: user_id, readonly: true }), // which login the new password is of
    textField(login, {
      name: "answer", label: question, hint: texts.answer_hint, autocomplete: "off", autocapitalize: "none",
      spellcheck: "false", keep: "page",
    }),
    ...newPasswordFields(login, () => ({ user_id }), texts.password),
  ];
}

function proceed(login, { recovery_token, next, question }, more = {}) {
  return () => {
    login.kept.change({ ...more, recovery_token, question });
    return login.go(next);
  };
}

/** Do the work; a recovery that has ended is begun again with the user id, and said why. */
async function orAgain(login, work) {
  try {
    return await work();
  } catch (problem) {
    if (!problem.code?.startsWith("recovery_token_")) throw problem;
    return () => {
      login.kept.change({ recovery_token: "", question: "" });
      return login.go("forgotten", { problem });
    };
  }
}
