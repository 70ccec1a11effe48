// The page in a real browser: live payments, both languages, a phone's width, the keyboard, hostile text.
import { existsSync } from 'node:fs';
import axe from 'axe-core';
import { type Browser, type Page, chromium } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type PaymentView, createConsole } from '../src/index.ts';
import { payment, storeOf } from './store-of-tests.ts';

const candidates = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/google-chrome'];
const executablePath = candidates.find((path) => path !== undefined && existsSync(path));
const why = executablePath === undefined ? ' (skipped: no Chromium on this machine)' : '';

describe.skipIf(executablePath === undefined)(`the page in a browser${why}`, () => {
  const payments: PaymentView[] = [];
  const unresolved: PaymentView[] = [];
  const app = createConsole({ store: storeOf(payments, unresolved), access: {} });
  let browser: Browser;
  let page: Page;
  let url: string;
  const complaints: string[] = [];

  beforeAll(async () => {
    url = await app.listen({ host: '127.0.0.1', port: 0 });
    const args = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'];
    browser = await chromium.launch({ executablePath: executablePath!, args });
  });
  afterAll(async () => {
    await browser.close();
    await app.close();
  });
  beforeEach(async () => {
    payments.splice(
      0,
      payments.length,
      payment(2),
      payment(1, { outcome: 'declined', responseCode: '51' }),
    );
    unresolved.splice(0);
    page = await browser.newPage({ viewport: { width: 320, height: 640 }, locale: 'en-GB' });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (line) => {
      if (line.type() === 'error') complaints.push(line.text());
    });
    await page.clock.install(); // The page asks every two seconds; here when it is told to.
    await page.goto(url);
    await page.getByText('Live').waitFor();
  });
  const nextPoll = () => page.clock.runFor(2_000);
  afterEach(async () => {
    await page.close();
    expect(complaints.splice(0)).toEqual([]);
  });

  it('shows payments as they come, and what is unresolved', async () => {
    expect(await page.getByText('1,234.50 CNY').count()).toBe(2);
    expect(await page.getByText('Declined 51').isVisible()).toBe(true);
    expect(await page.getByText('Every outcome is known.').isVisible()).toBe(true);
    payments.unshift(payment(3, { amount: { minor: '1980', currency: 'JPY', minorDigits: 0 } }));
    unresolved.push(payment(4, { outcome: 'manual', state: 'MANUAL' }));
    await nextPoll();
    await page.getByText('1,980 JPY').waitFor();
    await page.getByText('Needs a person').waitFor();
  });
  it('fits a small phone: nothing scrolls sideways, every control can be touched', async () => {
    const wide = await page.evaluate('document.documentElement.scrollWidth');
    expect(wide).toBeLessThanOrEqual(320);
    for (const control of await page.locator('button:visible, select:visible').all()) {
      const box = await control.boundingBox();
      expect(box!.height).toBeGreaterThanOrEqual(44);
      expect(box!.width).toBeGreaterThanOrEqual(44);
    }
  });
  it('speaks Chinese, and remembers it', async () => {
    await page.getByLabel('Language').selectOption('zh');
    await page.getByRole('heading', { name: '未决交易' }).waitFor();
    expect(await page.getByText('已批准').isVisible()).toBe(true);
    await page.reload();
    await page.getByRole('heading', { name: '未决交易' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
  });
  it('opens a payment by keyboard, keeps the focus through a refresh, and closes by Escape', async () => {
    const row = page.getByRole('button', { name: 'Payment 1' });
    await row.focus();
    payments.unshift(payment(3));
    await nextPoll();
    await page.getByRole('button', { name: 'Payment 3' }).waitFor();
    expect(await page.evaluate('document.activeElement.dataset.id')).toBe('1');
    await page.keyboard.press('Enter');
    await page.getByText('answered 00').waitFor();
    expect(await page.getByText('1150 pending captures unionpay').isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    await page.getByText('answered 00').waitFor({ state: 'hidden' });
  });
  it.each([
    ['en', 'light'],
    ['zh', 'dark'],
  ] as const)(
    'has nothing that WCAG 2.2 AA forbids, in %s and %s',
    async (language, colorScheme) => {
      unresolved.push(payment(4, { outcome: 'manual', state: 'MANUAL' }));
      payments.push(
        ...(['reversing', 'pending'] as const).map((outcome, i) => payment(10 + i, { outcome })),
      );
      await page.emulateMedia({ colorScheme });
      await page.getByLabel('Language').selectOption(language);
      await page.locator('#unresolved-list table').waitFor();
      const violations = async () => {
        await page.evaluate(axe.source);
        const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
        const report = await page.evaluate(`axe.run({ runOnly: ${JSON.stringify(tags)} })`);
        const { passes, violations: found } = report as axe.AxeResults;
        expect(passes.length).toBeGreaterThan(10);
        return found.map(({ id, nodes }) => [id, nodes[0].html]);
      };
      expect(await violations()).toEqual([]);
      await page.locator('button[data-id="2"]').click();
      await page.getByText('answered 00').waitFor();
      expect(await violations()).toEqual([]);
    },
  );
  it('names every region, table and control', async () => {
    const tree = await page.locator('body').ariaSnapshot();
    for (const part of [
      'heading "Payments"',
      'heading "Unresolved"',
      'table',
      'columnheader',
      'combobox "Language"',
    ]) {
      expect(tree).toContain(part);
    }
    expect(await page.title()).toBe('Chipswitch');
  });
  it('shows text as text', async () => {
    payments.unshift(payment(5, { terminalId: '<img src=x onerror=alert(1)>' }));
    await nextPoll();
    await page.getByText('<img src=x onerror=alert(1)>').waitFor();
    expect(await page.locator('img').count()).toBe(0);
  });
  it('pauses, and goes on', async () => {
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('Paused').waitFor();
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByText('Live').waitFor();
  });
  it('asks for a token, takes it from the fragment, and leaves it in no address', async () => {
    const token = 'correct-horse-battery';
    const guarded = createConsole({ store: storeOf([payment(1)]), access: { token } });
    const address = await guarded.listen({ host: '127.0.0.1', port: 0 });
    const visitor = await browser.newPage({ locale: 'en-GB' });
    await visitor.goto(address);
    await visitor.getByText('A token is needed').waitFor();
    await visitor.goto(`${address}/#token=${token}`);
    await visitor.getByText('622848******0119').waitFor();
    expect(visitor.url()).not.toContain(token);
    await visitor.close();
    await guarded.close();
  });
});
