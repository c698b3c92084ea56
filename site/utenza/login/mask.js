import { textField } from "../fields.js";
import { form } from "../form.js";
import { h } from "../html.js";
import { userIdField } from "../known_fields.js";

/** The login mask; who is logged in already is shown the reserved area. */
export function mask(login) {
  if (login.session.open) return "account";
  const texts = login.texts.mask;
  const fields = [
    userIdField(login, { value: login.userId }),
    textField(login, { name: "password", label: texts.password, type: "password", autocomplete: "current-password" }),
  ];
  const send = async ({ user_id, password }) => {
    login.session.begin(await login.api.post("/login", { supplier: login.supplier.supplier, user_id, password }));
    login.userId = user_id;
    if (login.tell("utenza-login", { user_id })) login.go("account", { replace: true });
  };
  return login.screen(
    { title: texts.title },
    form(login, { fields, submit: texts.submit, send }),
    h("ul", { class: "links" },
      h("li", {}, login.link(texts.forgotten, "forgotten")),
      h("li", {}, login.link(texts.reminder, "reminder"))),
    registration(login),
  );
}

function registration(login) {
  const texts = login.texts.mask;
  const address = login.getAttribute("registration");
  return address && h("div", { class: "aside" },
    h(login.heading(2), {}, texts.new_here),
    h("p", {}, texts.new_here_hint),
    h("a", { class: "secondary", href: address }, texts.register));
}
