import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { SPEC_FILE } from '../support/bot-api-spec.js';
import { conformanceData } from '../support/conformance-data.js';
import { ROOT } from '../support/folders.js';

const PACKAGE = join(ROOT, 'packages', 'local-telegram');

const spec = conformanceData(SPEC_FILE, 'that bot-api.ts is what its generator makes');

describe.skipIf(spec === null)('the types of the local Telegram', () => {
  it('are what their generator makes of the Bot API', async () => {
    const file = join(PACKAGE, 'src', 'bot-api.ts');
    const generator = join(PACKAGE, 'tools', 'generate-types.js');
    const { stdout } = await promisify(execFile)(process.execPath, [generator, spec ?? '']);
    const formatted = await format(stdout, { ...(await resolveConfig(file)), filepath: file });
    expect(await readFile(file, 'utf8')).toBe(formatted);
  });
});
