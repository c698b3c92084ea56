import { Problem } from "../api.js";
import { VERBATIM } from "../common_fields.js";
import { textField } from "../fields.js";
import { form } from "../form.js";
import { h } from "../html.js";
import { screenLink } from "../screen_parts.js";
import { areaScreen } from "./area.js";

/** Where a screen that weighs belongs, and where the customer goes who does not give the password. */
const PLACE_OF = {
  own_user_id: "security", own_password: "security", own_question: "security", remove_supply: "supplies", export: "my_data",
  close_account: "my_data",
};

/** The password again, before the screen `asked_for`; or in the middle of it, before the call that was interrupted. */
export function reauthScreen(flow) {
  const { asked_for } = flow.store.read();
  const place = PLACE_OF[asked_for];
  if (!place) return "account";
  const texts = flow.texts.reserved.reauth;
  const { interrupted } = flow;
  const send = async ({ password }) => {
    await flow.session.reauthenticate(password);
    if (!interrupted) return () => flow.go(asked_for, { replace: true });
    try {
      return await interrupted();
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      return () => flow.go(asked_for, { replace: true, problem });
    }
  };
  const field = textField(flow, {
    name: "password", label: flow.texts.login.password, type: "password", autocomplete: "current-password", ...VERBATIM,
  });
  return areaScreen(
    flow,
    place,
    { title: texts.title },
    h("p", { class: "lead" }, texts.lead),
    form(flow, {
      fields: [field], submit: texts.submit, send, after: screenLink(flow, flow.texts.reserved.cancel, place),
    }),
  );
}
