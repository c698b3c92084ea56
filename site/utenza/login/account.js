import { h } from "../html.js";
import { descriptionList, headingTag, screen } from "../screen_parts.js";
import { clearSupplier } from "../session_store.js";

/** The reserved area: names, supplies, account data, logout. */
export async function accountScreen(login) {
  if (!login.session.isOpen) return "mask";
  login.areaScreen ??= login.emit("utenza-login", { user_id: login.userId }) ? "account" : "page_area";
  if (login.areaScreen === "page_area") return "page_area";
  const account = await login.session.get("/account");
  const texts = login.texts.account;
  const names = [...new Set(account.customers.map(({ name }) => name))];
  return screen(
    login,
    { title: texts.title },
    h("p", { class: "lead" }, names.length === 1 ? names[0] : account.user_id),
    account.email_status !== "ok" && h("p", { class: "warning" }, texts[account.email_status]),
    h(headingTag(login, 2), {}, texts.supplies),
    account.customers.length
      ? h("ul", { class: "supplies" }, account.customers.map((customer) => supply(login, customer, names.length > 1)))
      : h("p", {}, texts.no_supplies),
    h(headingTag(login, 2), {}, texts.about),
    descriptionList(accountData(login, account)),
    logOutButton(login),
  );
}

/** Who is logged in and a logout button, for a page that shows its own reserved area. */
export function pageAreaScreen(login) {
  if (!login.session.isOpen) return "mask";
  if (login.areaScreen !== "page_area") return "account";
  return screen(
    login, { title: login.texts.account.title }, h("p", { class: "lead" }, login.userId), logOutButton(login));
}

function supply(login, { customer_code, name, status }, isNamed) {
  const texts = login.texts.account;
  return h("li", {},
    h("span", { class: `badge ${status}` }, texts[status]),
    h("strong", {}, `${login.supplier.code_label} ${customer_code}`),
    isNamed && h("span", {}, name));
}

function accountData(login, { user_id, phone, created_at, last_login_at }) {
  const { account: texts, locale } = login.texts;
  const format = (time, style) => new Intl.DateTimeFormat(locale, style).format(new Date(time));
  return [
    [texts.user_id, user_id],
    [texts.phone, phone],
    [texts.since, format(created_at, { dateStyle: "long" })],
    [texts.last_login, last_login_at && format(last_login_at, { dateStyle: "long", timeStyle: "short" })],
  ].filter(([, value]) => value);
}

function logOutButton(login) {
  const onclick = () => {
    login.session.logOut();
    clearSupplier(login.supplier.supplier);
    login.showLoggedOut(login.texts.login.logged_out);
  };
  return h("div", { class: "actions" },
    h("button", { type: "button", class: "primary", onclick }, login.texts.account.log_out));
}
