import { afterAll } from 'vitest';
import { removeFolders } from './support/folders.js';

// For each test file, also where several share their modules.
afterAll(removeFolders);
