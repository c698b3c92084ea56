import { DeviceTokens } from "../devices.js";
import { FlowElement } from "../flow_element.js";
import { retryParts } from "../screen_parts.js";
import { Session } from "../session.js";
import { clearSupplier, SessionStore } from "../session_store.js";
import { areaScreen } from "./area.js";
import { AREA_SCREENS } from "./screens.js";

/**
 * An element that shows the reserved area to whoever is logged in in this tab. Subclasses have the screens of `AREA_SCREENS`,
 * and define `loggedOut`, the name of the screen without a session. Event: "utenza-logout".
 */
export class AreaElement extends FlowElement {
  /** Shown instead of "the session has ended", when a call that ends it may have been done without its response. */
  endedNotice = "";

  /** A call that has to wait until the customer has given the password again. */
  interrupted = null;

  #resolveLoaded;
  #loaded = new Promise((resolve) => {
    this.#resolveLoaded = resolve;
  });

  connectedCallback() {
    super.connectedCallback();
    document.addEventListener("utenza-logout", this.#onOtherLogout);
    window.addEventListener("pageshow", this.#onReturn);
    document.addEventListener("visibilitychange", this.#onReturn);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    document.removeEventListener("utenza-logout", this.#onOtherLogout);
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
    this.session.addEventListener("ended", () =>
      this.showLoggedOut(this.endedNotice || this.texts.problems.refresh_token_invalid.detail));
    this.#resolveLoaded();
  }

  /** Whether this element shows the reserved area itself. */
  showsArea() {
    return true;
  }

  /** The user id of the last login or registration in this tab. */
  get userId() {
    return this.#userStore.read().user_id ?? "";
  }

  set userId(user_id) {
    this.#userStore.update({ user_id });
  }

  /** What shows the API that this browser is known. */
  get deviceTokens() {
    return new DeviceTokens(this.supplier.supplier);
  }

  /** Keep the navigation where the screen itself could not be loaded: another one may be at hand. */
  failedScreen(name, problem, retry) {
    if (!Object.hasOwn(AREA_SCREENS, name) || !this.session.isOpen) return super.failedScreen(name, problem, retry);
    return areaScreen(this, name, { title: problem.title, isPlace: true }, retryParts(this, problem, retry));
  }

  /** Log out at the customer's wish. */
  logOut() {
    this.session.logOut();
    clearSupplier(this.supplier.supplier);
    return this.showLoggedOut(this.texts.login.logged_out);
  }

  /** Show the screen without a session, after the session has ended. */
  showLoggedOut(notice) {
    this.interrupted = null;
    this.endedNotice = "";
    this.emit("utenza-logout");
    return this.go(this.constructor.loggedOut, { replace: true, notice });
  }

  get #userStore() {
    return new SessionStore(`${this.supplier.supplier}:user`);
  }

  get #isInArea() {
    return this.screenName === "page_area" || Object.hasOwn(AREA_SCREENS, this.screenName);
  }

  /** The customer has left the reserved area in another element of this page. */
  #onOtherLogout = ({ target }) => {
    if (target === this || !this.supplier || !this.#isInArea || this.session.isOpen) return;
    this.go(this.constructor.loggedOut, { replace: true, focus: false });
  };

  /** Check that the session is still open when the customer returns to the page. */
  #onReturn = ({ type, persisted }) => {
    const visible = type === "pageshow" ? persisted : document.visibilityState === "visible";
    if (!visible || !this.#isInArea) return;
    if (this.session.isOpen) this.session.accessToken().catch(() => {}); // the event "ended" shows the other screen
    else this.showLoggedOut(this.texts.login.logged_out);
  };
}
