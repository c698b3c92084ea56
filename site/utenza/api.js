const LONGEST_WAIT = 35_000; // milliseconds; API Gateway itself answers within 29 seconds

/**
 * Why a call was refused or did not come back. `code`, `title`, `detail` and `errors` are those of the API's problems;
 * `code` is "connection" when no answer came, and then the call may have done its work all the same.
 */
export class Problem extends Error {
  constructor({ code, title, detail, errors = [] }) {
    super(code);
    Object.assign(this, { code, title, detail, errors });
  }
}

/** The API at `address`, speaking a language; `texts` are on their way. Every failure is a Problem. */
export class Api {
  constructor(address, language, texts) {
    this.address = address.replace(/\/$/, "");
    this.language = language;
    this.texts = texts;
  }

  /** Get an answer; it is asked for once more when none came, for that changes nothing. */
  async get(path, token) {
    const headers = token ? { Authorization: `Bearer ${token}` } : {};
    try {
      return await this.#send(path, { headers });
    } catch (problem) {
      if (problem.code !== "connection") throw problem;
      return this.#send(path, { headers });
    }
  }

  /** Send `body`; never twice by itself. */
  post(path, body) {
    return this.#send(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  }

  /** Return a problem that the pages have a text for. */
  async problem(code) {
    const { problems } = await this.texts;
    return new Problem({ code, ...problems[code] });
  }

  async #send(path, options) {
    const given_up = new AbortController();
    const timer = setTimeout(() => given_up.abort(), LONGEST_WAIT);
    try {
      const answer = await fetch(this.address + path, {
        ...options,
        headers: { ...options.headers, "Accept-Language": this.language },
        credentials: "omit",
        referrerPolicy: "no-referrer",
        signal: given_up.signal,
      });
      return await this.#read(answer);
    } catch (error) {
      if (error instanceof Problem) throw error;
      throw await this.problem("connection");
    } finally {
      clearTimeout(timer);
    }
  }

  async #read(answer) {
    const text = await answer.text();
    if (answer.ok) return text ? JSON.parse(text) : null;
    let told;
    try {
      told = JSON.parse(text);
    } catch {
      told = {}; // a page of something between us and the API
    }
    throw told.code ? new Problem(told) : await this.problem("unavailable");
  }
}
