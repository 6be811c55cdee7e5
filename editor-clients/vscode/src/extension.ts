/** Starts the server and forwards: what there is to know is computed there. */

import * as vscode from 'vscode';
import { LanguageClient, RevealOutputChannelOn, State } from 'vscode-languageclient/node';
import { showActions } from './actions';
import { announcement, LaunchRequest, StatusNotification } from './protocol';
import { findServer, NOT_FOUND } from './server';
import { StatusItem } from './statusItem';
import { follow, launch } from './terminals';

const PLANS_RULES_AND_NOTES = [
  { scheme: 'file', language: 'markdown' },
  { scheme: 'file', pattern: '**/*.mdc' },
  { scheme: 'file', pattern: '**/.cursorrules' },
  { scheme: 'file', pattern: '**/.clinerules' },
];

const LONGEST_START = 30_000;

let client: LanguageClient | undefined;
let starting: Promise<void> = Promise.resolve();

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel('Relaymark', { log: true });
  const item = new StatusItem();

  // One at a time: a second wish waits for the first one.
  const restart = (): Promise<void> => (starting = starting.then(() => startAnew(log, item)));

  context.subscriptions.push(
    log,
    item,
    vscode.commands.registerCommand('relaymark.ui.actions', () => showActions(client, item.status)),
    vscode.commands.registerCommand('relaymark.ui.restart', restart),
    vscode.commands.registerCommand('relaymark.ui.showLog', () => log.show()),
    vscode.window.onDidChangeActiveTerminal(() => follow(client)),
    vscode.workspace.onDidGrantWorkspaceTrust(restart),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('relaymark.server')) {
        void restart();
      }
    }),
  );
  await restart();
}

export async function deactivate(): Promise<void> {
  await starting;
  await client?.dispose();
}

/** The one way to a running server: of the activation, of a changed setting and of the user's restart. */
async function startAnew(log: vscode.LogOutputChannel, item: StatusItem): Promise<void> {
  try {
    item.clear('$(sync~spin) Relaymark', 'Relaymark is starting.');
    await client?.dispose();
  } catch (error) {
    log.warn('the server did not end well', error);
  }
  client = undefined;
  const server = await findServer();
  if (!server) {
    item.clear('$(circle-slash) Relaymark', NOT_FOUND);
    log.warn(NOT_FOUND);
    void offerHelp();
    return;
  }
  log.info(`starting ${[server.command, ...(server.args ?? [])].join(' ')}`);
  const made = new LanguageClient('relaymark', 'Relaymark', server, {
    documentSelector: PLANS_RULES_AND_NOTES,
    outputChannel: log,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    markdown: { isTrusted: false, supportHtml: false },
  });
  made.registerFeature(announcement(vscode.workspace.isTrusted));
  made.onNotification(StatusNotification, (status) => item.take(status));
  made.onRequest(LaunchRequest, launch);
  made.onDidChangeState(({ newState }) => {
    if (newState !== State.Starting && newState !== State.Running) {
      item.clear('$(circle-slash) Relaymark', 'The server of Relaymark is not running; its log tells why.');
    }
  });
  client = made;
  try {
    // A server that never answers must not keep the next restart waiting.
    await Promise.race([made.start(), new Promise((done) => setTimeout(done, LONGEST_START))]);
    await follow(made);
  } catch (error) {
    log.error('the server did not start', error);
  }
}

async function offerHelp(): Promise<void> {
  const again = 'Try Again';
  const settings = 'Open Settings';
  const picked = await vscode.window.showWarningMessage(NOT_FOUND, again, settings);
  if (picked === again) {
    await vscode.commands.executeCommand('relaymark.ui.restart');
  } else if (picked === settings) {
    await vscode.commands.executeCommand('workbench.action.openSettings', 'relaymark.server.command');
  }
}
