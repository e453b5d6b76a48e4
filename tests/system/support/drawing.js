// SPDX-License-Identifier: Apache-2.0
/* global uPlot */
// Runs on the page of drawing.mjs: draws a filled dashboard where gridPos has its panels.
const UNIT = 27, GAP = 6, COLUMNS = 24;
const INK = '#51606a', RULE = '#e6e3da';
const LINES = ['#0b5560', '#d1661f', '#3f51a3', '#8a6a00', '#7a1f5c', '#1c8a4a', '#a02318', '#51606a'];
const NAMED = { green: '#1c7a43', red: '#b3261e', orange: '#c4570c', text: '#1b2a33', transparent: 'transparent' };

const make = (tag, name, text = '') => Object.assign(document.createElement(tag), { className: name, textContent: text });

const digits = (n) => String(Number(n.toPrecision(3)));

function scaled(n, step, names) {
  let i = 0;
  for (; Math.abs(n) >= step && i + 1 < names.length; i++)
    n /= step;
  return `${digits(n)}${names[i]}`;
}

function amount(n, unit) {
  if (unit === 'bytes')
    return scaled(n, 1024, [' B', ' KiB', ' MiB', ' GiB', ' TiB']);
  if (unit === 's')
    return n !== 0 && Math.abs(n) < 1 ? `${digits(n * 1000)} ms` : `${digits(n)} s`;
  const suffix = unit === 'mps' ? ' msg/s' : unit.startsWith('suffix:') ? unit.slice(7) : '';
  return `${scaled(n, 1000, ['', ' K', ' M'])}${suffix}`;
}

const override = ({ overrides }, name, id) => overrides.find(({ matcher }) => matcher.options === name)?.properties.find((one) => one.id === id)?.value;

const stepAt = (thresholds, value) => thresholds.steps.filter((one) => one.value === null || value >= one.value).at(-1);

// Lines that warn: each threshold but the lowest.
function warn({ defaults: { thresholds, custom } }) {
  return (u) => {
    for (const { value } of custom?.thresholdsStyle ? thresholds.steps : []) {
      const y = Math.round(u.valToPos(value ?? -1, 'y', true));
      if (value === null || value > u.scales.y.max)
        continue;
      Object.assign(u.ctx, { strokeStyle: NAMED.red, lineWidth: devicePixelRatio });
      u.ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
      u.ctx.beginPath();
      u.ctx.moveTo(u.bbox.left, y);
      u.ctx.lineTo(u.bbox.left + u.bbox.width, y);
      u.ctx.stroke();
      u.ctx.setLineDash([]);
    }
  };
}

const clock = (seconds) => new Date(seconds * 1000).toISOString().slice(11, 19);

function drawLines(place, { series, fieldConfig }, { from, to }) {
  const { defaults } = fieldConfig;
  const look = series.map(({ name }, i) => NAMED[override(fieldConfig, name, 'color')?.fixedColor] ?? LINES[i % LINES.length]);
  const axis = { stroke: INK, font: "11px 'Noto Sans'", grid: { stroke: RULE, width: 1 }, ticks: { show: false } };
  const legend = make('div', 'legend');
  legend.append(...series.map(({ name }, i) => {
    const item = make('span', '');
    const key = make('i', '');
    key.style.background = look[i];
    item.append(key, name);
    return item;
  }));
  place.append(legend);
  const incrs = defaults.unit === 'bytes' ? Array.from({ length: 50 }, (_, i) => 2 ** i) : defaults.decimals === 0 ? [1, 2, 5, 10, 20, 50, 100] : undefined;
  const data = uPlot.join(series.map(({ points }) => [points.map(([at]) => at), points.map(([, value]) => (Number.isFinite(value) ? value : null))]));
  new uPlot({
    width: place.clientWidth - 20, height: place.clientHeight - 37 - legend.offsetHeight, legend: { show: false }, cursor: { show: false }, padding: [6, 22, 0, 0],
    scales: { x: { range: () => [from, to] }, y: { range: (u, least, most) => [0, most > 0 ? most * 1.1 : 1] } },
    axes: [{ ...axis, size: 26, gap: 9, space: 78, values: (u, list) => list.map(clock) },
      { ...axis, size: 62, gap: 4, space: 26, incrs, values: (u, list) => list.map((n) => amount(n, defaults.unit)) }],
    series: [{}, ...look.map((stroke) => ({ stroke, width: 1.6, points: { show: false } }))],
    hooks: { draw: [warn(fieldConfig)] },
  }, data, (u, ready) => { legend.before(u.root); ready(); });
}

function drawTiles(place, { numbers, fieldConfig, options }) {
  const { mappings, unit } = fieldConfig.defaults;
  const tiles = make('div', 'tiles');
  tiles.append(...numbers.map(({ name, value }) => {
    const said = mappings?.[0].options[value];
    const colour = NAMED[said?.color ?? stepAt(override(fieldConfig, name, 'thresholds') ?? fieldConfig.defaults.thresholds, value).color];
    const tile = make('div', 'tile', name);
    tile.append(make('b', '', said?.text ?? amount(value, unit)));
    tile.style.cssText = options.colorMode === 'background' ? `color: #fff; background: ${colour}` : `color: ${colour}`;
    return tile;
  }));
  place.append(tiles);
}

function drawTable(place, { heads, cells }) {
  const table = make('table', '');
  const line = (tag, texts) => {
    const row = make('tr', '');
    row.append(...texts.map((text) => make(tag, '', text)));
    return row;
  };
  table.append(line('th', heads), ...cells.map((one) => line('td', one)));
  place.append(table);
}

const draws = { timeseries: drawLines, stat: drawTiles, table: drawTable };

window.drawDashboard = async ({ span, panels }) => {
  await document.fonts.ready;
  const all = document.querySelector('.dashboard');
  const column = (all.clientWidth - GAP) / COLUMNS;
  all.style.height = `${Math.max(...panels.map(({ gridPos: { y, h } }) => y + h)) * UNIT + GAP}px`;
  for (const panel of panels) {
    const { gridPos: { x, y, w, h } } = panel;
    const place = make('section', panel.type === 'row' ? 'row' : 'panel', panel.type === 'row' ? panel.title : '');
    place.style.cssText = `left: ${x * column + GAP}px; top: ${y * UNIT + GAP}px; width: ${w * column - GAP}px; height: ${h * UNIT - GAP}px`;
    all.append(place);
    if (panel.type === 'row')
      continue;
    place.append(make('h2', '', panel.title));
    if ((panel.series ?? panel.numbers ?? panel.cells).length)
      draws[panel.type](place, panel, span);
    else
      place.append(make('p', 'none', 'no data'));
  }
  await new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(resolve)); });
  const titles = (wanted) => [...document.querySelectorAll('.panel')].filter(wanted).map((one) => one.querySelector('h2').textContent);
  return { empty: titles((one) => one.querySelector('.none')), cut: titles((one) => !one.querySelector('table') && (one.scrollHeight > one.clientHeight || one.scrollWidth > one.clientWidth)) };
};
