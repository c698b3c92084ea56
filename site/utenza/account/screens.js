/** The screens of the reserved area by name. Most are loaded when they are shown; docs/embedding.md promises the names. */

import { whenNeeded } from "../screen_parts.js";
import { overviewScreen } from "./overview.js";

const SCREENS = {
  account: overviewScreen,
  documents: whenNeeded(() => import("./documents.js"), "documentsScreen"),
  supplies: whenNeeded(() => import("./supplies.js"), "suppliesScreen"),
  add_supply: whenNeeded(() => import("./add_supply.js"), "kindScreen"),
  supply_bill: whenNeeded(() => import("./add_supply.js"), "billScreen"),
  supply_code: whenNeeded(() => import("./add_supply.js"), "codeScreen"),
  security: whenNeeded(() => import("./security.js"), "securityScreen"),
  own_user_id_code: whenNeeded(() => import("./own_user_id.js"), "userIdCodeScreen"),
  devices: whenNeeded(() => import("./devices.js"), "devicesScreen"),
  activity: whenNeeded(() => import("./activity.js"), "activityScreen"),
  my_data: whenNeeded(() => import("./my_data.js"), "myDataScreen"),
  reauth: whenNeeded(() => import("./reauth.js"), "reauthScreen"),
};

/** What weighs: the customer gives the password again first. */
const WEIGHTY = {
  own_user_id: whenNeeded(() => import("./own_user_id.js"), "userIdScreen"),
  own_password: whenNeeded(() => import("./own_password.js"), "passwordScreen"),
  own_question: whenNeeded(() => import("./own_question.js"), "questionScreen"),
  remove_supply: whenNeeded(() => import("./remove_supply.js"), "removeSupplyScreen"),
  export: whenNeeded(() => import("./export.js"), "exportScreen"),
  close_account: whenNeeded(() => import("./close_account.js"), "closeScreen"),
};

export const AREA_SCREENS = Object.fromEntries([
  ...Object.entries(SCREENS).map(([name, show]) => [name, behindLogin(show)]),
  ...Object.entries(WEIGHTY).map(([name, show]) => [name, behindLogin(behindPassword(name, show))]),
]);

function behindLogin(show) {
  return (flow) => {
    if (!flow.session.isOpen) return flow.constructor.loggedOut;
    return flow.showsArea() ? show(flow) : "page_area";
  };
}

function behindPassword(name, show) {
  return (flow) => {
    flow.interrupted = null;
    flow.store.update({ asked_for: name });
    return flow.session.reauthToken ? show(flow) : "reauth";
  };
}
