/** The menu behind the gauge. It forwards: what an action does is the server's matter. */

import * as vscode from 'vscode';
import { FollowRequest, type Dismissed, type Session, type Status } from './protocol';
import type { LanguageClient } from 'vscode-languageclient/node';

interface Entry extends vscode.QuickPickItem {
  run?: () => unknown;
}

/** Commands of the server, offered while it announces them. */
const COMMANDS = [
  { command: 'relaymark.generateHandover', label: '$(note) Generate handover', needsSession: true },
  { command: 'relaymark.continuePhase', label: '$(debug-continue) Continue phase', needsSession: false },
  { command: 'relaymark.startNextPhase', label: '$(debug-step-over) Start next phase', needsSession: false },
  { command: 'relaymark.commitPhase', label: '$(git-commit) Commit phase', needsSession: true },
  { command: 'relaymark.snooze', label: '$(bell-slash) Snooze this session', needsSession: true },
];

/** Commands of the server that give a text to be copied into any chat. */
const COPIES = [
  { command: 'relaymark.handoverPrompt', label: '$(copy) Copy prompt for a handover note', needsSession: true },
  { command: 'relaymark.openingPrompt', label: '$(copy) Copy opening prompt with files', needsSession: false },
];

const TAKE = 'relaymark.takeNote';
const DISMISSED = 'relaymark.showDismissed';
const RESTORE = 'relaymark.restoreFinding';

export async function showActions(client: LanguageClient | undefined, status: Status | undefined): Promise<void> {
  const session = status?.sessions.find(({ id }) => id === status.shown);
  const title = session ? `Relaymark · ${status?.text ?? ''} · ${nameOf(session)}` : 'Relaymark';
  const placeHolder = session ? summary(session) : 'No open session here';
  const entries = [
    ...(client && status ? ofServer(client, status, session) : []),
    separator('Server'),
    { label: '$(refresh) Restart server', run: () => vscode.commands.executeCommand('relaymark.ui.restart') },
    { label: '$(output) Show log', run: () => vscode.commands.executeCommand('relaymark.ui.showLog') },
  ];
  const picked = await vscode.window.showQuickPick<Entry>(entries, { title, placeHolder, matchOnDescription: true });
  await picked?.run?.();
}

function ofServer(client: LanguageClient, status: Status, session: Session | undefined): Entry[] {
  const announced = client.initializeResult?.capabilities.executeCommandProvider?.commands ?? [];
  const target = { workspace: status.workspace, ...(session && { session: session.id }) };
  const commands = COMMANDS.filter((each) => announced.includes(each.command) && (session || !each.needsSession));
  const plans = status.plans.filter(({ state }) => state === 'open');
  const others = status.sessions.filter(({ id }) => id !== status.shown);
  return [
    ...commands.map(({ command, label }) => ({ label, run: () => vscode.commands.executeCommand(command, target) })),
    ...ofClipboard(announced, target),
    separator('Show'),
    ...plans.map(({ path }) => ({
      label: '$(checklist) Open plan',
      description: path,
      run: () => vscode.window.showTextDocument(vscode.Uri.joinPath(vscode.Uri.parse(status.workspace), path)),
    })),
    ...(others.length
      ? [{ label: '$(list-unordered) Show other sessions', run: () => pickSession(client, status) }]
      : []),
    ...(announced.includes(DISMISSED)
      ? [{ label: '$(eye-closed) Show dismissed findings', run: () => pickDismissed(status.workspace) }]
      : []),
  ];
}

/** What goes to a chat in a browser, and what comes back. */
function ofClipboard(announced: string[], target: { workspace: string; session?: string }): Entry[] {
  const copies = COPIES.filter((each) => announced.includes(each.command) && (target.session || !each.needsSession));
  const take = async (): Promise<void> => {
    const text = await vscode.env.clipboard.readText();
    await vscode.commands.executeCommand(TAKE, { ...target, text });
  };
  return [
    ...copies.map(({ command, label }) => ({ label, run: () => copy(command, target) })),
    ...(announced.includes(TAKE) ? [{ label: '$(clippy) Take note from clipboard', run: take }] : []),
  ];
}

async function copy(command: string, target: object): Promise<void> {
  const text = await vscode.commands.executeCommand<string | null>(command, target);
  if (text) {
    await vscode.env.clipboard.writeText(text);
  }
}

async function pickSession(client: LanguageClient, status: Status): Promise<void> {
  const entries = status.sessions.map((session) => ({
    label: `${session.parent ? '$(indent) ' : ''}${nameOf(session)}`,
    description: session.id === status.shown ? 'shown now' : '',
    detail: summary(session),
    run: () => client.sendRequest(FollowRequest, { session: session.id }),
  }));
  const nobody = { label: '$(clear-all) Whichever is fullest', run: () => client.sendRequest(FollowRequest, {}) };
  const picked = await vscode.window.showQuickPick<Entry>([...entries, separator(''), nobody], {
    title: 'Relaymark: the session to show',
    matchOnDetail: true,
  });
  await picked?.run?.();
}

async function pickDismissed(workspace: string): Promise<void> {
  const found = (await vscode.commands.executeCommand<Dismissed[] | null>(DISMISSED, { workspace })) ?? [];
  const entries = found.map(({ finding, code, path, line, message, dismissedAt }) => ({
    label: code ?? finding.slice(0, 8),
    description: path ? `${plain(path)}:${line ?? 1}` : dismissedAt,
    detail: plain(message ?? ''),
    run: () => vscode.commands.executeCommand(RESTORE, { workspace, finding }),
  }));
  const title = 'Relaymark: the finding to hear of again';
  const placeHolder = entries.length ? '' : 'Nothing is dismissed here';
  const picked = await vscode.window.showQuickPick<Entry>(entries, { title, placeHolder, matchOnDetail: true });
  await picked?.run?.();
}

function nameOf(session: Session): string {
  return plain(session.title ?? session.id.slice(0, 8));
}

/** A dollar sign and a bracket would be an icon: titles and messages hold what others wrote. */
function plain(text: string): string {
  return text.replaceAll('$(', '$\u200b(');
}

function summary({ agent, state, level, context, ceiling, phase, branch, elsewhere }: Session): string {
  const { tokens } = context;
  const figure = tokens === undefined || !ceiling ? [] : [`${grouped(tokens)} of ${grouped(ceiling.tokens)} tokens`];
  const place = phase ? [`phase ${phase.label}`] : [];
  return [agent, state, ...figure, level, ...place, ...(elsewhere && branch ? [branch] : [])].join(' · ');
}

const grouped = (tokens: number): string => tokens.toLocaleString('en');

const separator = (label: string): Entry => ({ label, kind: vscode.QuickPickItemKind.Separator });
