/** A real VS Code: code-server with the extension in it, shown in headless Chromium. */

import { spawn } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { chromium } from 'playwright-core';

const STATUS_ITEM = '[id="relaymark.relaymark.status"]';
const START = 90_000;

const SETTINGS = {
  'security.workspace.trust.enabled': false,
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.tips.enabled': false,
  'workbench.reduceMotion': 'on',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'chat.disableAIFeatures': true,
  'editor.lightbulb.enabled': 'off',
  'terminal.integrated.gpuAcceleration': 'off',
};

/** Keeps what a program prints: it is only of interest when something went wrong. */
function run(program, args, env, onText = () => {}) {
  // A group of its own, so that everything it starts can be ended with it.
  const child = spawn(program, args, { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf-8');
    stream.on('data', (text) => onText((printed += text)));
  }
  const ended = new Promise((done) => child.once('exit', done));
  return { child, ended, printed: () => printed };
}

export class Workbench {
  /**
   * @param {object} stage what tests/clients/test_vscode.py made: node, entry, vsix, root, workspace, env, screenshots
   */
  constructor(stage) {
    this.stage = stage;
    this.shots = 0;
  }

  async start() {
    const { node, entry, vsix, root, workspace, env } = this.stage;
    const places = ['--user-data-dir', join(root, 'user'), '--extensions-dir', join(root, 'ext')];
    const config = ['--config', join(root, 'cs.yaml')];
    writeJson(join(root, 'user', 'User', 'settings.json'), SETTINGS);
    const install = run(node, [entry, ...config, ...places, '--install-extension', vsix], env);
    if ((await install.ended) !== 0) {
      throw new Error(`the extension was not installed:\n${install.printed()}`);
    }
    const flags = [
      '--auth=none', '--bind-addr=127.0.0.1:0', '--disable-telemetry', '--disable-update-check',
      '--disable-workspace-trust', '--disable-getting-started-override', '--disable-proxy',
    ];
    const { promise, resolve, reject } = Promise.withResolvers();
    this.server = run(node, [entry, ...config, ...places, ...flags], env, (printed) => {
      const port = /HTTP server listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(printed)?.[1];
      if (port) resolve(port);
    });
    void this.server.ended.then(() => reject(new Error(`code-server ended:\n${this.server.printed()}`)));
    writeFileSync(join(root, 'server.pid'), String(this.server.child.pid));
    const port = await within(START, promise, 'code-server listens');

    this.browser = await chromium.launchPersistentContext(join(root, 'profile'), {
      executablePath: '/usr/bin/chromium',
      args: [
        '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
        '--disable-background-networking', '--disable-component-update', '--disable-sync',
      ],
      env,
      viewport: { width: 1280, height: 800 },
      timeout: START,
    });
    this.page = this.browser.pages()[0] ?? (await this.browser.newPage());
    const file = `vscode-remote://127.0.0.1:${port}${workspace}/PLAN.md`;
    const query = new URLSearchParams({ folder: workspace, payload: JSON.stringify([['openFile', file]]) });
    await this.page.goto(`http://127.0.0.1:${port}/?${query}`, { timeout: START });
    await this.page.locator('.monaco-editor .view-line').first().waitFor({ timeout: START });
    await this.status.waitFor({ timeout: START });
  }

  /** Sets the workspace's settings; code-server does not see it when the user's own file changes. */
  configure(settings) {
    writeJson(join(this.stage.workspace, '.vscode', 'settings.json'), settings);
  }

  get status() {
    return this.page.locator(STATUS_ITEM);
  }

  /** Waits for the gauge to read `text`; a level paints it in a colour of its own. */
  async expectStatus(text, kind = 'standard', timeout = 20_000) {
    const seen = async () => [await this.status.innerText(), kindOf(await this.status.getAttribute('class'))].join(' ');
    await until(seen, `${text} ${kind}`, timeout);
  }

  /** Runs a command as a person does, by its name. */
  async command(name) {
    await this.page.keyboard.press('F1');
    await this.quickInput.locator('input').first().fill(`>${name}`);
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: name }).first().waitFor();
    await this.page.keyboard.press('Enter');
  }

  get quickInput() {
    return this.page.locator('.quick-input-widget');
  }

  /** The labels of the rows of the open quick pick. */
  async rows() {
    await this.quickInput.locator('.monaco-list-row').first().waitFor();
    const labels = await this.quickInput.locator('.monaco-list-row .label-name').allInnerTexts();
    return labels.map((text) => text.trim());
  }

  /** Chooses a row of the menu behind the gauge. */
  async choose(label) {
    await this.status.click();
    await this.quickInput.locator('.monaco-list-row', { hasText: label }).first().click();
    await this.page.mouse.move(700, 700);
  }

  /** How many messages with this text the workbench has shown, hidden ones too. */
  async messages(text) {
    await this.command('Notifications: Show Notifications');
    const rows = this.page.locator('.notifications-center .monaco-list-row');
    await rows.first().waitFor();
    const count = await rows.filter({ hasText: text }).count();
    await this.command('Notifications: Hide Notifications');
    return count;
  }

  /** Presses a button of a message that asks something. */
  async answer(button) {
    await this.page.locator('.notification-toast .monaco-button', { hasText: button }).first().click();
  }

  /** The line of the editor that holds a text; hovers and cursors aim at where it begins. */
  line(text) {
    return this.page.locator('.editor-instance .view-line', { hasText: text }).first();
  }

  /** Waits for a finding among the problems, by its code and a part of its message. */
  async expectProblem(code, message) {
    await this.command('Problems: Focus on Problems View');
    const rows = this.page.locator('.markers-panel .monaco-list-row', { hasText: code });
    await rows.filter({ hasText: message }).first().waitFor({ timeout: 20_000 });
  }

  /** Rests the mouse on the line with a text, until a hover says another. */
  async expectHover(text, said) {
    await this.line(text).hover({ position: { x: 30, y: 8 } });
    const hover = this.page.locator('.monaco-hover:visible', { hasText: said });
    await hover.first().waitFor({ timeout: 15_000 });
  }

  /** Returns the row of one of the quick fixes for the line with a text. */
  async fix(text, label) {
    await this.rest();
    await this.line(text).click({ position: { x: 30, y: 8 } });
    await this.page.keyboard.press('Control+.');
    const row = this.page.locator('.action-widget .monaco-list-row', { hasText: label }).first();
    await row.waitFor({ timeout: 15_000 });
    return row;
  }

  /** Renames a file in the explorer; what extensions want to change with it is taken. */
  async rename(from, to) {
    await this.rest();
    await this.page.keyboard.press('Control+p');
    await this.quickInput.locator('input').first().fill(from);
    await this.quickInput.locator('.monaco-list-row', { hasText: from }).first().waitFor();
    await this.page.keyboard.press('Enter');
    await this.page.locator('.tab.active', { hasText: from }).waitFor();
    await this.command('File: Reveal Active File in Explorer View');
    await this.page.locator('.explorer-folders-view .monaco-list-row.focused', { hasText: from }).waitFor();
    const input = this.page.locator('.explorer-folders-view input');
    for (let tries = 0; tries < 10 && (await input.count()) === 0; tries++) {
      await this.page.keyboard.press('F2'); // the row is marked a little before the keys go to it
      await input.waitFor({ timeout: 2_000 }).catch(() => undefined);
    }
    await input.fill(to);
    await input.press('Enter');
    await this.page.locator('.monaco-dialog-box .monaco-button', { hasText: 'OK' }).click({ timeout: 20_000 });
  }

  /** Takes the mouse off everything: a hover in the way swallows keys. */
  async rest() {
    await this.page.mouse.move(700, 700);
    await this.page.keyboard.press('Escape');
  }

  async shot(name) {
    const number = String(++this.shots).padStart(2, '0');
    mkdirSync(this.stage.screenshots, { recursive: true });
    await this.page.screenshot({ path: join(this.stage.screenshots, `vscode-${number}-${name}.png`) });
  }

  /** What the extension and the server logged: the end of it. */
  log() {
    const files = globSync(join(this.stage.root, 'user/logs/**/Relaymark.log'));
    return files.map((file) => readFileSync(file, 'utf-8')).join('\n').slice(-4_000);
  }

  async stop() {
    await this.browser?.close().catch(() => {});
    if (!this.server) return;
    const { child, ended } = this.server;
    // Its children may outlive it, so the group is ended in any case.
    for (const signal of ['SIGTERM', 'SIGKILL']) {
      try {
        process.kill(-child.pid, signal);
      } catch {
        break; // nobody of the group is left
      }
      await Promise.race([ended, pause(5_000, undefined, { ref: false })]);
    }
    rmSync(join(this.stage.root, 'server.pid'), { force: true });
  }
}

function writeJson(file, value) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(value));
}

const kindOf = (classes) => /(\w+)-kind/.exec(classes ?? '')?.[1] ?? 'standard';

/** Asks again and again until the answer is the expected one. */
export async function until(ask, expected, timeout = 20_000) {
  const end = Date.now() + timeout;
  let answer;
  do {
    answer = await ask().catch((error) => `(${error.message})`);
    if (answer === expected) return;
    await pause(100);
  } while (Date.now() < end);
  throw new Error(`expected ${JSON.stringify(expected)}, but after ${timeout / 1000} s it is ${JSON.stringify(answer)}`);
}

async function within(timeout, promise, what) {
  const late = pause(timeout, undefined, { ref: false }).then(() => {
    throw new Error(`not within ${timeout / 1000} s: ${what}`);
  });
  return Promise.race([promise, late]);
}
