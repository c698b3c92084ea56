import { DeviceTokens } from "../devices.js";
import { FlowElement } from "../flow_element.js";
import { Session } from "../session.js";
import { clearSupplier, SessionStore } from "../session_store.js";
import { accountScreen, pageAreaScreen } from "./account.js";
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
export class Login extends FlowElement {
  static first = "mask"; // docs/embedding.md promises the names of the screens
  static screens = {
    mask: loginFormScreen,
    account: accountScreen,
    page_area: pageAreaScreen,
    forgotten: forgottenPasswordScreen,
    code: recoveryCodeScreen,
    answer: newPasswordScreen,
    reminder: reminderScreen,
  };

  /** The screen after the login: "account", or "page_area" if the page shows its own reserved area; null until known. */
  areaScreen = null;

  #resolveLoaded;
  #loaded = new Promise((resolve) => {
    this.#resolveLoaded = resolve;
  });

  connectedCallback() {
    super.connectedCallback();
    document.addEventListener("utenza-close", this.#onRegistrationClosed);
    window.addEventListener("pageshow", this.#onReturn);
    document.addEventListener("visibilitychange", this.#onReturn);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    document.removeEventListener("utenza-close", this.#onRegistrationClosed);
    window.removeEventListener("pageshow", this.#onReturn);
    document.removeEventListener("visibilitychange", this.#onReturn);
    this.session?.disconnect();
  }

  /** Return a valid access token; throw a Problem if nobody is logged in. */
  async accessToken() {
    await this.#loaded;
    return this.session.accessToken();
  }

  onLoaded() {
    this.session?.disconnect();
    this.session = new Session(this.api, this.supplier.supplier);
    this.session.addEventListener("ended", () => this.showLoggedOut(this.texts.problems.refresh_token_invalid.detail));
    this.areaScreen = null;
    this.#resolveLoaded();
  }

  /** The user id of the last login or registration in this tab. */
  get userId() {
    return this.#userStore.read().user_id ?? "";
  }

  set userId(user_id) {
    this.#userStore.update({ user_id });
  }

  /** Return what shows the API that this browser is known to this user id: a recovery just completed, or a login. */
  deviceToken(user_id) {
    const { recovered } = this.store.read();
    return recovered?.user_id === user_id ? recovered.token : this.#deviceTokens.of(user_id);
  }

  /** Start a session, and delete what the customer typed before it. */
  startSession(tokens, user_id) {
    this.#deviceTokens.keep(user_id, tokens.device_token);
    clearSupplier(this.supplier.supplier);
    this.drafts.clear();
    this.session.start(tokens);
    this.userId = user_id;
    this.areaScreen = null;
  }

  /** Show the login form after the session has ended. */
  showLoggedOut(notice) {
    this.areaScreen = null;
    this.emit("utenza-logout");
    return this.go("mask", { replace: true, notice });
  }

  get #deviceTokens() {
    return new DeviceTokens(this.supplier.supplier);
  }

  get #userStore() {
    return new SessionStore(`${this.supplier.supplier}:user`);
  }

  /** Fill the login form with the user id of a customer who has just registered in the other element of this page. */
  #onRegistrationClosed = ({ target }) => {
    if (target.supplier?.supplier !== this.supplier?.supplier || this.screenName !== "mask") return;
    this.store.clear();
    this.show("mask");
  };

  /** Check that the session is still open when the customer returns to the page. */
  #onReturn = ({ type, persisted }) => {
    const visible = type === "pageshow" ? persisted : document.visibilityState === "visible";
    if (!visible || this.screenName !== this.areaScreen) return;
    if (this.session.isOpen) this.session.accessToken().catch(() => {}); // the event "ended" shows the login form
    else this.showLoggedOut(this.texts.login.logged_out);
  };
}
