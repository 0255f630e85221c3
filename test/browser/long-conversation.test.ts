import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { openInspector, SERVICE, useBrowser } from './open-inspector.js';

useBrowser();

const COUNT = 100_000;

/** Scrolls up for 240 frames and returns their durations in milliseconds, shortest first. */
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

/** Allows half the usual frame rate, because other tests may keep the machine busy. */
function expectSmooth(frames: readonly number[]): void {
  expect(frames[Math.floor(frames.length * 0.5)], 'median frame').toBeLessThan(34);
  expect(frames[Math.floor(frames.length * 0.95)], '95th percentile').toBeLessThan(120);
}

test('a conversation of 100,000 messages opens at its end, scrolls smoothly, and jumps to any message', async () => {
  const { page, goTo, call } = await openInspector();
  const created = await call('createserviceconversation', { ChatServiceSid: SERVICE, body: { FriendlyName: 'Long' } });
  const path = { ChatServiceSid: SERVICE, ConversationSid: String(created['sid']) };
  let middle = '';
  for (let i = 0; i < COUNT; i += 1) {
    const body = { Author: i % 3 === 0 ? 'ada' : 'grace', Body: `message ${i} ${'words '.repeat(i % 40)}` };
    const { sid } = await call('createserviceconversationmessage', { ...path, body });
    if (i === COUNT / 2) middle = String(sid);
  }
  const start = performance.now();
  await goTo(`conversations/${path.ConversationSid}`);
  await page
    .locator('.bubble')
    .getByText(`message ${COUNT - 1} `)
    .waitFor();
  expect(performance.now() - start).toBeLessThan(3000);
  expect(await page.locator('.bubble').count()).toBeLessThan(100);

  expectSmooth(await scroll(page));

  await goTo(`conversations/${path.ConversationSid}/${middle}`);
  await page
    .locator('.bubble.is-selected')
    .getByText(`message ${COUNT / 2} `)
    .waitFor();
  await call('createserviceconversationmessage', { ...path, body: { Author: 'ada', Body: 'the newest' } });
  await goTo(`conversations/${path.ConversationSid}`);
  await page.locator('.bubble').getByText('the newest').waitFor();
}, 120_000);
