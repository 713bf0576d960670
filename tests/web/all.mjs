// Runs every browser test in one process, with one Chromium: node all.mjs (see browser_test.py).
import { after } from 'node:test';

import { stop } from './drive.mjs';
import './signing.mjs';
import './searching.mjs';
import './telling.mjs';
import './playing.mjs';
import './stopping.mjs';
import './looks.mjs';

// All tests are known by now: a hook from before them ends with the first file of which --test-name-pattern leaves nothing.
after(stop);
