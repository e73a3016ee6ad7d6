// All that one test needs: a gateway, the server, and windows on its page.

import { openWindow } from './browser.js';
import { Guard } from './guard.js';
import { recordHistory } from './history.js';
import { PairingPage } from './pairing_page.js';
import { policy } from './policy.js';
import { Server } from './server.js';
import { Simulator } from './simulator.js';

/** The name of the one instance of each world, known to everybody. */
export const INSTANCE = 'loja-1';
const WEBHOOK_SECRET = 'webhook-secret-of-the-tests';

export class World {
  #ends = [];

  /**
   * - `provider`: whose gateway;
   * - `speed`: how many times faster than in reality codes die;
   * - `policy`: what differs from the recommended one, in the time of the test;
   * - `webhooks`: whether the gateway tells the server;
   * - `serve`: more of the file's section for the server;
   * - `instance`: more of the file's section for the instance, wrong credentials for example;
   * - `setup`: of the simulated instance.
   */
  static async create({
    provider = 'zapi',
    speed = 1,
    policy: changes = {},
    webhooks = false,
    serve = {},
    instance = {},
    setup = {},
  } = {}) {
    const world = new World();
    try {
      world.simulator = world.#ending(await Simulator.start(speed));
      world.gateway = await world.simulator.addInstance(provider, setup);
      const secret = webhooks ? { webhook_secret: WEBHOOK_SECRET } : {};
      world.server = world.#ending(
        await Server.start({
          serve,
          policy: policy(speed, changes),
          instances: {
            [INSTANCE]: {
              provider,
              ...world.gateway.credentials,
              ...secret,
              ...instance,
            },
          },
        }),
      );
      world.guard = new Guard(world.server.origin);
      if (webhooks) {
        await world.gateway.setWebhook(`${world.server.baseUrl}${world.webhookPath()}`);
      }
      return world;
    } catch (error) {
      await world.end();
      throw error;
    }
  }

  /** Below the server's address. */
  webhookPath(secret = WEBHOOK_SECRET) {
    return `/webhooks/${INSTANCE}/${secret}`;
  }

  createPairing(body = {}) {
    return this.server.createPairing({ instance: INSTANCE, ...body });
  }

  /** A window of its own, watched. `options` are playwright's. */
  async openWindow(options) {
    const context = await openWindow(options);
    this.#ends.push(() => context.close());
    this.guard.watch(context);
    await context.addInitScript(recordHistory);
    return context;
  }

  /**
   * Opens a link in a window of its own. With `clock`, the time in it can be moved, and begins at
   * `clock.time` if that is given. Without `begin`, nothing is clicked.
   */
  async visit(link, { clock, begin = true, ...options } = {}) {
    const context = await this.openWindow(options);
    if (clock) {
      await context.clock.install(clock);
    }
    const page = await context.newPage();
    await page.goto(link);
    const pairing = new PairingPage(page);
    if (begin) {
      await pairing.begin();
    }
    return pairing;
  }

  /** Creates a pairing and opens it in a window of its own. */
  async open(options) {
    const { link } = await this.createPairing();
    return this.visit(link, options);
  }

  /** Whatever must end with the test. */
  onEnd(end) {
    this.#ends.push(end);
  }

  #ending(program) {
    this.#ends.push(() => program.stop());
    return program;
  }

  /** The last first. */
  async end() {
    for (const end of this.#ends.reverse()) {
      await end();
    }
  }
}
