// Runs every browser test in one process, with one Chromium: node all.mjs (see browser_test.py).
import { after } from 'node:test';

import { stop } from './drive.mjs';

after(stop);
await import('./signing.mjs');
await import('./searching.mjs');
await import('./playing.mjs');
await import('./stopping.mjs');
await import('./looks.mjs');
