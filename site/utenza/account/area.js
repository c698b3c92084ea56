/** What the screens of the reserved area share: the navigation, the way out, and the form for what weighs. */

import { form } from "../form.js";
import { h } from "../html.js";
import { screen, screenLink } from "../screen_parts.js";

const PLACES = ["account", "supplies", "security", "devices", "activity", "my_data"];

/** Return a screen with the navigation; `place` is the entry that it belongs to. */
export function areaScreen(flow, place, { title, isPlace = false }, ...content) {
  return h("div", { class: "area" },
    navigation(flow, place, isPlace),
    screen(flow, { title }, content),
    h("div", { class: "aside" },
      h("button", { type: "button", class: "secondary", onclick: () => flow.logOut() }, flow.texts.account.log_out)));
}

/** Return the screen of an entry of the navigation, with its name as the heading. */
export function placeScreen(flow, place, ...content) {
  return areaScreen(flow, place, { title: flow.texts.reserved.places[place], isPlace: true }, content);
}

function navigation(flow, place, isPlace) {
  const texts = flow.texts.reserved;
  const current = isPlace ? "page" : "true";
  const item = (name) => h("li", {}, h("button", {
    type: "button", "aria-current": name === place && current, onclick: () => flow.go(name),
  }, texts.places[name]));
  return h("nav", { class: "places", "aria-label": texts.nav }, h("ul", {}, PLACES.map(item)));
}

/**
 * Create a form for what weighs. `call(values)` gets the `reauth_token` too, and returns as `send` of `form` does. If the
 * token is over by now, the customer gives the password again, and the call goes on.
 */
export function weightyForm(flow, { call, cancel, ...settings }) {
  const attempt = async (values) => {
    const { reauthToken } = flow.session;
    if (reauthToken) {
      try {
        return await call({ reauth_token: reauthToken, ...values });
      } catch (problem) {
        if (!problem.code?.startsWith("reauth_token_")) throw problem;
        flow.session.forgetReauth();
      }
    }
    return () => {
      flow.interrupted = () => attempt(values);
      return flow.go("reauth", { notice: flow.texts.reserved.reauth.again, replace: true });
    };
  };
  return form(flow, { ...settings, send: attempt, after: screenLink(flow, flow.texts.reserved.cancel, cancel) });
}

/** Make a call that may end the session; if its response is lost, and the session has ended, `notice` says what is likely. */
export async function last(flow, notice, call) {
  try {
    const response = await call();
    flow.endedNotice = "";
    return response;
  } catch (problem) {
    if (problem.code === "connection") flow.endedNotice = notice;
    throw problem;
  }
}

/** Return a button that leads to a screen, which looks like one. */
export function screenButton(flow, text, name, attributes = {}) {
  return h("button", { type: "button", class: "secondary", ...attributes, onclick: () => flow.go(name) }, text);
}

/** Delete what the customer has typed, and show a screen with a notice in place of the form. */
export function done(flow, name, notice) {
  return () => {
    const { user_id_token, new_user_id, documents_later } = flow.store.read();
    flow.drafts.clear();
    flow.store.update({ user_id_token, new_user_id, documents_later });
    return flow.go(name, { replace: true, notice });
  };
}

/** Return a time of the API for people, with the hour or without. */
export function moment(flow, time, style = { dateStyle: "long", timeStyle: "short" }) {
  return new Intl.DateTimeFormat(flow.texts.locale, style).format(new Date(time));
}

/** Return a day of the API for people; it has no time zone. */
export function day(flow, date) {
  return moment(flow, date, { dateStyle: "long", timeZone: "UTC" });
}
