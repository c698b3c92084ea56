import { Journey } from "../journey.js";
import { forgetAll, Kept } from "../kept.js";
import { Session } from "../session.js";
import { account, inside } from "./account.js";
import { mask } from "./mask.js";
import { answer, code, forgotten } from "./recovery.js";
import { reminder } from "./reminder.js";

/**
 * `<utenza-login api="…" supplier="…">`: the login mask, the reserved area behind it, and the ways back in for who has
 * forgotten password or user id.
 *
 * With `registration` (an address) the mask's button leads there. Events: "utenza-login" (a page that cancels it shows a
 * reserved area of its own), "utenza-logout". `accessToken()` is what the page's own calls to other APIs need.
 */
export class Login extends Journey {
  static first = "mask";
  static screens = { mask, account, inside, forgotten, code, answer, reminder };

  /** The screen behind the login: "account", or "inside" where the page has a reserved area of its own. */
  behind = null;

  #open;
  #opened = new Promise((open) => {
    this.#open = open;
  });

  connectedCallback() {
    super.connectedCallback();
    document.addEventListener("utenza-close", this.#registered);
    window.addEventListener("pageshow", this.#returned);
    document.addEventListener("visibilitychange", this.#returned);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    document.removeEventListener("utenza-close", this.#registered);
    window.removeEventListener("pageshow", this.#returned);
    document.removeEventListener("visibilitychange", this.#returned);
    this.session?.close();
  }

  /** Return an access token that is good now; a Problem when nobody is logged in. */
  async accessToken() {
    await this.#opened;
    return this.session.accessToken();
  }

  ready() {
    this.session?.close();
    this.session = new Session(this.api, this.supplier.supplier);
    this.session.addEventListener("ended", () => this.leave(this.texts.problems.refresh_token_invalid.detail));
    this.behind = null;
    this.#open();
  }

  /** The user id of the last login or registration in this tab. */
  get userId() {
    return this.#user.read().user_id ?? "";
  }

  set userId(user_id) {
    this.#user.change({ user_id });
  }

  /** Begin a session, and forget what was typed on the way to it. */
  enter(tokens, user_id) {
    forgetAll(this.supplier.supplier);
    this.forget();
    this.session.begin(tokens);
    this.userId = user_id;
    this.behind = null;
  }

  /** Show the login mask to who is logged in no more. */
  leave(notice) {
    this.behind = null;
    this.tell("utenza-logout");
    return this.go("mask", { replace: true, notice });
  }

  get #user() {
    return new Kept(`${this.supplier.supplier}:user`);
  }

  /** Show the mask with the user id of who has just registered in the other form of this page. */
  #registered = ({ target }) => {
    if (target.supplier?.supplier !== this.supplier?.supplier || this.screenName !== "mask") return;
    this.kept.clear();
    this.show("mask");
  };

  /** Look again whether the session still holds when the customer comes back to the page after a while. */
  #returned = ({ type, persisted }) => {
    const seen = type === "pageshow" ? persisted : document.visibilityState === "visible";
    if (!seen || this.screenName !== this.behind) return;
    if (this.session.open) this.session.accessToken().catch(() => {}); // "ended" says what is to be said
    else this.leave(this.texts.mask.left);
  };
}
