// The worker that holds the tools; see tools.js for the other end.
import { openTools } from './tools_module.js';
import { collectBuffers, failureOf, workerScope } from './platform.js';

const scope = await workerScope();
let tools;

scope.onMessage(async ({ id, method, args }) => {
  try {
    const transfer = [];
    const result = await answer(method, args);
    collectBuffers(result, transfer);
    scope.post({ id, result }, transfer);
  } catch (failure) {
    scope.post({ id, failure: failureOf(failure) });
  }
});

async function answer(method, args) {
  if (method !== 'open') return tools[method](...args);
  const { default: factory } = await import('../dist/nbt-tools.js');
  tools = await openTools({ factory, wasm: args[0] });
  return undefined;
}

scope.post({ ready: true });
