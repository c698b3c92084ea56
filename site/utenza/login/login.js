import { Journey } from "../journey.js";
import { Kept } from "../kept.js";
import { Session } from "../session.js";
import { account } from "./account.js";
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
  static screens = { mask, account, forgotten, code, answer, reminder };

  #closed = ({ target }) => target !== this && this.api && this.show("mask", false);

  connectedCallback() {
    super.connectedCallback();
    document.addEventListener("utenza-close", this.#closed);
    window.addEventListener("pageshow", this.#returned);
    document.addEventListener("visibilitychange", this.#returned);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    document.removeEventListener("utenza-close", this.#closed);
    window.removeEventListener("pageshow", this.#returned);
    document.removeEventListener("visibilitychange", this.#returned);
    this.session?.close();
  }

  /** Return an access token that is good now; a Problem when nobody is logged in. */
  async accessToken() {
    return this.session.accessToken();
  }

  ready() {
    this.session?.close();
    this.session = new Session(this.api, this.supplier.supplier);
    this.session.addEventListener("ended", () => this.leave(this.texts.mask.left));
  }

  /** The user id of the last login or registration in this tab. */
  get userId() {
    return this.#user.read().user_id ?? "";
  }

  set userId(user_id) {
    this.#user.change({ user_id });
  }

  /** Show the login mask to who is logged in no more. */
  leave(notice) {
    this.session.forget();
    this.tell("utenza-logout");
    return this.go("mask", { replace: true, notice });
  }

  get #user() {
    return new Kept(`${this.supplier.supplier}:user`);
  }

  /** Look again whether the session still holds when the customer comes back to the page after a while. */
  #returned = async ({ type, persisted }) => {
    const seen = type === "pageshow" ? persisted : document.visibilityState === "visible";
    if (!seen || this.screenName !== "account") return;
    if (!this.session.open) {
      await this.leave(this.texts.mask.left);
      return;
    }
    await this.session.accessToken().catch((problem) => {
      if (problem.code === "refresh_token_invalid") this.leave(problem.detail);
    });
  };
}
