import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = mkdtempSync(join(tmpdir(), 'mcp-cdk-'));
process.on('exit', () => rmSync(root, { recursive: true, force: true }));

/** A new directory, which is removed when the tests end. */
export function temporaryDirectory(name: string): string {
  return mkdtempSync(join(root, `${name}-`));
}

/** A new directory with one file. */
export function directoryWith(file: string, content: string): string {
  const path = temporaryDirectory('asset');
  writeFileSync(join(path, file), content);
  return path;
}
