import { h } from "../html.js";

/** The reserved area: who you are, your supplies, the last login, logout. */
export async function account(login) {
  if (!login.session.open) return "mask";
  let known;
  try {
    known = await login.session.get("/account");
  } catch (problem) {
    if (!ENDED.has(problem.code)) throw problem;
    login.session.forget();
    login.arrival = { notice: problem.detail };
    return "mask";
  }
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
    h("div", { class: "actions" },
      h("button", { type: "button", class: "primary", onclick: () => leave(login) }, texts.leave)),
  );
}

const ENDED = new Set(["refresh_token_invalid", "access_token_invalid"]);

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

async function leave(login) {
  await login.session.end();
  await login.leave(login.texts.mask.left);
}
