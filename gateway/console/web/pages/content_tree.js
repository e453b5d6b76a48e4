// SPDX-License-Identifier: Apache-2.0
// The menu as a tree, by the keys of the ARIA tree pattern: arrows open, close and move, Home and End jump, letters find.
// Texts that belong to no place in the menu stand in groups below it.
import { h, put } from '../dom.js';

const roles = ['text', 'title', 'label'];

// What the server tells, as lines: { key, id, name, lang, foreign, children, texts, node }.
// own: the language of the interface; whoever reads it finds the names in it.
export function linesOf(tree, t, own) {
  const named = (text, id) => ({ name: (tree.language === own && text?.in) || text?.en || (text?.begins && `${text.begins} …`) || id, lang: tree.language === own && text?.in ? own : 'en', foreign: text?.in });
  const texts = new Map(tree.texts.map((text) => [text.id, text]));
  const nodes = new Map(tree.nodes.map((node) => [node.id, node]));
  const used = new Set();
  const mine = (id) => roles.map((role) => texts.get(`${id}.${role}`)).filter(Boolean);
  const nameOf = (id) => texts.get(`${id}.label`) ?? texts.get(`${id}.title`);

  function line(id, above) {
    const node = nodes.get(id);
    if (!node || above.includes(id)) {
      return null;
    }
    used.add(id);
    const name = nameOf(id);
    return { key: `node:${[...above, id].join('/')}`, id, node, ...named(name, id), texts: mine(id),
      children: node.children.map((child) => line(child, [...above, id])).filter(Boolean) };
  }

  const menu = line(tree.start, []);
  const rest = tree.nodes.filter((node) => !used.has(node.id)).map((node) => line(node.id, [])).filter(Boolean);
  const placed = new Set(tree.nodes.flatMap((node) => mine(node.id)).map((text) => text.id));
  const groups = new Map();
  for (const text of tree.texts.filter((each) => !placed.has(each.id))) {
    const file = text.file.split('/').pop().replace('.json', '');
    groups.set(file, [...(groups.get(file) ?? []), { key: `text:${text.id}`, id: text.id, ...named(text, text.id), texts: [text], children: [] }]);
  }
  const group = (key, name, children) => ({ key: `group:${key}`, name, texts: [], children, group: true });
  return [
    ...(menu ? [menu] : []),
    ...(rest.length ? [group('rest', t('page.content.other-pages'), rest)] : []),
    ...[...groups].map(([file, children]) => group(file, t.has(`page.content.group-${file}`) ? t(`page.content.group-${file}`) : file, children)),
  ];
}

export const filters = ['all', 'changed', 'unsaved', 'todo', 'overdue'];

// Does a text belong to what a filter shows?
export function isShown(filter, text, unsaved) {
  return {
    all: () => true,
    changed: () => text.changed || text.in_changed,
    unsaved: () => unsaved.has(text.id),
    todo: () => text.status === 'missing' || text.status === 'stale',
    overdue: () => text.overdue,
  }[filter]();
}

// The marks behind a name; each is a word, and the sign is for the eye.
function marksOf(line, t, unsaved) {
  const some = (check) => line.texts.some(check);
  return [
    some((text) => unsaved.has(text.id)) && ['unsaved', '✎', t('page.content.mark-unsaved')],
    some((text) => text.overdue) && ['overdue', '!', t('page.content.mark-overdue')],
    some((text) => text.status === 'missing') && ['missing', '–', t('page.content.mark-missing')],
    some((text) => text.status === 'stale') && ['stale', '≠', t('page.content.mark-stale')],
    some((text) => text.changed || text.in_changed) && ['changed', '•', t('page.content.mark-changed')],
  ].filter(Boolean);
}

// options: { lines, t, label, current, unsaved, onchoose(line) }; the node has update({ lines, keep(line), unsaved, language }) and choose(key).
export function treeView({ t, label, onchoose }) {
  const node = h('ul', { role: 'tree', 'aria-label': label, class: 'content-tree' });
  const state = { lines: [], open: new Set(), current: null, focus: null, keep: () => true, narrowed: false, unsaved: new Set(), language: '' };
  const rows = new Map();

  // A line is shown if it, or something below it, passes the filter.
  const passes = (line) => line.children.some(passes) || (!line.group && state.keep(line));
  const isOpen = (line) => state.narrowed || state.open.has(line.key);

  function visible(lines = state.lines, above = null, level = 1) {
    const shown = lines.filter(passes);
    return shown.flatMap((line, at) => [{ line, above, level, at: at + 1, all: shown.length },
      ...(line.children.length && isOpen(line) ? visible(line.children, line, level + 1) : [])]);
  }

  // All lines are siblings, each with its level: so a line's name is its own text, and not that of all below it.
  function item({ line, level, at, all }) {
    const below = line.children.filter(passes);
    const open = below.length > 0 && isOpen(line);
    const marks = marksOf(line, t, state.unsaved);
    const own = h('li', { role: 'treeitem', 'aria-level': level, 'aria-posinset': at, 'aria-setsize': all, 'aria-selected': line.key === state.current ? 'true' : 'false',
      'aria-expanded': below.length ? String(open) : null, tabindex: line.key === state.focus ? '0' : '-1', data: { key: line.key },
      class: ['content-row', line.key === state.current && 'content-row-current'], css: { '--level': level - 1 } },
    h('span', { class: 'content-twist', 'aria-hidden': 'true' }, below.length ? (open ? '▾' : '▸') : ''),
    h('span', { class: 'content-name', lang: line.lang }, line.name),
    marks.map(([kind, sign, word]) => h('span', { class: ['content-mark', `content-mark-${kind}`], title: word }, h('span', { 'aria-hidden': 'true' }, sign), h('span', { class: 'unseen' }, `, ${word}`))));
    rows.set(line.key, own);
    return own;
  }

  function draw(focusIt = false) {
    const list = visible();
    if (!list.some(({ line }) => line.key === state.focus)) {
      state.focus = list.find(({ line }) => line.key === state.current)?.line.key ?? list[0]?.line.key ?? null;
    }
    rows.clear();
    put(node, list.map(item));
    if (!list.length) {
      put(node, h('li', { role: 'treeitem', class: 'content-none', tabindex: '0' }, t('page.content.none')));
    }
    if (focusIt) {
      rows.get(state.focus)?.focus();
    }
  }

  function toggle(line, open) {
    state.open[open ? 'add' : 'delete'](line.key);
    draw(true);
  }

  function go(line) {
    state.focus = line.key;
    rows.forEach((each, key) => {
      each.tabIndex = key === line.key ? 0 : -1;
    });
    rows.get(line.key)?.focus();
  }

  function choose(line, quiet) {
    state.focus = line.key;
    if (line.texts.length || line.node) {
      state.current = line.key;
      draw(!quiet);
      if (!quiet) {
        onchoose(line);
      }
    } else {
      toggle(line, !isOpen(line));
    }
  }

  function find(letters, list, at) {
    const after = [...list.slice(at + 1), ...list.slice(0, at + 1)];
    const hit = after.find(({ line }) => line.name.toLowerCase().startsWith(letters));
    return hit?.line;
  }

  let typed = '';
  let forget = null;
  function letter(key, list, at) {
    clearTimeout(forget);
    forget = setTimeout(() => {
      typed = '';
    }, 700);
    typed += key.toLowerCase();
    const hit = find(typed, list, typed.length > 1 ? at - 1 : at);
    if (hit) {
      go(hit);
    }
  }

  node.addEventListener('keydown', (event) => {
    const list = visible();
    const at = list.findIndex(({ line }) => line.key === state.focus);
    if (at < 0 || event.altKey || event.ctrlKey || event.metaKey) {
      return;
    }
    const { line, above } = list[at];
    const moves = {
      ArrowDown: () => list[at + 1] && go(list[at + 1].line),
      ArrowUp: () => list[at - 1] && go(list[at - 1].line),
      Home: () => go(list[0].line),
      End: () => go(list[list.length - 1].line),
      ArrowRight: () => line.children.some(passes) && (isOpen(line) ? go(list[at + 1].line) : toggle(line, true)),
      ArrowLeft: () => (line.children.some(passes) && isOpen(line) && !state.narrowed ? toggle(line, false) : above && go(above)),
      Enter: () => choose(line),
      ' ': () => choose(line),
      '*': () => {
        (above ? above.children : state.lines).filter((each) => each.children.length).forEach((each) => state.open.add(each.key));
        draw(true);
      },
    };
    if (moves[event.key]) {
      event.preventDefault();
      moves[event.key]();
    } else if (event.key.length === 1) {
      letter(event.key, list, at);
    }
  });

  node.addEventListener('click', (event) => {
    const key = event.target.closest('[role="treeitem"]')?.dataset.key;
    const found = visible().find(({ line }) => line.key === key);
    if (!found) {
      return;
    }
    if (event.target.closest('.content-twist') && found.line.children.length) {
      state.focus = key;
      toggle(found.line, !isOpen(found.line));
    } else {
      choose(found.line);
      if (found.line.children.length && !isOpen(found.line)) {
        toggle(found.line, true);
      }
    }
  });

  const all = (lines) => lines.flatMap((line) => [line, ...all(line.children)]);

  function openTo(key, lines = state.lines) {
    return lines.some((line) => {
      const holds = line.key === key || openTo(key, line.children);
      if (holds && line.key !== key) {
        state.open.add(line.key);
      }
      return holds;
    });
  }

  node.update = (next) => {
    const first = !state.lines.length;
    Object.assign(state, next);
    if (first && state.lines[0]) {
      state.open.add(state.lines[0].key);
    }
    draw();
  };
  // The line of a text, a node or a key; the tree opens to it.
  node.show = (wanted) => {
    const list = all(state.lines);
    const line = list.find((each) => each.key === wanted) ?? list.find((each) => !each.group && each.id === wanted)
      ?? list.find((each) => each.texts.some((text) => text.id === wanted));
    if (line) {
      openTo(line.key);
      choose(line, true);
      rows.get(line.key)?.scrollIntoView({ block: 'nearest' });
    }
    return line;
  };
  node.count = () => all(state.lines).filter((line) => !line.group && state.keep(line)).length;
  return node;
}
