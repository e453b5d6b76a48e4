// SPDX-License-Identifier: Apache-2.0
// The shipped dashboard, and what Prometheus says to it. There is no Grafana in Debian or on npm: this asks as Grafana would, as far
// as the dashboard needs it.
import { shipped } from './shipped.mjs';

const RATE = '8s'; // Grafana makes $__rate_interval longer than four scrapes

export const dashboard = JSON.parse(shipped('grafana/mekongline.json'));

const panels = dashboard.panels.filter(({ type }) => type !== 'row');

export const queries = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));

export const asked = (expr) => expr.replaceAll('$__rate_interval', RATE);

const nameOf = (legend, metric) => legend.replace(/\{\{(\w+)\}\}/g, (_, label) => metric[label] ?? '').trim();

async function series(prometheus, { expr, legendFormat }, span) {
  const found = await prometheus.range(asked(expr), span);
  return found.map(({ metric, values }) => ({ name: nameOf(legendFormat, metric), points: values.map(([at, text]) => [at, Number(text)]) }));
}

async function numbers(prometheus, { expr, legendFormat }) {
  const found = await prometheus.query(asked(expr));
  return found.map(({ metric, value: [, text] }) => ({ name: nameOf(legendFormat, metric), value: Number(text) }));
}

// The rows as Grafana's "organize" leaves them: labels and Value, if they are not hidden, in order, under their new names.
async function rows(prometheus, { expr }, { transformations: [{ options: { excludeByName, indexByName, renameByName } }] }) {
  const found = (await prometheus.query(asked(expr))).map(({ metric, value }) => ({ ...metric, Value: value[1] }));
  const labels = [...new Set(found.flatMap(Object.keys))].filter((label) => !excludeByName[label])
    .sort((one, other) => (indexByName[one] ?? 99) - (indexByName[other] ?? 99));
  return { heads: labels.map((label) => renameByName[label] ?? label), cells: found.map((one) => labels.map((label) => one[label] ?? '')) };
}

const fill = {
  timeseries: async (prometheus, panel, span) => ({ series: (await Promise.all(panel.targets.map((one) => series(prometheus, one, span)))).flat() }),
  stat: async (prometheus, panel) => ({ numbers: (await Promise.all(panel.targets.map((one) => numbers(prometheus, one)))).flat() }),
  table: (prometheus, panel) => rows(prometheus, panel.targets[0], panel),
};

// Each panel with what it shows: series, numbers, or heads and cells. `span`: { from, to, step } in seconds.
export async function fillDashboard(prometheus, span) {
  const filled = await Promise.all(panels.map(async (panel) => ({ ...panel, ...await fill[panel.type](prometheus, panel, span) })));
  return { span, panels: [...dashboard.panels.filter(({ type }) => type === 'row'), ...filled] };
}
