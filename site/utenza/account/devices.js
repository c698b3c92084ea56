import { form } from "../form.js";
import { format, h } from "../html.js";
import { day, moment, placeScreen } from "./area.js";

/** Where the customer is logged in: each other session can be ended, or all of them. */
export async function devicesScreen(flow) {
  const { sessions } = await flow.session.get("/account/sessions");
  const texts = flow.texts.reserved.devices;
  const [current, others] = [true, false].map((wanted) => sessions.filter((session) => session.current === wanted));
  return placeScreen(flow, "devices",
    h("p", { class: "lead" }, texts.lead),
    h("ul", { class: "supplies" }, [...current, ...others].map((session, place) => entry(flow, session, place))),
    others.length > 1 && h("div", { class: "all" }, ending(flow, { others: true }, texts.end_others, texts.others_ended)),
    h("p", { class: "hint after" }, texts.unknown),
  );
}

function entry(flow, { session, current, device, created_at, seen_on }, place) {
  const texts = flow.texts.reserved.devices;
  return h("li", {},
    current && h("span", { class: "badge active" }, texts.current),
    h("strong", { id: `device-${place}` }, device || texts.no_name),
    h("span", {}, format(texts.since, { time: moment(flow, created_at) })),
    !current && h("span", {}, format(texts.seen, { day: day(flow, seen_on) })),
    !current && ending(flow, { session }, texts.end, texts.ended));
}

/** Return a form of one button that ends sessions; it shows what went wrong as any form does. */
function ending(flow, body, submit, notice) {
  const send = async () => {
    await flow.session.post("/account/sessions/end", body);
    return () => flow.go("devices", { replace: true, notice });
  };
  return form(flow, { fields: [], submit, send, look: "secondary" });
}
