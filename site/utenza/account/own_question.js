import { questionField, securityAnswerField } from "../common_fields.js";
import { h } from "../html.js";
import { areaScreen, done, weightyForm } from "./area.js";

/** Another security question and its answer. */
export function questionScreen(flow) {
  const { credentials: fields, reserved } = flow.texts;
  const texts = reserved.own_question;
  const call = async (values) => {
    await flow.session.post("/account/question", values);
    return done(flow, "security", texts.done);
  };
  return areaScreen(
    flow,
    "security",
    { title: texts.title },
    h("p", { class: "lead" }, texts.lead),
    weightyForm(flow, {
      fields: [
        questionField(flow, { draft: "page" }),
        securityAnswerField(flow, { label: fields.answer, hint: fields.answer_hint }),
        securityAnswerField(flow, { name: "answer_repeat", label: fields.answer_repeat }),
      ],
      submit: fields.submit,
      call,
      cancel: "security",
    }),
  );
}
