/**
 * Drives Relaymark in a real VS Code. Called by tests/clients/test_vscode.py with the file that describes the stage.
 * A step is a function; it finds the workbench as the one before it left it, and throws when something is not right.
 */

import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Replay } from './replay.mjs';
import { until, Workbench } from './workbench.mjs';

/** Nothing runs yet: the gauge is there and says so. */
async function gaugeIsEmpty({ bench }) {
  await bench.expectStatus('○', 'standard', 60_000);
  await bench.shot('empty');
}

/** The session grows: the gauge follows, in the colours of its level. */
async function gaugeFollows({ bench, session }) {
  session.growTo(31_000);
  await bench.expectStatus('◔ 31k/60k');
  await bench.shot('clear');
  session.growTo(58_000);
  await bench.expectStatus('◑ 58k/60k');
  session.growTo(83_000);
  await bench.expectStatus('◕ 83k/60k', 'warning');
  await bench.shot('over');
  session.growTo(91_000);
  await bench.expectStatus('● 91k/60k', 'error');
  await bench.shot('reset');
}

/** The mouse on the gauge shows why. */
async function tooltipTells({ bench }) {
  await bench.status.hover();
  const tooltip = bench.page.locator('.monaco-hover:visible', { hasText: 'reset line' });
  await tooltip.first().waitFor({ timeout: 10_000 });
  await bench.shot('tooltip');
  await bench.rest();
}

/** A click on the gauge opens its menu; what the server offers stands in it. */
async function menuOpens({ bench }) {
  await bench.status.click();
  const rows = await bench.rows();
  const relay = ['Generate handover', 'Continue phase', 'Start next phase', 'Commit phase', 'Snooze this session'];
  const chats = ['Copy prompt for a handover note', 'Copy opening prompt with files', 'Take note from clipboard'];
  for (const label of [...relay, ...chats, 'Open plan', 'Restart server', 'Show log']) {
    assert.ok(rows.includes(label), `${label} is not in the menu: ${rows.join(', ')}`);
  }
  await bench.shot('menu');
  await bench.rest();
}

/** A changed setting reaches the server at once, and the client. */
async function settingsCount({ bench }) {
  bench.configure({ 'relaymark.cap': 50_000 });
  await bench.expectStatus('● 91k/50k', 'error');
  bench.configure({ 'relaymark.statusBar.enabled': false });
  await bench.status.waitFor({ state: 'detached', timeout: 10_000 });
  bench.configure({});
  await bench.expectStatus('● 91k/60k', 'error');
}

/** The user restarts the server: the same picture comes again, of a new process. */
async function restarts({ bench }) {
  await bench.command('Relaymark: Restart Server');
  await until(async () => (await bench.status.innerText()).includes('Relaymark'), true, 10_000);
  await bench.expectStatus('● 91k/60k', 'error');
}

/** Each line that was crossed was told of once, and not again by the new server. */
async function warnedOnce({ bench }) {
  assert.equal(await bench.messages('over its ceiling'), 1);
  assert.equal(await bench.messages('past its reset line'), 1);
  await bench.command('Notifications: Clear All Notifications');
}

/** The session past its reset line is a finding on the heading of its phase. */
async function diagnosticStands({ bench }) {
  await bench.expectProblem('context-past-reset', 'reset line');
  await bench.page.locator('.editor-instance .squiggly-warning').first().waitFor();
  await bench.shot('problem');
  await bench.command('View: Toggle Panel Visibility');
}

/** The mouse on a checkbox shows what there is to say of the item. */
async function hoverShows({ bench }) {
  await bench.expectHover('Fix the off-by-one', 'src/parser.py');
  await bench.shot('hover');
  await bench.rest();
}

/** A quick fix ticks an item: one character of the file. */
async function tickChangesFile({ bench, stage }) {
  const plan = join(stage.workspace, 'PLAN.md');
  const before = readFileSync(plan, 'utf-8');
  const row = await bench.fix('Fix the off-by-one', 'Tick');
  await bench.shot('actions');
  await row.click();
  await bench.line('[x] Fix the off-by-one').waitFor({ timeout: 10_000 });
  await bench.page.keyboard.press('Control+s');
  await until(async () => readFileSync(plan, 'utf-8'), before.replace('[ ] Fix', '[x] Fix'));
}

/** The handover is written below .relaymark, and shown. */
async function handoverOnDisk({ bench, stage }) {
  await bench.choose('Generate handover');
  const notes = () => globSync(join(stage.workspace, '.relaymark/handovers/*.md'));
  await until(async () => notes().length, 1);
  const note = readFileSync(notes()[0], 'utf-8');
  for (const section of ['## STATE', '## ARCHITECTURE CONTEXT', '## NEXT STEP']) {
    assert.ok(note.includes(section), `no ${section} in the note:\n${note}`);
  }
  await bench.line('## NEXT STEP').waitFor({ timeout: 10_000 });
  await bench.shot('handover');
}

/** The next phase starts in a terminal: the agent gets one sentence, past any shell, and works in the project. */
async function nextPhaseStarts({ bench, stage }) {
  await bench.choose('Start next phase');
  await bench.answer('Start it'); // an item of phase 1 is open, so it asks first
  await until(async () => existsSync(stage.launched), true);
  const { cwd, argv } = JSON.parse(readFileSync(stage.launched, 'utf-8'));
  assert.equal(cwd, stage.workspace);
  assert.match(argv.at(-1), /@PLAN\.md/);
  await bench.page.locator('.xterm-rows', { hasText: 'An agent would work here.' }).waitFor({ timeout: 10_000 });
  await bench.shot('launched');
}

/** The session that was started is seen to work on phase 2, and the gauge is back at the start. */
async function relayGoesOn({ bench, session, stage }) {
  const { argv } = JSON.parse(readFileSync(stage.launched, 'utf-8'));
  session.again(argv.at(-1)).growTo(12_000);
  await bench.expectStatus('◔ 12k/60k +1 !1');
  await bench.status.click();
  const said = () => bench.quickInput.locator('input').first().getAttribute('placeholder');
  await until(said, 'claude-code · working · 12,000 of 60,000 tokens · clear · phase 2');
  await bench.shot('relay');
  await bench.rest();
}

/** The list of dismissed findings opens from the menu. */
async function dismissedAreListed({ bench }) {
  await bench.choose('Show dismissed findings');
  const said = () => bench.quickInput.locator('input').first().getAttribute('placeholder');
  await until(said, 'Nothing is dismissed here');
  await bench.rest();
}

/** A file that is renamed in the explorer is renamed in the plan, and is a link there under its new name. */
async function renameFollows({ bench, stage }) {
  await bench.rename('parser.py', 'words.py');
  await bench.page.locator('.tab', { hasText: 'PLAN.md' }).first().click();
  await bench.page.keyboard.press('Control+s');
  const plan = () => readFileSync(join(stage.workspace, 'PLAN.md'), 'utf-8');
  await until(async () => [plan().includes('src/words.py'), plan().includes('src/parser.py')].join(), 'true,false');
  await bench.page.locator('.detected-link', { hasText: 'words.py' }).first().waitFor({ timeout: 20_000 });
}

/** What there is to start stands above its phase. */
async function lensShows({ bench }) {
  await bench.page.locator('.tab', { hasText: 'PLAN.md' }).first().click();
  await bench.page.locator('.codelens-decoration', { hasText: /^(Start|Continue) phase/ }).first().waitFor();
}

const STEPS = [
  gaugeIsEmpty, gaugeFollows, tooltipTells, menuOpens, settingsCount, restarts, warnedOnce,
  diagnosticStands, hoverShows, tickChangesFile, dismissedAreListed, handoverOnDisk, nextPhaseStarts,
  relayGoesOn, lensShows, renameFollows,
];

const stage = JSON.parse(readFileSync(process.argv[2], 'utf-8'));
const bench = new Workbench(stage);
const session = Replay.of(stage.recording);

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, () => void bench.stop().finally(() => process.exit(1)));
}
let doing = 'start';
const begin = Date.now();
const took = () => `${((Date.now() - begin) / 1000).toFixed(1)} s`;
try {
  await bench.start();
  console.log(`${took()}  started`);
  for (const step of STEPS) {
    doing = step.name;
    await step({ bench, session, stage });
    console.log(`${took()}  ${doing}`);
  }
} catch (error) {
  console.log(`${took()}  FAILED ${doing}: ${error.stack}\n\nThe log of Relaymark:\n${bench.log()}`);
  await bench.shot(`failed-${doing}`).catch(() => {});
  process.exitCode = 1;
} finally {
  await bench.stop();
}
