// One login on this device. Its `fetch` signs each call, and renews the tokens when the API asks for it: once, however
// many calls wait for it. An app keeps the tokens in the Keychain or Keystore before it uses them (docs/apps.md).
import type { components } from "./schema.js";

export type Tokens = components["schemas"]["LoginResponse"];
type Problem = components["schemas"]["Problem"];
type Renew = (refreshToken: string) => Promise<Tokens>;

export class Session {
  #tokens: Tokens;
  #renewing: Promise<Tokens> | undefined;
  readonly #renew: Renew;

  constructor(tokens: Tokens, renew: Renew) {
    this.#tokens = tokens;
    this.#renew = renew;
  }

  get tokens(): Tokens {
    return this.#tokens;
  }

  /** Use the tokens that a new password brings: those before are refused from then on. */
  replace(tokens: Tokens): void {
    this.#tokens = tokens;
  }

  readonly fetch = async (request: Request): Promise<Response> => {
    const again = request.clone();
    const presented = this.#tokens.access_token;
    const response = await fetch(signed(request, presented));
    if (!(await isRefused(response))) return response;
    // Another call may have renewed the tokens while this one was under way.
    if (this.#tokens.access_token === presented) await this.#renewed();
    return fetch(signed(again, this.#tokens.access_token));
  };

  #renewed(): Promise<Tokens> {
    this.#renewing ??= this.#renew(this.#tokens.refresh_token)
      .then((tokens) => (this.#tokens = tokens))
      .finally(() => (this.#renewing = undefined));
    return this.#renewing;
  }
}

function signed(request: Request, accessToken: string): Request {
  request.headers.set("Authorization", `Bearer ${accessToken}`);
  return request;
}

/** Not every 401 is about the access token: a reauth token may have expired, too. */
async function isRefused(response: Response): Promise<boolean> {
  if (response.status !== 401) return false;
  const problem = (await response.clone().json()) as Problem;
  return problem.code === "access_token_invalid";
}
