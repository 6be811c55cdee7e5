/** Terminals: the next session starts in one, and the gauge follows the one that the user looks at. */

import * as vscode from 'vscode';
import { FollowRequest, type Launch } from './protocol';
import type { LanguageClient } from 'vscode-languageclient/node';

/** Runs an agent by its arguments, past any shell; only where the user trusts the workspace. */
export function launch({ title, argv, cwd }: Launch): { launched: boolean } {
  const [shellPath, ...shellArgs] = argv;
  if (!vscode.workspace.isTrusted || !shellPath) {
    return { launched: false };
  }
  // Transient: an editor that starts anew must not run an agent again, which costs money.
  const terminal = vscode.window.createTerminal({ name: title, shellPath, shellArgs, cwd, isTransient: true });
  terminal.show();
  return { launched: true };
}

/** Tells the server which terminal has the focus. */
export async function follow(client: LanguageClient | undefined): Promise<void> {
  const terminal = vscode.window.activeTerminal;
  const pid = await terminal?.processId;
  if (client?.isRunning() && terminal === vscode.window.activeTerminal) {
    await client.sendRequest(FollowRequest, pid === undefined ? {} : { pid });
  }
}
