// A customer's whole way through the API, by a client of openapi.json. It begins with an unregistered customer and ends
// after the logout.  Usage: node built/journey.js API MAILBOX USER_ID 'THE BODY OF POST /verify'
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

import createClient from "openapi-fetch";

import type { components, paths } from "./schema.js";
import { Session, type Tokens } from "./session.js";

type Claim = components["schemas"]["VerifyRequest"];
type Problem = components["schemas"]["Problem"];
type Answer<T> = { data: T; error?: never } | { data?: never; error: Problem };

const OLD_PASSWORD = "quattro trote blu";
const NEW_PASSWORD = "sette trote gialle";
const MAIL_SECONDS = 30;

const [api, mailbox, user_id, typed] = process.argv.slice(2) as [string, string, string, string];
const claim = JSON.parse(typed) as Claim;
const anybody = createClient<paths>({ baseUrl: api, headers: { "Accept-Language": "de" } });

function good<T>(answer: Answer<T>): T {
  assert.equal(answer.error, undefined);
  return answer.data as T;
}

function problem(answer: { error?: Problem }, code: Problem["code"]): Problem {
  assert.ok(answer.error, `no problem, but ${code} was expected`);
  assert.equal(answer.error.code, code);
  return answer.error;
}

async function mailedCode(): Promise<string> {
  for (const end = Date.now() + MAIL_SECONDS * 1000; Date.now() < end; await sleep(250)) {
    const response = await fetch(`${mailbox}/code?to=${encodeURIComponent(user_id)}`);
    const code = await response.text();
    if (code) return code;
  }
  throw new Error("no code has come");
}

async function register(): Promise<void> {
  const { suppliers } = good(await anybody.GET("/suppliers"));
  const supplier = suppliers.find((each) => each.supplier === claim.supplier);
  assert.ok(supplier?.mail && OLD_PASSWORD.length >= supplier.password_min_length);

  const wrong = problem(await anybody.POST("/verify", { body: { ...claim, tax_code: "RSSMRA" } }), "invalid_request");
  assert.deepEqual(wrong.errors.map(({ field, code }) => ({ field, code })), [
    { field: "tax_code", code: "invalid_tax_code" },
  ]);

  const { step_token, customer } = good(await anybody.POST("/verify", { body: claim }));
  assert.equal(customer.kind, "person");
  const chosen = good(
    await anybody.POST("/credentials", {
      body: {
        step_token,
        user_id,
        password: OLD_PASSWORD,
        password_repeat: OLD_PASSWORD,
        question: "Come si chiamava il mio primo gatto?",
        answer: "Briciola",
        answer_repeat: "Briciola",
      },
    }),
  );
  assert.equal(chosen.status, "confirmation_required");
  assert.ok(chosen.confirmation_token);
  const body = { confirmation_token: chosen.confirmation_token, code: await mailedCode() };
  assert.equal(good(await anybody.POST("/credentials/confirm", { body })).status, "active");
}

async function logIn(password: string): Promise<Answer<Tokens>> {
  return anybody.POST("/login", { body: { supplier: claim.supplier ?? null, user_id, password } });
}

async function renew(refresh_token: string): Promise<Tokens> {
  return good(await anybody.POST("/login/refresh", { body: { refresh_token } }));
}

await register();
problem(await logIn(NEW_PASSWORD), "invalid_credentials");
const login = good(await logIn(OLD_PASSWORD));

// The access token is no longer good, and three calls find out at once: there is one refresh.
let renewals = 0;
const session = new Session({ ...login, access_token: "expired" }, (token) => ((renewals += 1), renew(token)));
const mine = createClient<paths>({ baseUrl: api, headers: { "Accept-Language": "de" }, fetch: session.fetch });
const accounts = (await Promise.all([1, 2, 3].map(() => mine.GET("/account")))).map(good);
assert.equal(renewals, 1);
assert.deepEqual(accounts.map((account) => account.user_id), [user_id, user_id, user_id]);
assert.equal(accounts[0]?.customers[0]?.customer_code, claim.customer_code);

// Its answer was lost: the same token is answered with the same successor.
assert.equal((await renew(login.refresh_token)).refresh_token, session.tokens.refresh_token);

problem(await mine.POST("/account/reauth", { body: { password: NEW_PASSWORD } }), "reauth_failed");
const { reauth_token } = good(await mine.POST("/account/reauth", { body: { password: OLD_PASSWORD } }));
const change = { reauth_token, password: NEW_PASSWORD, password_repeat: NEW_PASSWORD };
const short = { ...change, password: "trota", password_repeat: "trota" };
const refused = problem(await mine.POST("/account/password", { body: short }), "invalid_request");
assert.deepEqual(refused.errors.map((error) => error.code), ["password_too_short"]);
session.replace(good(await mine.POST("/account/password", { body: change })));
problem(await anybody.POST("/login/refresh", { body: { refresh_token: login.refresh_token } }), "refresh_token_invalid");

session.replace(await renew(session.tokens.refresh_token));
const { sessions } = good(await mine.GET("/account/sessions"));
assert.deepEqual(sessions.map((each) => each.current), [true]);

const { refresh_token } = session.tokens;
assert.equal((await anybody.POST("/logout", { body: { refresh_token } })).response.status, 204);
problem(await anybody.POST("/login/refresh", { body: { refresh_token } }), "refresh_token_invalid");
