import { AreaElement } from "../account/area_element.js";
import { pageAreaScreen } from "../account/overview.js";
import { AREA_SCREENS } from "../account/screens.js";
import { clearSupplier } from "../session_store.js";
import { loginFormScreen } from "./login_form.js";
import { forgottenPasswordScreen, newPasswordScreen, recoveryCodeScreen } from "./recovery.js";
import { reminderScreen } from "./reminder.js";

/**
 * `<utenza-login api="…" supplier="…">`: the login form, the reserved area, and the recovery of password and user id.
 *
 * The attribute `registration` is the address that the registration button links to. Events: "utenza-login" (a page that
 * cancels it shows a reserved area of its own) and "utenza-logout". `accessToken()` returns a token for the page's own calls
 * of other APIs.
 */
export class Login extends AreaElement {
  static first = "mask"; // docs/embedding.md promises the names of the screens
  static loggedOut = "mask";
  static screens = {
    ...AREA_SCREENS,
    mask: loginFormScreen,
    page_area: pageAreaScreen,
    forgotten: forgottenPasswordScreen,
    code: recoveryCodeScreen,
    answer: newPasswordScreen,
    reminder: reminderScreen,
  };

  #showsArea = null; // null until the page has been asked

  connectedCallback() {
    super.connectedCallback();
    document.addEventListener("utenza-close", this.#onRegistrationClosed);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    document.removeEventListener("utenza-close", this.#onRegistrationClosed);
  }

  onLoaded() {
    super.onLoaded();
    this.#showsArea = null;
  }

  /** Tell the page once that the customer is logged in; it may show a reserved area of its own instead. */
  showsArea() {
    this.#showsArea ??= this.emit("utenza-login", { user_id: this.userId });
    return this.#showsArea;
  }

  /** Return what shows the API that this browser is known to this user id: a recovery just completed, or a login. */
  deviceToken(user_id) {
    const { recovered } = this.store.read();
    return recovered?.user_id === user_id ? recovered.token : this.deviceTokens.of(user_id);
  }

  /** Start a session, and delete what the customer typed before it. */
  startSession(tokens, user_id) {
    this.deviceTokens.keep(user_id, tokens.device_token);
    clearSupplier(this.supplier.supplier);
    this.drafts.clear();
    this.session.start(tokens);
    this.userId = user_id;
    this.#showsArea = null;
  }

  showLoggedOut(notice) {
    this.#showsArea = null;
    return super.showLoggedOut(notice);
  }

  /** Fill the login form with the user id of a customer who has just registered in the other element of this page. */
  #onRegistrationClosed = ({ target }) => {
    if (target.supplier?.supplier !== this.supplier?.supplier || this.screenName !== "mask") return;
    this.store.clear();
    this.show("mask");
  };
}
