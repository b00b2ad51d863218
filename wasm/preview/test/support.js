// A browser with the built page in it, and what tests do there.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { after, before } from 'node:test';
import { chromium } from 'playwright-core';
import { serve } from '../serve.js';

export const top = fileURLToPath(new URL('../../..', import.meta.url));
const built = process.env.NBT_PREVIEW_OUT ?? join(top, 'wasm/dist-preview');
const executable = process.env.NBT_CHROMIUM ?? '/usr/bin/chromium';
const patience_ms = 60_000;

/** For `test(..., { skip })`: false, or why there is none. */
export const skip = existsSync(executable)
  ? false
  : `no browser at ${executable}: install chromium or set NBT_CHROMIUM`;

const screenshots = process.env.NBT_SCREENSHOTS ?? join(top, 'build/preview-screenshots');

export function screenshotPath(name) {
  mkdirSync(screenshots, { recursive: true });
  return join(screenshots, `${name}.png`);
}

/** A small scene that renders in milliseconds; `changes` are parameters. */
export const base = {
  'crystal.cell_lengths_A': [60, 60, 60],
  'crystal.cells': [8, 8, 8],
  'crystal.misset_deg': [3, 5, 7],
  'structure_factors.default_F': 100,
  'detector.pixels': [256, 256],
  'detector.pixel_size_mm': 0.4,
  'detector.distance_mm': 100,
  'sampling.oversample': 1,
};

const textOf = (value) => (typeof value === 'string' ? `'${value}` : String(value));

export function linkTo(parameters, extra = {}) {
  const entries = Object.entries(parameters).map(([name, value]) => [name, textOf(value)]);
  return `#${new URLSearchParams([...entries, ...Object.entries(extra)])}`;
}

/** One browser and one server for a file of tests. */
export function useBrowser({ isolated = true } = {}) {
  const shared = {};
  before(async () => {
    if (skip) return;
    shared.server = await serve(built, { isolated });
    shared.url = `http://127.0.0.1:${shared.server.address().port}/`;
    shared.browser = await chromium.launch({ executablePath: executable, headless: true, args: ['--no-sandbox'] });
  });
  after(async () => {
    await shared.browser?.close();
    shared.server?.close();
  });
  return shared;
}

/** Opens the page; resolves when its first image is there. Errors of scripts are collected in `page.errors`. */
export async function open(shared, { hash = linkTo(base), query = '', wait = true, ...options } = {}) {
  const context = await shared.browser.newContext({ acceptDownloads: true, ...options });
  const page = await context.newPage();
  page.errors = [];
  page.on('pageerror', (failure) => page.errors.push(failure.message));
  await page.goto(`${shared.url}${query}${hash}`);
  if (wait) await settled(page);
  return page;
}

/** The image of the present state is complete, or there is an error. */
export async function settled(page, states = ['done', 'failed', 'stopped']) {
  await page.waitForFunction((wanted) => wanted.includes(document.body.dataset.state), states, {
    timeout: patience_ms,
    polling: 20,
  });
}

/** Follows a link, without waiting for the image. */
export function follow(page, parameters, extra) {
  return page.evaluate(
    (hash) =>
      new Promise((resolve) => {
        // The page writes its address some time after a change, so this may be there already, with another state.
        if (location.hash === hash) window.history.replaceState(null, '', location.pathname + location.search);
        addEventListener('hashchange', () => resolve(), { once: true });
        location.hash = hash;
      }),
    linkTo(parameters, extra),
  );
}

export async function go(page, parameters, extra) {
  await follow(page, parameters, extra);
  await settled(page);
}

export const entry = (page, name, i = 0) => page.locator(`#parameter-${name.replace('.', '-')}-${i}`);

/** Types a value into the entry of a parameter. */
export async function type(page, name, value, i = 0) {
  const field = entry(page, name, i);
  await openGroupOf(page, field);
  await field.fill(String(value));
  await field.press('Enter');
  await field.blur();
  await settled(page);
}

export async function openGroupOf(page, locator) {
  await locator.evaluate((element) => {
    const group = element.closest('details');
    if (group) group.open = true;
  });
}

export async function download(page, label) {
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.locator('#exports').getByRole('button', { name: label, exact: true }).click(),
  ]);
  return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) };
}

/** The image in the page, by its export. */
export async function image(page) {
  const { bytes } = await download(page, 'Raw float');
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

export async function scene(page) {
  const { bytes } = await download(page, 'Scene');
  return JSON.parse(bytes.toString());
}

/** Drops files on the page; resolves with the newest message. */
export async function drop(page, files) {
  // The list keeps the newest six, so that its length does not tell what is new.
  await page.locator('#file-messages').evaluate((list) => {
    for (const message of list.children) message.dataset.old = '';
  });
  const transfer = await page.evaluateHandle(
    (list) => {
      const data = new DataTransfer();
      for (const { name, bytes } of list) data.items.add(new File([new Uint8Array(bytes)], name));
      return data;
    },
    files.map(({ name, bytes }) => ({ name, bytes: [...Buffer.from(bytes)] })),
  );
  await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
  await page.waitForFunction(
    (count) => document.querySelectorAll('#file-messages li:not([data-old])').length >= count,
    Math.min(6, files.length),
  );
  await settled(page);
  const message = page.locator('#file-messages li').first();
  return { text: await message.textContent(), bad: (await message.getAttribute('class')) === 'bad' };
}

/** What the readout says at a pixel. */
export async function hover(page, fast, slow) {
  const [x, y] = await page.evaluate(
    ([f, s]) => {
      const border = document.querySelector('#overlay .border');
      const number = (name) => Number(border.getAttribute(name));
      const [width, height] = document.body.dataset.size.split(',').map(Number);
      return [
        number('x') + ((f + 0.5) / width) * number('width'),
        number('y') + ((s + 0.5) / height) * number('height'),
      ];
    },
    [fast, slow],
  );
  await page.locator('#stage').hover({ position: { x, y } });
  await page.waitForFunction((text) => document.querySelector('#hover dd')?.textContent === text, `${fast}, ${slow}`);
  return page.evaluate(() =>
    Object.fromEntries(
      [...document.querySelectorAll('#hover div')].map((row) => [
        row.querySelector('dt').textContent,
        row.querySelector('dd').textContent,
      ]),
    ),
  );
}

export const sum = (pixels) => pixels.reduce((total, value) => total + value, 0);
export const largest = (pixels) => pixels.reduce((most, value) => Math.max(most, value), 0);
