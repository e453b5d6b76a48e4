// SPDX-License-Identifier: Apache-2.0
// What was done and what came of it, to read and to copy. The copy is a transcript that `mekongline phone --offline --script`
// plays again and compares.
import { h, put } from '../dom.js';
import { button, empty, toast } from '../ui.js';
import { t } from '../words.js';
import { sizeOf } from './simulator_phone.js';
import { scriptOf } from './simulator_script.js';

const quoted = (mark, text) => text.split('\n').map((line) => `${mark} ${line}`).join('\n');

// One step in the words of a transcript.
function asScript({ act, text, to, wait_ms: wait, events }) {
  const lines = {
    dial: `dial ${text}`,
    answer: `answer ${text}`,
    hang_up: 'hangup',
    drop: 'drop',
    sms: `sms ${to} ${text}`,
    wait: `wait ${Math.round(wait / 60000)}m`,
  };
  let settled = false;
  const came = events.map((event) => {
    if (event.kind === 'screen') {
      return quoted('|', event.text) + (event.end ? '\nended' : '');
    }
    if (event.kind === 'sms') {
      const first = act === 'sms' && !settled ? '' : 'sms-arrived\n';
      settled = true;
      return first + quoted('<', event.text);
    }
    if (event.kind === 'silent') {
      return 'silent';
    }
    return event.kind === 'refused' ? `refused ${event.detail.split(':')[0]}` : `# a request for help: ${event.about} ${event.country}`;
  });
  return [lines[act], ...came].join('\n');
}

function told({ act, text, to, wait_ms: wait }) {
  return {
    dial: () => t('page.simulator.did-dial', { code: text }),
    answer: () => (text ? t('page.simulator.did-answer', { text }) : t('page.simulator.did-answer-nothing')),
    hang_up: () => t('page.simulator.did-hang-up'),
    drop: () => t('page.simulator.did-drop'),
    sms: () => t('page.simulator.did-sms', { number: to, text }),
    wait: () => t('page.simulator.did-wait', { minutes: t.number(Math.round(wait / 60000)) }),
  }[act]();
}

function cameOf(event, price) {
  if (event.kind === 'screen' || event.kind === 'sms') {
    const cost = event.kind === 'sms' && price() ? `, ${t('page.simulator.cost', { cost: t.number(Math.round(event.segments * price() * 100) / 100) })}` : '';
    return h('div', { class: 'simulator-came' },
      h('p', { class: 'simulator-text', lang: scriptOf(event.text) }, event.text),
      h('p', { class: 'soft small' }, event.kind === 'sms' ? `${t('page.simulator.from', { number: event.from })}. ` : '', sizeOf(event), cost,
        event.end && `. ${t('page.simulator.ended')}`));
  }
  const words = {
    silent: () => t('page.simulator.silent'),
    refused: () => t('page.simulator.refused', { detail: event.detail }),
    request: () => t('page.simulator.request', { about: event.about || t('page.simulator.nothing'), country: event.country || t('page.simulator.nothing') }),
  }[event.kind];
  return words && h('p', words());
}

// price(): of one SMS as it was typed in, or 0.
export function transcript(price) {
  let steps = [];
  let head = '';
  const list = h('ol', { class: 'simulator-steps', tabindex: '0', 'aria-label': t('page.simulator.transcript') });
  const none = empty(t('page.simulator.transcript-empty'), t('page.simulator.transcript-empty-how'));
  const sum = h('p', { class: 'soft' });
  const copy = button(t('page.simulator.copy'), { small: true, onclick: async () => {
    await navigator.clipboard.writeText(`${head}${steps.map(asScript).join('\n')}\n`);
    toast(t('page.simulator.copied'), { kind: 'good' });
  } });
  const node = h('div', { class: 'stack' }, none, list, sum, h('div', { class: 'row' }, copy));
  const count = () => {
    const events = steps.flatMap((step) => step.events);
    const screens = events.filter((event) => event.kind === 'screen').length;
    const parts = events.reduce((all, event) => all + (event.kind === 'sms' ? event.segments : 0), 0);
    none.hidden = steps.length > 0;
    copy.hidden = steps.length === 0;
    put(sum, steps.length > 0 && [t.count('page.simulator.sum-screens', screens), ', ', t.count('page.simulator.segments', parts),
      price() > 0 && `, ${t('page.simulator.cost', { cost: t.number(Math.round(parts * price() * 100) / 100) })}`]);
  };
  const line = (step) => h('li', h('p', { class: 'simulator-did' }, told(step)), step.events.map((event) => cameOf(event, price)));
  node.add = (step) => {
    steps.push(step);
    list.append(line(step));
    count();
    list.scrollTop = list.scrollHeight;
  };
  // text: the lines that a transcript begins with.
  node.begin = (text) => {
    steps = [];
    head = text;
    put(list);
    count();
  };
  node.redraw = () => {
    put(list, steps.map(line));
    count();
  };
  count();
  return node;
}
