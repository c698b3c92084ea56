import { PRINTED_CODE } from "../common_fields.js";
import { textField } from "../fields.js";
import { form } from "../form.js";
import { h } from "../html.js";
import { screen, screenLink } from "../screen_parts.js";

/** A forgotten user id: a reminder by e-mail, or the supplier's contact page if mail is off. */
export function reminderScreen(login) {
  const texts = login.texts.reminder;
  const { mail, links, code_label, code_hint, supplier } = login.supplier;
  const back = screenLink(login, texts.back, "mask");
  if (!mail) {
    return screen(login, { title: texts.title }, h("p", {}, texts.ask),
      h("p", {}, h("a", { href: links.contact }, texts.contact)), h("p", {}, back));
  }
  const fields = [
    textField(login, { name: "customer_code", label: code_label, hint: code_hint, draft: "page", ...PRINTED_CODE }),
    textField(login, { name: "tax_code", label: login.texts.bill.tax_code, draft: "page", ...PRINTED_CODE }),
  ];
  const send = async (values) => {
    await login.api.post("/recovery/user-id", { supplier, ...values });
    return () => login.go("mask", { replace: true, notice: texts.sent });
  };
  return screen(
    login,
    { title: texts.title },
    h("p", { class: "lead" }, texts.lead),
    form(login, { fields, submit: texts.submit, send, after: back }),
  );
}
