import { FlowElement } from "../flow_element.js";
import { whenNeeded } from "../screen_parts.js";
import { noticeScreen } from "./completion.js";
import { codeScreen } from "./confirmation.js";
import { addressScreen, credentialsScreen } from "./credentials.js";
import { billScreen, kindScreen } from "./verification.js";

const loadReclaim = () => import("./reclaim.js"); // few customers need it

/**
 * `<utenza-registration api="…" supplier="…">`: the registration, from the data on the bill to the final notice.
 *
 * The attribute `login` is the address that the notice's button leads to. Events: "utenza-registered" and "utenza-close",
 * each with the `user_id`. A page that cancels "utenza-close" decides itself what comes next.
 */
export class Registration extends FlowElement {
  /** What the customer chose at step two, while the page is open: it is stored nowhere. */
  credentials = null;

  static first = "kind"; // docs/embedding.md promises the names of the screens
  static screens = {
    kind: kindScreen,
    bill: billScreen,
    credentials: credentialsScreen,
    address: addressScreen,
    code: codeScreen,
    notice: noticeScreen,
    reclaim: whenNeeded(loadReclaim, "reclaimScreen"),
    reclaim_code: whenNeeded(loadReclaim, "reclaimCodeScreen"),
  };
}
