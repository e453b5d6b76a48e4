// SPDX-License-Identifier: Apache-2.0
// The drawing of volumes over time, by uPlot, which is fetched for it. Who does not see it has the same figures in the table.
import { h, put, stylesheet, svg } from '../dom.js';
import { nameNode, nameOf, shown, size } from './volumes_names.js';

const height = 260;
const drawn = 8; // lines at most; the table has all

// A colour never says anything alone: each line has its own pattern too.
const looks = [
  { stroke: '#0b5560', dash: [] }, { stroke: '#b4541a', dash: [8, 4] }, { stroke: '#3f51a3', dash: [2, 3] }, { stroke: '#7a1f5c', dash: [12, 3, 2, 3] },
  { stroke: '#1c6238', dash: [5, 2] }, { stroke: '#51606a', dash: [2, 6] }, { stroke: '#8a6a00', dash: [14, 6] }, { stroke: '#a02318', dash: [4, 4, 1, 4] },
];

const secondsOf = (text, zone) => Date.parse(`${text.length > 10 ? text : `${text}T00:00`}:00Z`) / 1000 - zone * 3600;

// The zone by the name that browsers know it by; its sign is turned round there.
const zoneName = (zone) => (Number(zone) === 0 ? 'Etc/UTC' : `Etc/GMT${zone > 0 ? '-' : '+'}${Math.abs(zone)}`);

// The moments of the question from its first to its last, so that a time without counts is a gap in the drawing too.
function momentsOf(choice, answer) {
  const step = choice.step === 'hour' ? 3600 : 86400;
  const first = secondsOf(answer.from, choice.zone);
  const end = Math.min(secondsOf(answer.until, choice.zone), Date.now() / 1000);
  return Array.from({ length: Math.max(1, Math.ceil((end - first) / step)) }, (_, i) => first + i * step);
}

// [{ name, counts: as they are shown }], the largest first.
function seriesOf(t, choice, answer, moments) {
  const at = new Map(moments.map((moment, i) => [moment, i]));
  const all = new Map();
  for (const line of answer.rows) {
    const value = choice.split ? line[choice.split] : '';
    const i = at.get(secondsOf(line[choice.step], choice.zone));
    if (!all.has(value)) {
      all.set(value, { value, name: choice.split ? nameOf(t, choice.split, value) : t(`page.volumes.${choice.measure}`), counts: moments.map(() => 0), sum: 0 });
    }
    if (i !== undefined) {
      const one = all.get(value);
      one.counts[i] = line[choice.measure];
      one.sum += size(line[choice.measure]);
    }
  }
  return [...all.values()].sort((one, other) => other.sum - one.sum).slice(0, drawn);
}

function axisLabels(t, timeZone) {
  const hour = (moment) => t.time(moment, { timeZone });
  return (u, moments, axis, space, step) => moments.map((seconds) => {
    const moment = seconds * 1000;
    const midnight = hour(moment) === '00:00';
    return step >= 86400 || midnight ? t.day(moment, { year: undefined, timeZone }) : hour(moment);
  });
}

function optionsOf(uPlot, { t, choice, series, timeZone, width, read }) {
  const ink = '#51606a';
  const font = `12px ${getComputedStyle(document.body).fontFamily}`;
  const axis = { stroke: ink, font, grid: { stroke: '#dedbd1', width: 1 }, ticks: { stroke: '#dedbd1', width: 1 } };
  const bars = uPlot.paths.bars({ size: [0.7, 48], align: 1 });
  return {
    width, height,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), timeZone),
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { show: choice.split !== '' } },
    scales: { y: { range: (u, least, most) => [0, Math.max(5, most * 1.08)] },
      x: { range: (u, least, most) => [least, choice.split ? most : most + (choice.step === 'hour' ? 3600 : 86400)] } },
    axes: [{ ...axis, space: 72, values: axisLabels(t, timeZone) }, { ...axis, size: 56, values: (u, list) => list.map((n) => (Number.isInteger(n) ? t.number(n) : '')) }],
    series: [{}, ...series.map((one, i) => ({ label: one.name, stroke: looks[i].stroke, width: 2, dash: looks[i].dash, points: { show: choice.split !== '' && one.counts.length === 1 },
      ...(choice.split ? {} : { fill: '#0b5560', width: 0, paths: bars, points: { show: false } }) }))],
    hooks: { setCursor: [(u) => read(u.cursor.idx)] },
  };
}

// Names of the lines, each with its pattern, and the figures under the pointer.
function legend(ctx, choice, series) {
  return h('ul', { class: 'volumes-legend' }, series.map((one, i) => h('li', choice.split && h('span', { class: 'volumes-line', 'aria-hidden': 'true' }, sample(looks[i])),
    choice.split ? nameNode(ctx.t, choice.split, one.value) : one.name, ' ', h('span', { class: 'volumes-read', 'aria-hidden': 'true' }))));
}

const sample = ({ stroke, dash }) => svg('svg', { width: 28, height: 8, viewBox: '0 0 28 8' },
  svg('path', { d: 'M0 4H28', stroke, 'stroke-width': 2.5, 'stroke-dasharray': dash.join(' '), fill: 'none' }));

// The largest figure in words, for who does not see the drawing.
function summary(t, choice, series, moments, timeZone) {
  const best = series.reduce((found, one) => one.counts.reduce((most, count, i) => (size(count) > size(most.count) ? { count, i, one } : most), found),
    { count: 0, i: 0, one: series[0] });
  const when = choice.step === 'hour' ? t.moment : t.day;
  return t('page.volumes.chart', { measure: t(`page.volumes.${choice.measure}`), lines: series.map(({ name }) => name).join(', '),
    most: shown(t, best.count), when: when(moments[best.i] * 1000, { timeZone }) });
}

export async function chart(ctx, choice, answer) {
  const { t, signal } = ctx;
  stylesheet('/vendor/uplot.css');
  const { default: uPlot } = await import('/vendor/uplot.js');
  const timeZone = zoneName(choice.zone);
  const moments = momentsOf(choice, answer);
  const series = seriesOf(t, choice, answer, moments);
  const names = legend(ctx, choice, series);
  const time = h('p', { class: 'volumes-when', 'aria-hidden': 'true' });
  const when = choice.step === 'hour' ? t.moment : t.day;
  const read = (i) => {
    put(time, i === null || i === undefined ? '\u00a0' : when(moments[i] * 1000, { timeZone }));
    names.querySelectorAll('.volumes-read').forEach((node, n) => {
      const count = series[n].counts[i];
      put(node, count === undefined ? '' : shown(t, count));
    });
  };
  const place = h('div', { class: 'volumes-canvas', role: 'img', 'aria-label': summary(t, choice, series, moments, timeZone) });
  const figure = h('figure', { class: 'volumes-chart' }, place, h('figcaption', time, names, h('p', { class: 'hint' }, t('page.volumes.small'))));
  let drawing = null;
  const observer = new ResizeObserver(() => {
    const width = place.clientWidth;
    if (width > 0 && !drawing) {
      drawing = new uPlot(optionsOf(uPlot, { t, choice, series, timeZone, width, read }), [moments, ...series.map((one) => one.counts.map(size))], place);
    } else if (width > 0 && drawing.width !== width) {
      drawing.setSize({ width, height });
    }
  });
  observer.observe(place);
  figure.end = () => {
    observer.disconnect();
    drawing?.destroy();
  };
  signal.addEventListener('abort', figure.end);
  read(null);
  return figure;
}
