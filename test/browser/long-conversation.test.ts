import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { inspect, SERVICE, useBrowser } from './inspect.js';

useBrowser();

const MANY = 100_000;

/** Scrolls on in each frame; how long each took, in milliseconds, the shortest first. */
async function scroll(page: Page): Promise<number[]> {
  const frames = await page.evaluate<readonly number[]>(`new Promise((resolve) => {
    const box = document.querySelector('.messages'), times = [];
    let last = performance.now();
    requestAnimationFrame(function step(now) {
      times.push(now - last);
      last = now;
      box.scrollTop -= 60;
      if (times.length < 240) requestAnimationFrame(step); else resolve(times);
    });
  })`);
  return frames.toSorted((a, b) => a - b);
}

/** A frame that takes long is a jerk. Half the usual rate leaves room for a machine that is busy with other tests. */
function expectSmooth(frames: readonly number[]): void {
  expect(frames[Math.floor(frames.length * 0.5)], 'the usual frame').toBeLessThan(34);
  expect(frames[Math.floor(frames.length * 0.95)], 'a slow frame').toBeLessThan(120);
}

test('a conversation of 100,000 messages opens at its end, scrolls smoothly, and jumps to any message', async () => {
  const { page, open, call } = await inspect();
  const made = await call('createserviceconversation', { ChatServiceSid: SERVICE, body: { FriendlyName: 'Long' } });
  const place = { ChatServiceSid: SERVICE, ConversationSid: String(made['sid']) };
  let middle = '';
  for (let i = 0; i < MANY; i += 1) {
    const body = { Author: i % 3 === 0 ? 'ada' : 'grace', Body: `message ${i} ${'words '.repeat(i % 40)}` };
    const { sid } = await call('createserviceconversationmessage', { ...place, body });
    if (i === MANY / 2) middle = String(sid);
  }
  const opened = performance.now();
  await open(`conversations/${place.ConversationSid}`);
  await page
    .locator('.bubble')
    .getByText(`message ${MANY - 1} `)
    .waitFor();
  expect(performance.now() - opened).toBeLessThan(3000);
  expect(await page.locator('.bubble').count()).toBeLessThan(100);

  expectSmooth(await scroll(page));

  await open(`conversations/${place.ConversationSid}/${middle}`);
  await page
    .locator('.bubble.is-selected')
    .getByText(`message ${MANY / 2} `)
    .waitFor();
  await call('createserviceconversationmessage', { ...place, body: { Author: 'ada', Body: 'the newest' } });
  await open(`conversations/${place.ConversationSid}`);
  await page.locator('.bubble').getByText('the newest').waitFor();
}, 120_000);
