import { form } from "../form.js";
import { format, h } from "../html.js";
import { moment, placeScreen } from "./area.js";

/** What has happened in the account, the latest first; a button adds what was before. */
export async function activityScreen(flow) {
  const texts = flow.texts.reserved.activity;
  const list = h("ol", { class: "supplies events" });
  const rest = h("div");
  const add = ({ events, next }) => {
    const items = events.map((event) => entry(flow, event));
    list.append(...items);
    rest.replaceChildren(...(next ? [more(flow, next, add)] : []));
    return items[0];
  };
  add(await flow.session.get("/account/activity"));
  return placeScreen(flow, "activity",
    h("p", { class: "lead" }, texts.lead),
    list.childElementCount ? list : h("p", {}, texts.none),
    rest,
    h("p", { class: "hint after" }, texts.not_you),
  );
}

function entry(flow, { at, kind, device, network, attempts }) {
  const texts = flow.texts.reserved.activity;
  const text = Object.hasOwn(texts.kinds, kind) ? texts.kinds[kind] : texts.other;
  return h("li", { tabindex: "-1" },
    h("strong", {}, format(text, { attempts: attempts ?? "" })),
    h("time", { datetime: at }, moment(flow, at)),
    device && h("span", {}, device),
    network && h("span", { class: "hint" }, format(texts.network, { network })));
}

/** Return the button that adds what was before, and moves the focus to it. */
function more(flow, before, add) {
  const send = async () => {
    const page = await flow.session.get(`/account/activity?before=${encodeURIComponent(before)}`);
    return () => add(page)?.focus();
  };
  return form(flow, { fields: [], submit: flow.texts.reserved.activity.more, send, look: "secondary" });
}
