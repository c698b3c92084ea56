import { SessionStore } from "./session_store.js";

const MARGIN = 20_000; // milliseconds before its expiry that an access token is renewed

/**
 * One supplier's session in this tab. A duplicated tab has the same refresh token, which can be used once; so the tab that
 * uses it sends the new tokens to the others, and a logout ends the session in all of them. Fires "ended" when the session
 * has expired or was ended elsewhere.
 */
export class Session extends EventTarget {
  #store;
  #channel;
  #refreshing = null;

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

  start({ access_token, expires_in, refresh_token }) {
    this.#store.update({ access_token, refresh_token, renew_at: Date.now() + expires_in * 1000 - MARGIN });
  }

  /** Return a valid access token; throw the Problem "refresh_token_invalid" if the session has ended. */
  async accessToken() {
    const { access_token, renew_at } = this.#store.read();
    if (!access_token || Date.now() > renew_at) await this.#refresh();
    return this.#store.read().access_token;
  }

  /** Send a GET request with the access token; renew the token once if the API refuses it. */
  async get(path) {
    try {
      return await this.api.get(path, await this.accessToken());
    } catch (problem) {
      if (problem.code !== "access_token_invalid") throw problem;
      await this.#refresh();
      return this.api.get(path, this.#store.read().access_token);
    }
  }

  /** Log out here, in the other tabs and at the API, without waiting for the API. */
  logOut() {
    const { refresh_token } = this.#store.read();
    this.#store.clear();
    if (!refresh_token) return;
    this.#channel.postMessage({ ended: refresh_token });
    this.api.post("/logout", { refresh_token }, { keepalive: true }).catch(() => {});
  }

  /** Stop listening to the other tabs. */
  disconnect() {
    this.#channel.close();
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
    this.start(tokens);
    this.#channel.postMessage({ used: refresh_token, session: this.#store.read() });
  }

  #onMessage({ used, session, ended }) {
    const { refresh_token } = this.#store.read();
    if (!refresh_token) return;
    if (used === refresh_token) this.#store.update(session);
    if (ended === refresh_token) this.#end();
  }

  #end() {
    this.#store.clear();
    this.dispatchEvent(new Event("ended"));
  }
}
