import { SessionStore } from "./session_store.js";

const MARGIN = 20_000; // milliseconds before its expiry that an access token is renewed
const NO_REAUTH = { token: "", until: 0 };

/**
 * One supplier's session in this tab. A duplicated tab has the same refresh token, which can be used once; so the tab that
 * uses it sends the new tokens to the others, and a logout ends the session in all of them. Fires "ended" when the session
 * has expired or was ended elsewhere.
 */
export class Session extends EventTarget {
  #store;
  #channel;
  #refreshing = null;
  #reauth = NO_REAUTH;

  constructor(api, supplier) {
    super();
    this.api = api;
    this.#store = new SessionStore(`${supplier}:session`);
    this.#channel = new BroadcastChannel(`utenza:${supplier}`);
    this.#channel.onmessage = ({ data }) => this.#onMessage(data);
  }

  get isOpen() {
    return Boolean(this.#store.read().refresh_token);
  }

  /** Start a session, or go on with the tokens that replace those of this one. */
  start(tokens) {
    this.#reauth = NO_REAUTH;
    this.#keep(tokens);
  }

  /** What shows the API that the password was given again a moment ago, "" if it was not. It is only in memory. */
  get reauthToken() {
    return this.isOpen && Date.now() < this.#reauth.until ? this.#reauth.token : "";
  }

  /** Give the password again; throw the Problem "reauth_failed" if it is wrong. */
  async reauthenticate(password) {
    const { reauth_token, expires_in } = await this.post("/account/reauth", { password });
    this.#reauth = { token: reauth_token, until: Date.now() + expires_in * 1000 };
  }

  /** The API no longer takes the reauth token. */
  forgetReauth() {
    this.#reauth = NO_REAUTH;
  }

  /** Return a valid access token; throw the Problem "refresh_token_invalid" if the session has ended. */
  async accessToken() {
    const { access_token, renew_at } = this.#store.read();
    if (!access_token || Date.now() > renew_at) await this.#refresh();
    return this.#store.read().access_token;
  }

  /** Send a GET request with the access token. */
  get(path) {
    return this.#authorized((token) => this.api.get(path, token));
  }

  /** Send a POST request with the access token. */
  post(path, body) {
    return this.#authorized((token) => this.api.post(path, body, { token }));
  }

  /** Send a PATCH request with the access token. */
  patch(path, body) {
    return this.#authorized((token) => this.api.post(path, body, { token, method: "PATCH" }));
  }

  /** Log out here, in the other tabs and at the API, without waiting for the API. */
  logOut() {
    const refresh_token = this.forget();
    if (!refresh_token) return;
    this.api.post("/logout", { refresh_token }, { keepalive: true }).catch(() => {});
  }

  /** Forget a session that has ended at the API, here and in the other tabs; return its refresh token. */
  forget() {
    const { refresh_token } = this.#store.read();
    this.#reauth = NO_REAUTH;
    this.#store.clear();
    if (refresh_token) this.#channel.postMessage({ ended: refresh_token });
    return refresh_token;
  }

  /** Stop listening to the other tabs. */
  disconnect() {
    this.#channel.close();
  }

  /** Make a call with the access token; renew the token once if the API refuses it. */
  async #authorized(call) {
    try {
      return await call(await this.accessToken());
    } catch (problem) {
      if (problem.code !== "access_token_invalid") throw problem;
      await this.#refresh();
      return call(this.#store.read().access_token);
    }
  }

  #keep({ access_token, expires_in, refresh_token }) {
    this.#store.update({ access_token, refresh_token, renew_at: Date.now() + expires_in * 1000 - MARGIN });
  }

  /** Renew the tokens; calls at the same time share one request. */
  #refresh() {
    this.#refreshing ??= this.#requestTokens().finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  async #requestTokens() {
    const { refresh_token } = this.#store.read();
    if (!refresh_token) throw await this.api.problem("refresh_token_invalid");
    let tokens;
    try {
      tokens = await this.api.post("/login/refresh", { refresh_token });
    } catch (problem) {
      if (problem.code === "refresh_token_invalid") this.#end();
      throw problem;
    }
    if (this.#store.read().refresh_token !== refresh_token) return; // logged out meanwhile, or another tab was first
    this.#keep(tokens);
    this.#channel.postMessage({ used: refresh_token, session: this.#store.read() });
  }

  #onMessage({ used, session, ended }) {
    const { refresh_token } = this.#store.read();
    if (!refresh_token) return;
    if (used === refresh_token) this.#store.update(session);
    if (ended === refresh_token) this.#end();
  }

  #end() {
    this.#reauth = NO_REAUTH;
    this.#store.clear();
    this.dispatchEvent(new Event("ended"));
  }
}
