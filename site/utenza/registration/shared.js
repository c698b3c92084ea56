import { fill, h } from "../html.js";

/** Return "step 1 of 3": with mail the code is a step of its own. */
export function step(journey, number) {
  return fill(journey.texts.form.step, { number, steps: journey.supplier.mail ? 3 : 2 });
}

/** Return a link to the login mask, null where the page has none. */
export function loginLink(journey, text) {
  const login = journey.getAttribute("login");
  return login && h("a", { href: login }, text);
}

/** Return what a customer can do when this registration leads nowhere: log in, or begin again. */
export function whatNow(journey) {
  const { to_login, restart } = journey.texts.help;
  const begin = () => {
    journey.forget();
    journey.go("kind");
  };
  return h("p", { class: "help" },
    loginLink(journey, to_login), h("button", { type: "button", class: "link", onclick: begin }, restart));
}

/** Have step one checked, and keep what it gives for step two; without `values`, with those given before. */
export async function verify(journey, values) {
  const claim = values ?? journey.kept.read().claim;
  const { step_token } = await journey.api.post("/verify", { supplier: journey.supplier.supplier, ...claim });
  journey.kept.change({ claim, step_token });
}

/** Keep nothing of a registration that is done but the user id, and show the notice. */
export function finish(journey, user_id) {
  journey.forget();
  journey.kept.change({ registered: user_id });
  journey.tell("utenza-registered", { user_id });
  journey.go("notice", { replace: true });
}
