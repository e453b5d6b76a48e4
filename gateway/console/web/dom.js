// SPDX-License-Identifier: Apache-2.0
// Elements are made here and nowhere else, and text is always a text node: what a worker or a colleague wrote can never
// become markup. There is no innerHTML in the console.

const plain = (value) => value !== null && typeof value === 'object' && !Array.isArray(value) && !(value instanceof Node);

// These are states of a control, not words in the markup: an attribute would only set what they begin with.
const properties = new Set(['value', 'checked', 'selected', 'disabled', 'indeterminate', 'readOnly', 'hidden', 'open', 'required']);

function set(node, name, value) {
  if (value === undefined || value === null) {
    return;
  }
  if (typeof value === 'function' && name.startsWith('on')) {
    node.addEventListener(name.slice(2), value);
  } else if (name === 'data') {
    Object.assign(node.dataset, value);
  } else if (name === 'css') {
    // The style attribute is forbidden by the content security policy; its object model is not.
    Object.entries(value).forEach(([property, text]) => node.style.setProperty(property, text));
  } else if (name === 'class') {
    node.setAttribute('class', [value].flat(Infinity).filter(Boolean).join(' '));
  } else if (properties.has(name) && name in node) {
    node[name] = value;
  } else if (value !== false) {
    node.setAttribute(name, value === true ? '' : String(value));
  }
}

function build(node, attributes, children) {
  if (!plain(attributes)) {
    children = [attributes, ...children];
    attributes = {};
  }
  // The value of a select can be set only when its options are there.
  const { value, ...rest } = attributes;
  Object.entries(rest).forEach(([name, each]) => set(node, name, each));
  node.append(...nodes(children));
  set(node, 'value', value);
  return node;
}

// Children as nodes and strings: lists may be nested; null, undefined and booleans are nothing.
export function nodes(...children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && typeof child !== 'boolean')
    .map((child) => (child instanceof Node ? child : String(child)));
}

// h('a', { href: '/fees', class: ['quiet', on && 'on'], onclick: fn, lang: 'lo', data: { id } }, 'text', node, [more])
// The attributes may be left out: h('p', 'text').
export function h(tag, attributes, ...children) {
  return build(document.createElement(tag), attributes, children);
}

// The same for drawings.
export function svg(tag, attributes, ...children) {
  return build(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

// Puts other children in the place of those that are there.
export function put(node, ...children) {
  node.replaceChildren(...nodes(children));
  return node;
}

let last = 0;

// An id that no other element of this document has.
export function freshId(prefix = 'e') {
  last += 1;
  return `${prefix}-${last}`;
}

// Fetches a style sheet of a library once, for the pages that need it.
export function stylesheet(href) {
  if (!document.querySelector(`link[href="${href}"]`)) {
    document.head.append(h('link', { rel: 'stylesheet', href }));
  }
}
