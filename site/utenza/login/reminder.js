import { textField } from "../fields.js";
import { form } from "../form.js";
import { h } from "../html.js";

/** A user id forgotten: a reminder by mail, or where there is no mail, whom to ask. */
export function reminder(login) {
  const texts = login.texts.reminder;
  const { mail, links, code_label, code_hint, supplier } = login.supplier;
  const back = login.link(texts.back, "mask");
  if (!mail) {
    return login.screen({ title: texts.title }, h("p", {}, texts.ask),
      h("p", {}, h("a", { href: links.contact }, texts.contact)), h("p", {}, back));
  }
  const capitals = { autocapitalize: "characters", autocomplete: "off", spellcheck: "false" };
  const fields = [
    textField(login, { name: "customer_code", label: code_label, hint: code_hint, ...capitals }),
    textField(login, { name: "tax_code", label: login.texts.bill.tax_code, ...capitals }),
  ];
  const send = async (values) => {
    await login.api.post("/recovery/user-id", { supplier, ...values });
    login.go("mask", { replace: true, notice: texts.sent });
  };
  return login.screen(
    { title: texts.title },
    h("p", { class: "lead" }, texts.lead),
    form(login, { fields, submit: texts.submit, send, after: back }),
  );
}
