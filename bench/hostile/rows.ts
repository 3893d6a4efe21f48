import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Installation } from '../installation.js';
import type { Row } from '../report.js';
import { folderFor, HOSTILE_MODELS } from './files.js';

/** Milliseconds and megabytes that `sorot model add` may take to refuse a file. */
const LIMITS = { time: 5000, peak: 512 } as const;

/**
 * What it takes to refuse files that are no models, or none that may be read.
 *
 * @throws Error where one of them is added, or something of it is left.
 */
export async function benchHostile(section: string): Promise<Row[]> {
  const home = await mkdtemp(join(tmpdir(), 'sorot-bench-hostile-'));
  try {
    const installation = await Installation.make(join(home, 'installation'));
    const rows: Row[] = [];
    for (const hostile of HOSTILE_MODELS) {
      const folder = await folderFor(home, hostile);
      const { code, stderr, milliseconds, peak } = await installation.sorot(
        'model',
        'add',
        await hostile.make(folder),
        '--name',
        'hostile',
      );
      const left = await readdir(installation.models);
      if (code !== 1 || left.length > 0 || !hostile.told.test(stderr)) {
        throw new Error(`${hostile.kind}: ended with ${code ?? 'a signal'}, left ${left.join(', ')}, said ${stderr}`);
      }
      rows.push(
        { section, name: hostile.kind, value: milliseconds, unit: 'ms', limit: LIMITS.time },
        { section, name: '  all processes at their peak', value: peak, unit: 'MB', limit: LIMITS.peak },
      );
      await rm(folder, { recursive: true });
    }
    return rows;
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
