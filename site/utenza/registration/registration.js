import { Journey } from "../journey.js";
import { bill, kind } from "./bill.js";
import { code, notice } from "./confirmation.js";
import { credentials } from "./credentials.js";

/**
 * `<utenza-registration api="…" supplier="…">`: the manual's registration, from the bill to the notice.
 *
 * With `login` (an address) the notice's button leads there. Events: "utenza-registered" and "utenza-close", each with
 * the `user_id`; a page that cancels "utenza-close" goes on by itself.
 */
export class Registration extends Journey {
  static first = "kind";
  static screens = { kind, bill, credentials, code, notice };
}
