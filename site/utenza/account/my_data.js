import { phoneField } from "../bill_fields.js";
import { selectField } from "../choice_fields.js";
import { form } from "../form.js";
import { format, h } from "../html.js";
import { headingTag } from "../screen_parts.js";
import { done, placeScreen, screenButton } from "./area.js";

const NAMES = { it: "Italiano", en: "English", de: "Deutsch" };

/** Phone and language, and the ways to take the data along and to close the account. */
export async function myDataScreen(flow) {
  const account = await flow.session.get("/account");
  const texts = flow.texts.reserved.my_data;
  return placeScreen(flow, "my_data",
    otherLanguage(flow, account.language),
    contactForm(flow, account),
    h(headingTag(flow, 2), {}, texts.export_title),
    h("p", {}, texts.export_lead),
    screenButton(flow, texts.export, "export"),
    h(headingTag(flow, 2), {}, texts.close_title),
    h("p", {}, texts.close_lead),
    screenButton(flow, texts.close, "close_account"),
  );
}

function contactForm(flow, { phone, language }) {
  const texts = flow.texts.reserved.my_data;
  const typed = flow.drafts.scope("page").read().phone;
  const fields = [
    phoneField(flow, { hint: texts.phone_hint, draft: "page", value: typed ?? phone ?? "" }),
    selectField({
      name: "language", label: texts.language, value: language, isLanguage: true,
      options: flow.supplier.languages.map((one) => [one, NAMES[one]]),
    }),
  ];
  const send = async (values) => {
    await flow.session.patch("/account", values);
    return done(flow, "my_data", texts.done);
  };
  return form(flow, { fields, submit: texts.submit, send });
}

/** Return the offer to show the page in the customer's own language; it changes only if the customer wants. */
function otherLanguage(flow, language) {
  if (language === flow.texts.language || !flow.supplier.languages.includes(language)) return null;
  const onclick = () => {
    if (flow.emit("utenza-language", { language })) flow.setAttribute("lang", language);
  };
  const text = format(flow.texts.reserved.my_data.show_page, { language: NAMES[language] });
  return h("p", {}, h("button", { type: "button", class: "link", onclick }, text));
}
