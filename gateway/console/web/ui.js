// SPDX-License-Identifier: Apache-2.0
// The pieces that pages are made of; README.md lists them. A page imports from here alone.
export { page, section, card, row, facts, notice, empty, loading, failed, lazy, status, link, foreign, bar, more } from './ui/layout.js';
export { button, field, choice, form, values, showError, clearErrors, search } from './ui/form.js';
export { table } from './ui/table.js';
export { tabs } from './ui/tabs.js';
export { dialog, confirm } from './ui/dialog.js';
export { toast, say, alarm } from './ui/talk.js';
export { phone } from './phone.js';
