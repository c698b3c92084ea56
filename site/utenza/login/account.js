import { h } from "../html.js";
import { forgetAll } from "../kept.js";

/** The reserved area: who you are, your supplies, the last login, logout. */
export async function account(login) {
  if (!login.session.open) return "mask";
  login.behind ??= login.tell("utenza-login", { user_id: login.userId }) ? "account" : "inside";
  if (login.behind === "inside") return "inside";
  const known = await login.session.get("/account");
  const texts = login.texts.account;
  const names = [...new Set(known.customers.map(({ name }) => name))];
  return login.screen(
    { title: texts.title },
    h("p", { class: "lead" }, names.join(", ")),
    known.email_status !== "ok" && h("p", { class: "warning" }, texts[known.email_status]),
    h(login.heading(2), {}, texts.supplies),
    h("ul", { class: "supplies" }, known.customers.map((customer) => supply(login, customer))),
    h(login.heading(2), {}, texts.about),
    h("dl", {}, about(login, known).map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value)))),
    leaving(login),
  );
}

/** What stands here while the page shows a reserved area of its own: who is logged in, and the way out. */
export function inside(login) {
  if (!login.session.open) return "mask";
  if (login.behind !== "inside") return "account";
  return login.screen({ title: login.texts.account.title }, h("p", { class: "lead" }, login.userId), leaving(login));
}

function supply(login, { customer_code, name, status }) {
  const texts = login.texts.account;
  return h("li", {},
    h("span", { class: `badge ${status}` }, texts[status]),
    h("strong", {}, `${login.supplier.code_label} ${customer_code}`),
    h("span", {}, name));
}

function about(login, { user_id, phone, created_at, last_login_at }) {
  const { account: texts, language } = login.texts;
  const at = (moment, style) => new Intl.DateTimeFormat(language, style).format(new Date(moment));
  return [
    [texts.user_id, user_id],
    [texts.phone, phone],
    [texts.since, at(created_at, { dateStyle: "long" })],
    [texts.last_login, last_login_at && at(last_login_at, { dateStyle: "long", timeStyle: "short" })],
  ].filter(([, value]) => value);
}

function leaving(login) {
  const leave = () => {
    login.session.end();
    forgetAll(login.supplier.supplier);
    login.leave(login.texts.mask.left);
  };
  return h("div", { class: "actions" },
    h("button", { type: "button", class: "primary", onclick: leave }, login.texts.account.leave));
}
