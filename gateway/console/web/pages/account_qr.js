// SPDX-License-Identifier: Apache-2.0
// A QR code as a drawing. Only the account page fetches the library.
import qrcode from '/vendor/qrcode.js';
import { svg } from '../dom.js';

const border = 4;

export function qrCode(text, label) {
  const code = qrcode(0, 'M');
  code.addData(text);
  code.make();
  const count = code.getModuleCount();
  const cells = Array.from({ length: count * count }, (_, at) => [Math.floor(at / count), at % count])
    .filter(([line, column]) => code.isDark(line, column))
    .map(([line, column]) => `M${column + border} ${line + border}h1v1h-1z`);
  const size = count + 2 * border;
  return svg('svg', { class: 'account-qr', viewBox: `0 0 ${size} ${size}`, role: 'img', 'aria-label': label, 'shape-rendering': 'crispEdges' },
    svg('rect', { width: size, height: size, fill: '#fff' }), svg('path', { d: cells.join(''), fill: '#000' }));
}
