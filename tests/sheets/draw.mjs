// SPDX-License-Identifier: Apache-2.0
// Draws what sheets_walk prints as small phone screens, one PNG a language, or a few if it gets too tall.
// Usage: node draw.mjs [--sms] WALK CONTENT_DIR OUT_DIR [LANGUAGE...]
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { chromium } from 'playwright-core'

const WIDTH = 1840
const TALLEST = 8000 // px of one PNG
const NEAR = 2 // units, septets or messages short of the limit

const fonts = {
  lo: 'Noto Sans Lao',
  th: 'Noto Sans Thai',
  km: 'Noto Sans Khmer',
  my: 'Noto Sans Myanmar',
  zh: 'Noto Sans CJK SC',
  vi: 'Noto Sans',
  en: 'Noto Sans'
}

const style = `
  body { margin: 12px; background: #fff; color: #111; font: 11px 'Noto Sans' }
  h1 { margin: 0 0 10px; font-size: 18px }
  main { display: grid; grid-template-columns: repeat(auto-fill, minmax(172px, 1fr)); gap: 10px }
  body.sms main { grid-template-columns: repeat(auto-fill, minmax(240px, 1fr)) }
  .card { break-inside: avoid }
  .head { color: #555; overflow-wrap: anywhere }
  .head b { color: #111 }
  .phone { border: 2px solid #7a8; border-radius: 6px; padding: 5px 7px; background: #f1f6ee; font-size: 15px;
           line-height: 1.45; white-space: pre-wrap; overflow-wrap: anywhere }
  .near .phone { border-color: #d22 }
  .fallback .phone { background: #bbb; border-color: #888 }
  .part + .part { border-top: 1px dashed #c60; margin-top: 3px; padding-top: 3px }
`

const escape = (s) => s.replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c])

function family(lang) {
  const own = fonts[lang] ?? 'Noto Sans'
  const names = [own, ...Object.values(fonts).filter((name) => name !== own)]
  return names.map((name) => `'${name}'`).join(', ')
}

// What the screen takes, and whether that is nearly all there is.
function size(screen) {
  const used = screen.parts?.length ?? (screen.coding === 'gsm7' ? screen.septets : screen.units)
  const what = screen.parts ? 'SMS' : screen.coding === 'gsm7' ? 'septets' : 'units'
  return { text: `${used} of ${screen.limit} ${what}`, near: used > screen.limit - (screen.parts ? 1 : NEAR) }
}

function card(screen) {
  const { text, near } = size(screen)
  const form = screen.form.length > 0 ? ` [${screen.form.map((n) => n % 1000).join(' ')}]` : ''
  const parts = (screen.parts ?? [screen.text]).map((part) => `<div class="part">${escape(part)}</div>`)
  const classes = ['card', near && 'near', screen.fallback && 'fallback'].filter(Boolean)
  return `<div class="${classes.join(' ')}"><div class="head"><b>${escape(screen.node)}</b>${form} ${screen.page}<br>${text}</div><div class="phone">${parts.join('')}</div></div>`
}

function document(lang, screens, sms) {
  const fallbacks = screens.filter((screen) => screen.fallback).length
  const title = `${lang}: ${screens.length} ${sms ? 'messages' : 'screens'}, ${fallbacks} with English for want of a translation`
  return `<!doctype html><html lang="${lang}"><meta charset="utf-8"><style>${style}
    .phone { font-family: ${family(lang)} }</style>
    <body class="${sms ? 'sms' : ''}"><h1>${title}</h1><main>${screens.map(card).join('')}</main></body></html>`
}

// Index of the first card of each PNG, so that none is taller than TALLEST.
function breaks(tops, bottoms) {
  const firsts = [0]
  for (let i = 1; i < tops.length; i++) {
    const row = tops.lastIndexOf(tops[i]) // rows are drawn whole
    const bottom = Math.max(...bottoms.slice(i, row + 1))
    if (tops[i] !== tops[i - 1] && bottom - tops[firsts.at(-1)] > TALLEST - 100) firsts.push(i)
  }
  return firsts
}

async function draw(page, lang, screens, { out, sms }) {
  await page.setContent(document(lang, screens, sms))
  const boxes = await page.$$eval('.card', (cards) => cards.map((c) => c.getBoundingClientRect()).map((r) => [r.top, r.bottom]))
  const firsts = breaks(boxes.map((box) => box[0]), boxes.map((box) => box[1]))
  for (const [i, first] of firsts.entries()) {
    const end = firsts[i + 1] ?? screens.length
    const path = join(out, `${lang}${sms ? '-sms' : ''}-${i + 1}.png`)
    await page.$$eval('.card', (cards, range) => {
      cards.forEach((c, k) => { c.hidden = k < range[0] || k >= range[1] })
    }, [first, end])
    await page.screenshot({ path, fullPage: true })
    console.log(`${path}: ${end - first} screens`)
  }
}

function walk(program, args) {
  const { status, stdout } = spawnSync(program, args, {
    encoding: 'utf8', maxBuffer: 1 << 30, stdio: ['ignore', 'pipe', 'inherit']
  })
  if (status !== 0) {
    console.error(`${program} has no screens to draw; its reasons are above. Mend the content, then run this again.`)
    process.exit(1)
  }
  const lines = stdout.split('\n').filter(Boolean)
  const byLanguage = new Map()
  for (const screen of lines.map((line) => JSON.parse(line))) {
    if (!byLanguage.has(screen.lang)) byLanguage.set(screen.lang, [])
    byLanguage.get(screen.lang).push(screen)
  }
  return byLanguage
}

const sms = process.argv[2] === '--sms'
const [program, content, out, ...languages] = process.argv.slice(sms ? 3 : 2)
const screens = walk(program, [content, ...(sms ? ['--sms'] : []), ...languages])
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  headless: true,
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run']
})
try {
  const page = await browser.newPage({ viewport: { width: WIDTH, height: 1000 } })
  for (const [lang, list] of screens) await draw(page, lang, list, { out, sms })
} finally {
  await browser.close()
}
