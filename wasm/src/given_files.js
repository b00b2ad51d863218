// Files that exist in the module's memory while a command line is read.
import { invalid } from './errors.js';

// `files`: {path: Uint8Array or string}. They are gone when read() has ended.
export function readGivenFiles(FS, files, read) {
  const written = [];
  try {
    for (const [path, content] of Object.entries(files)) {
      if (typeof content !== 'string' && !(content instanceof Uint8Array)) {
        throw invalid(`files['${path}'] must be a Uint8Array or a string`);
      }
      makeFolders(FS, path);
      FS.writeFile(path, content);
      written.push(path);
    }
    return read();
  } finally {
    for (const path of written) FS.unlink(path);
  }
}

function makeFolders(FS, path) {
  const folders = path.split('/').slice(0, -1);
  folders.forEach((_, i) => {
    const folder = folders.slice(0, i + 1).join('/');
    if (folder && !FS.analyzePath(folder).exists) FS.mkdir(folder);
  });
}
