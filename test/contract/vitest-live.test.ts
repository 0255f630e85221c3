import { defineContractTests } from '../../src/vitest.js';

// Skipped unless there are credentials and UNDERSTUDY_LIVE is 1.
defineContractTests({ left: 'simulate', right: 'live' });
