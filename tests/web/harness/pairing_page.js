// The pairing page as a person uses it: what it shows, and what can be done on it.

import { announcementsOf, shownBy } from './history.js';
import { until } from './until.js';

const STATES = 'main[data-state]';

export class PairingPage {
  /** `frame` is the page itself, or the frame it is in. */
  constructor(page, frame = page) {
    this.page = page;
    this.frame = frame;
    this.qr = frame.locator('#qr');
    this.phoneCode = frame.locator('#phone-code');
    this.countdown = frame.locator('#countdown');
    this.attempt = frame.locator('#attempt');
    this.start = frame.locator('#start');
    this.again = frame.locator('#again');
    this.help = frame.locator('#help');
    this.resume = frame.locator('#resume');
    this.codes = frame.locator('#codes');
    this.usePhone = frame.locator('#use-phone');
    this.otherNumber = frame.locator('#other-number');
    this.useQr = frame.locator('#use-qr');
    this.number = frame.locator('#number');
    this.submit = frame.locator('#number-submit');
    this.numberError = frame.locator('#number-error');
    this.copy = frame.locator('#copy');
    this.back = frame.locator('#back');
    this.cancel = frame.locator('#cancel');
    this.beforeCancel = frame.locator('details:has(#cancel) > summary');
    this.failure = frame.locator('#failure');
    this.live = frame.locator('#live');
    this.main = frame.locator('main');
    this.offline = frame.locator('body[data-offline]');
    this.online = frame.locator('body:not([data-offline])');
  }

  state() {
    return this.frame.locator(STATES).getAttribute('data-state');
  }

  /** Waits until the page is in one of these states. */
  async waitFor(...states) {
    const wanted = states.map((state) => `main[data-state="${state}"]`).join(', ');
    try {
      await this.frame.locator(wanted).waitFor({ state: 'attached' });
    } catch (error) {
      const found = await this.state().catch(() => 'no page');
      throw new Error(`waited for ${states.join(' or ')}, found ${found}`, { cause: error });
    }
  }

  /**
   * What it has shown so far, a new entry for each change of its state, of the number of the code
   * or of the phone code: `{ state, attempt, phoneCode }`.
   */
  shown() {
    return shownBy(this.frame);
  }

  /** The first of what it has shown, by now or in a while, that fits; it may be over already. */
  findShown(fits, what) {
    return until(async () => (await this.shown()).find(fits), what);
  }

  /** Its states, one after the other, without those that are only repeated. */
  async statesShown() {
    const states = (await this.shown()).map(({ state }) => state);
    return states.filter((state, index) => state !== states[index - 1]);
  }

  /** Waits until it has shown these states in this order; the last may be over already. */
  untilShown(...states) {
    const inOrder = new RegExp(states.map((state) => `\\b${state}\\b`).join('.*'));
    const have = async () => inOrder.test((await this.statesShown()).join());
    return until(have, `the states ${states.join(', ')}`);
  }

  /** As whoever wants a code does: clicks, if the page waits for that. */
  async begin() {
    await this.frame.locator(`${STATES}:not([data-state="connecting"])`).waitFor();
    if ((await this.state()) === 'start') {
      await this.start.click();
    }
  }

  async sendNumber(number) {
    await this.number.fill(number);
    await this.submit.click();
  }

  /** Two clicks: it must not happen by accident. */
  async giveUp() {
    await this.beforeCancel.click();
    await this.cancel.click();
  }

  /** The number that the page names, in digits after its plus; `null` without one. */
  async shownNumber() {
    const shown = this.frame.locator('.number[data-phone]:visible');
    return (await shown.count()) === 0 ? null : `+${(await shown.innerText()).replaceAll(/\D/g, '')}`;
  }

  /** What a person reads. */
  text() {
    return this.main.innerText();
  }

  /** What a screen reader was told, so far. */
  announcements() {
    return announcementsOf(this.frame);
  }
}
