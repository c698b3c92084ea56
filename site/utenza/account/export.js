/** Everything that is held about the customer (POST /account/export): a file, and the same as a page to print. */

import { format, h } from "../html.js";
import { descriptionList, headingTag, screenLink } from "../screen_parts.js";
import { areaScreen, day, moment } from "./area.js";

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;
const DAY = /^\d{4}-\d\d-\d\d$/;

export async function exportScreen(flow) {
  const texts = flow.texts.reserved.export;
  const data = await exported(flow);
  if (!data) return "export"; // the password was given too long ago: the customer is asked for it again
  const { exported_at, ...sections } = data;
  return areaScreen(
    flow,
    "my_data",
    { title: texts.title },
    h("p", { class: "lead" }, texts.lead),
    h("p", {}, `${texts.labels.exported_at}: ${moment(flow, exported_at)}`),
    h("div", { class: "actions" },
      h("a", { class: "primary", part: "button", href: file(data), download: texts.file }, texts.download),
      h("button", { type: "button", class: "secondary", onclick: () => window.print() }, texts.print)),
    Object.entries(sections).map(([name, value]) => [
      h(headingTag(flow, 2), {}, texts.sections[name] ?? name), section(flow, value),
    ]),
    h("p", { class: "back" }, screenLink(flow, texts.back, "my_data")),
  );
}

async function exported(flow) {
  try {
    return await flow.session.post("/account/export", { reauth_token: flow.session.reauthToken });
  } catch (problem) {
    if (!problem.code?.startsWith("reauth_token_")) throw problem;
    flow.session.forgetReauth();
    return null;
  }
}

function file(data) {
  return URL.createObjectURL(new Blob([JSON.stringify(data, null, 2)], { type: "application/json" }));
}

/** Return a part of the export in words: a list of entries, or one. */
function section(flow, value) {
  if (!Array.isArray(value)) return entry(flow, value);
  return value.length ? value.map((one) => h("div", { class: "entry" }, entry(flow, one))) : h("p", {}, flow.texts.reserved.export.none);
}

function entry(flow, values) {
  const { labels } = flow.texts.reserved.export;
  const filled = Object.entries(values).filter(([, value]) => value !== null && value !== "" && value?.length !== 0);
  return descriptionList(filled.map(([name, value]) => [labels[name] ?? name, inWords(flow, name, value)]));
}

function inWords(flow, name, value) {
  const { yes, no, values } = flow.texts.reserved.export;
  const { kinds } = flow.texts.reserved.activity;
  if (Array.isArray(value)) return value.map((one) => h("div", { class: "entry" }, entry(flow, one)));
  if (typeof value === "boolean") return value ? yes : no;
  if (TIME.test(value)) return moment(flow, value);
  if (DAY.test(value)) return day(flow, value);
  const words = name === "kind" && Object.hasOwn(kinds, value) ? format(kinds[value], { attempts: "" }) : values[value];
  return words ?? String(value);
}
