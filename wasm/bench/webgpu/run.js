// node run.js [rounds=7] [domains=1,10,100]: opens the page in Chromium and prints its table.
// node run.js --serve: tells an address to open in a browser of your own, on a machine with a graphics card.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { serve } from '../../preview/serve.js';

const package_folder = new URL('../../', import.meta.url);

async function startServer() {
  const server = await serve(fileURLToPath(package_folder));
  return { server, address: `http://127.0.0.1:${server.address().port}/bench/webgpu/index.html` };
}

function loadChromium() {
  try {
    return createRequire(new URL('preview/', package_folder))('playwright-core').chromium;
  } catch {
    throw new Error('playwright-core is not there: run `npm ci` in wasm/preview, or name its folder in NODE_PATH');
  }
}

// Of all processes of the browser: with a software adapter the kernel runs in another one than the page.
async function processorClock(browser) {
  const session = await browser.newBrowserCDPSession();
  return async () => {
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
  };
}

async function runInChromium(address) {
  const browser = await loadChromium().launch({
    executablePath: process.env.NBT_CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    args: ['--no-sandbox', '--enable-unsafe-webgpu'],
  });
  try {
    const page = await browser.newPage();
    await page.exposeFunction('processorSeconds', await processorClock(browser));
    await page.goto(address);
    await page.waitForSelector('body[data-state]', { timeout: 1_800_000 });
    console.log(await page.textContent('pre'));
    return (await page.getAttribute('body', 'data-state')) === 'done';
  } finally {
    await browser.close();
  }
}

const words = process.argv.slice(2);
const query = words.filter((word) => word.includes('=')).join('&');
const { server, address } = await startServer();
if (words.includes('--serve')) {
  console.log(`${address}?${query}`);
} else {
  try {
    if (!(await runInChromium(`${address}?${query}`))) process.exitCode = 1;
  } catch (failure) {
    console.error(failure.message);
    process.exitCode = 1;
  } finally {
    server.close();
  }
}
