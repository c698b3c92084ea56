const TIMEOUT = 35_000; // milliseconds; API Gateway itself responds within 29 seconds

/**
 * The API refused a request, or did not respond. `code`, `title`, `detail` and `errors` are those of the API's problem
 * document. The code "connection" means that no response came; the API may have done the work all the same.
 */
export class Problem extends Error {
  constructor({ code, title, detail, errors = [] }) {
    super(code);
    Object.assign(this, { code, title, detail, errors });
  }
}

/**
 * Wrap a call whose token can be used once, so that it can be sent again after a lost response. If the same values are then
 * refused with `usedCode`, the first call succeeded: return null. Other values are refused as usual, since the API stored
 * different ones.
 */
export function repeatable(usedCode, call) {
  let lostBody = null;
  return async (values) => {
    const body = JSON.stringify(values);
    try {
      return await call(values);
    } catch (problem) {
      if (problem.code === usedCode && lostBody === body) return null;
      if (problem.code === "connection") lostBody ??= body;
      throw problem;
    }
  };
}

/** A client of the API at `address`. `texts` is a promise of the texts of `language`. Every failure is a Problem. */
export class Api {
  constructor(address, language, texts) {
    this.address = address.replace(/\/$/, "");
    this.language = language;
    this.texts = texts;
  }

  /** Send a GET request, and repeat it once if no response came. */
  async get(path, token) {
    const headers = token ? { Authorization: `Bearer ${token}` } : {};
    try {
      return await this.#request(path, { headers });
    } catch (problem) {
      if (problem.code !== "connection") throw problem;
      return this.#request(path, { headers });
    }
  }

  /** Send a request that may change something, never repeated. With `keepalive` it survives the customer leaving the page. */
  post(path, body, { method = "POST", token, keepalive = false } = {}) {
    const headers = { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) };
    return this.#request(path, { method, keepalive, headers, body: JSON.stringify(body) });
  }

  /**
   * Return the problem of a first call, or another one where the browser hid the API's response because of this page's
   * origin: the customer's connection is not to blame then, and whoever embeds the forms finds the reason in the console.
   */
  async explained(problem) {
    if (problem.code !== "connection") return problem;
    const isThere = await fetch(`${this.address}/suppliers`, { mode: "no-cors", credentials: "omit" }).then(() => true, () => false);
    if (!isThere) return problem;
    console.error(
      `Utenza: ${this.address} does not allow pages of ${location.origin}. Add this origin to the parameter AllowedOrigins.`);
    return this.problem("origin_refused");
  }

  /** Return a problem that the site itself has a text for. */
  async problem(code) {
    const { problems } = await this.texts;
    return new Problem({ code, ...problems[code] });
  }

  async #request(path, options) {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), TIMEOUT);
    try {
      const response = await fetch(this.address + path, {
        ...options,
        headers: { ...options.headers, "Accept-Language": this.language },
        credentials: "omit",
        referrerPolicy: "no-referrer",
        signal: controller.signal,
      });
      return await this.#parse(response);
    } catch (error) {
      if (error instanceof Problem) throw error;
      throw await this.problem("connection");
    } finally {
      clearTimeout(timer);
    }
  }

  async #parse(response) {
    const text = await response.text();
    if (response.ok) return text ? JSON.parse(text) : null;
    let body;
    try {
      body = JSON.parse(text);
    } catch {
      body = {}; // an error page of a proxy between the browser and the API
    }
    throw body.code ? new Problem(body) : await this.problem("unavailable");
  }
}
