import { h } from "../html.js";
import { screen } from "../screen_parts.js";
import { AreaElement } from "./area_element.js";
import { AREA_SCREENS } from "./screens.js";

/**
 * `<utenza-account api="…" supplier="…">`: the reserved area alone, for whoever has logged in in this tab. Without a session it
 * links to the address `login`. Event: "utenza-logout". `accessToken()` is that of `<utenza-login>`.
 */
export class Account extends AreaElement {
  static first = "account"; // docs/embedding.md promises the names of the screens
  static loggedOut = "logged_out";
  static screens = { ...AREA_SCREENS, logged_out: loggedOutScreen };

  connectedCallback() {
    super.connectedCallback();
    document.addEventListener("utenza-login", this.#onLogin);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    document.removeEventListener("utenza-login", this.#onLogin);
  }

  /** The customer has logged in in the other element of this page. */
  #onLogin = ({ target }) => {
    if (target.supplier?.supplier === this.supplier?.supplier && this.screenName === "logged_out") this.show("account", false);
  };
}

function loggedOutScreen(flow) {
  if (flow.session.isOpen) return "account";
  const texts = flow.texts.reserved.logged_out;
  const login = flow.getAttribute("login");
  return screen(
    flow,
    { title: flow.texts.account.title },
    h("p", { class: "lead" }, texts.lead),
    login && h("div", { class: "actions" }, h("a", { class: "primary", part: "button", href: login }, texts.link)),
  );
}
