// npm test of the package comes here: installs what the page needs, builds it, and drives it in a browser. Where there is
// no browser nothing is installed, and a line says so.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));
const executable = process.env.NBT_CHROMIUM ?? '/usr/bin/chromium';

function npm(...words) {
  const { status } = spawnSync('npm', words, { cwd: folder, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

if (existsSync(executable)) {
  npm('ci', '--no-progress');
  npm('test');
} else {
  console.log(`preview page: not tested, there is no browser at ${executable}: install chromium or set NBT_CHROMIUM`);
}
