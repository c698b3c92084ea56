import { userIdField, VERBATIM } from "../common_fields.js";
import { textField } from "../fields.js";
import { form } from "../form.js";
import { h } from "../html.js";
import { headingTag, screen, screenLink } from "../screen_parts.js";

/** The login form. A customer who is logged in gets the reserved area instead. */
export function loginFormScreen(login) {
  if (login.session.isOpen) return "account";
  const texts = login.texts.login;
  const fields = [
    userIdField(login, { draft: "tab", value: login.store.read().user_id || login.userId }),
    textField(login, {
      name: "password", label: texts.password, type: "password", autocomplete: "current-password", ...VERBATIM,
    }),
  ];
  const send = async ({ user_id, password }) => {
    const device_token = login.deviceToken(user_id);
    const body = { supplier: login.supplier.supplier, user_id, password, ...(device_token && { device_token }) };
    login.startSession(await login.api.post("/login", body), user_id);
    return () => login.go("account", { replace: true });
  };
  return screen(
    login,
    { title: texts.title },
    form(login, {
      fields,
      submit: texts.submit,
      send,
      help: ({ code }) => code === "too_many_attempts" && screenLink(login, texts.forgotten, "forgotten"),
    }),
    h("ul", { class: "links" },
      h("li", {}, screenLink(login, texts.forgotten, "forgotten")),
      h("li", {}, screenLink(login, texts.reminder, "reminder"))),
    registrationLink(login),
  );
}

function registrationLink(login) {
  const texts = login.texts.login;
  const address = login.getAttribute("registration");
  return address && h("div", { class: "aside" },
    h(headingTag(login, 2), {}, texts.new_here),
    h("p", {}, texts.new_here_hint),
    h("a", { class: "secondary", href: address }, texts.register));
}
