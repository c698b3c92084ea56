import { Kept } from "./kept.js";

const MARGIN = 20_000; // milliseconds before its end that an access token counts as ended

/**
 * One supplier's session in this tab. A tab that was duplicated has the same refresh token, which is good once: so who
 * spends it tells the other tabs, and who logs out too. Fires "ended" when it ends elsewhere.
 */
export class Session extends EventTarget {
  #kept;
  #channel;
  #refreshing = null;

  constructor(api, supplier) {
    super();
    this.api = api;
    this.#kept = new Kept(`${supplier}:session`);
    this.#channel = new BroadcastChannel(`utenza:${supplier}`);
    this.#channel.onmessage = ({ data }) => this.#hear(data);
  }

  get open() {
    return Boolean(this.#kept.read().refresh_token);
  }

  begin(tokens) {
    const { access_token, expires_in, refresh_token } = tokens;
    this.#kept.change({ access_token, refresh_token, good_until: Date.now() + expires_in * 1000 - MARGIN });
  }

  /** Return an access token that is still good; Problem "refresh_token_invalid" when the session has ended. */
  async accessToken() {
    const { access_token, good_until } = this.#kept.read();
    if (!access_token || Date.now() > good_until) await this.#refresh();
    return this.#kept.read().access_token;
  }

  /** Get what only the customer may see, with a new access token when the one at hand is no longer taken. */
  async get(path) {
    try {
      return await this.api.get(path, await this.accessToken());
    } catch (problem) {
      if (problem.code !== "access_token_invalid") throw problem;
      await this.#refresh();
      return this.api.get(path, this.#kept.read().access_token);
    }
  }

  /** End the session here and in the other tabs, and at the API if it can be reached. */
  async end() {
    const { refresh_token } = this.#kept.read();
    this.forget();
    if (!refresh_token) return;
    this.#channel.postMessage({ ended: refresh_token });
    await this.api.post("/logout", { refresh_token }).catch(() => {});
  }

  forget() {
    this.#kept.clear();
  }

  close() {
    this.#channel.close();
  }

  #refresh() {
    this.#refreshing ??= this.#spend().finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  async #spend() {
    const { refresh_token } = this.#kept.read();
    if (!refresh_token) throw await this.api.problem("refresh_token_invalid");
    let tokens;
    try {
      tokens = await this.api.post("/login/refresh", { refresh_token });
    } catch (problem) {
      if (problem.code === "refresh_token_invalid") this.forget();
      throw problem;
    }
    if (this.#kept.read().refresh_token !== refresh_token) return; // logged out meanwhile, or another tab was first
    this.begin(tokens);
    this.#channel.postMessage({ spent: refresh_token, kept: this.#kept.read() });
  }

  #hear({ spent, kept, ended }) {
    const { refresh_token } = this.#kept.read();
    if (!refresh_token) return;
    if (spent === refresh_token) this.#kept.change(kept);
    if (ended === refresh_token) {
      this.forget();
      this.dispatchEvent(new Event("ended"));
    }
  }
}
