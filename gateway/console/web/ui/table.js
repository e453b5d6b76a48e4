// SPDX-License-Identifier: Apache-2.0
// A table. On a narrow screen each line becomes a block in which every value stands below its column's name.
// The roles are said once more because a table that is drawn as blocks is none to a screen reader otherwise.
import { h } from '../dom.js';

// A table wider than its place scrolls by itself, so the keys must be able to reach it.
function watchWidth(frame, caption) {
  new ResizeObserver(() => {
    const wide = frame.scrollWidth > frame.clientWidth;
    ['tabindex', 'role', 'aria-label'].forEach((name, at) => (wide ? frame.setAttribute(name, ['0', 'region', caption][at]) : frame.removeAttribute(name)));
  }).observe(frame);
  return frame;
}

// columns: [{ label, cell(row) -> node or text, number: right-aligned, head: names the line, narrow: as narrow as it may be }].
// caption is always said to screen readers; hideCaption leaves it out of sight. empty: shown instead of a table without lines.
export function table({ caption, hideCaption = true, columns, rows, empty, lineClass }) {
  if (!rows.length && empty) {
    return empty;
  }
  const classes = (column) => [column.number && 'number', column.narrow && 'narrow'];
  return watchWidth(h('div', { class: 'table-frame' },
    h('table', { role: 'table' },
      h('caption', { class: hideCaption && 'unseen' }, caption),
      h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, columns.map((column) => h('th', { scope: 'col', role: 'columnheader', class: classes(column) },
        column.hideLabel ? h('span', { class: 'unseen' }, column.label) : column.label)))),
      h('tbody', { role: 'rowgroup' }, rows.map((row) => h('tr', { role: 'row', class: lineClass?.(row) }, columns.map((column) =>
        h(column.head ? 'th' : 'td', { scope: column.head ? 'row' : null, role: column.head ? 'rowheader' : 'cell', class: classes(column), data: { label: column.hideLabel ? '' : column.label } },
          column.cell(row)))))))), caption);
}
