import { defineContractTests } from '../../src/vitest.js';

// Twilio itself is asked only with credentials and UNDERSTUDY_LIVE=1.
defineContractTests({ left: 'simulate', right: 'live' });
