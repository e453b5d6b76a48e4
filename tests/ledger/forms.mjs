// SPDX-License-Identifier: Apache-2.0
// The screens of a request and of the question how it stands, learnt on the calm system.
import { requestOf } from './codes.mjs';

async function learnRequest(talk, kind, begin) {
  const step = (text) => talk.step(kind, text);
  const forms = {};
  forms.kind = await step(begin);
  forms.where = await step('2');
  forms.contact = await step('1');
  forms.anonymous = await step('3');
  await step('0');
  forms.safe = await step('1');
  forms.consent = await step('1');
  forms.cancelled = await step(kind === 'sms' ? '2' : '3');
  talk.hangup(kind);
  return forms;
}

// { ussd, sms, status }, each a screen by name.
export async function learnForms(newTalk) {
  const talk = await newTalk();
  const ussd = await learnRequest(talk, 'ussd', '*1234*92#'), sms = await learnRequest(talk, 'sms', 'CALL ME');
  const status = { case: await talk.step('ussd', '*1234*93#'), pin: await talk.step('ussd', requestOf('nobody', '0').case) };
  talk.hangup('ussd');
  return { ussd, sms, status };
}
