import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const full = join(folder, name);
    return statSync(full).isDirectory() ? filesBelow(full) : [full];
  });
}

// Writes the list of built files into the service worker, which keeps them for use without a network. A changed file
// changes the worker, so that browsers notice a new release.
function listFilesInServiceWorker(): Plugin {
  let outDir = '';
  return {
    name: 'list-files-in-service-worker',
    apply: 'build',
    configResolved(config) {
      outDir = config.build.outDir;
    },
    closeBundle() {
      const worker = join(outDir, 'service_worker.js');
      const files = filesBelow(outDir).filter((file) => file !== worker);
      const hash = createHash('sha256');
      for (const file of files) hash.update(relative(outDir, file)).update(readFileSync(file));
      const list = JSON.stringify(files.map((file) => relative(outDir, file)).sort());
      const text = readFileSync(worker, 'utf8')
        .replace("'RELEASE'", `'${hash.digest('hex').slice(0, 12)}'`)
        .replace('/* FILES */', list.slice(1, -1));
      writeFileSync(worker, text);
    },
  };
}

// Vite reads the options of a worker where it is made; Emscripten keeps them in a variable.
function writeOutWorkerOptions(): Plugin {
  return {
    name: 'write-out-worker-options',
    enforce: 'pre',
    transform(code, id) {
      if (!/\/dist\/nbt-\w+\.js/.test(id)) return null;
      return { code: code.replace(/,workerOptions\)/g, ',{type:"module",name:"em-pthread"})'), map: null };
    },
  };
}

const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export default defineConfig({
  base: './',
  resolve: {
    alias: [
      { find: /^nbt$/, replacement: path('../src/index.js') },
      { find: /^nbt\/tools$/, replacement: path('../src/tools.js') },
    ],
  },
  worker: { format: 'es', plugins: () => [writeOutWorkerOptions()] },
  build: {
    target: 'es2022',
    outDir: process.env.NBT_PREVIEW_OUT ?? path('../dist-preview'),
    emptyOutDir: true,
    // The simulator and the tools are one file each; the page itself is small.
    chunkSizeWarningLimit: 3000,
    assetsInlineLimit: 0,
  },
  server: { headers: isolation, fs: { allow: [path('..')] } },
  preview: { headers: isolation },
  plugins: [writeOutWorkerOptions(), listFilesInServiceWorker()],
});
