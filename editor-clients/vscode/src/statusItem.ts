/** The gauge in the status bar: text, colour and tooltip as the server sends them, one set per workspace folder. */

import * as vscode from 'vscode';
import type { Level, Status } from './protocol';

const BACKGROUNDS: Partial<Record<Level, string>> = {
  over: 'statusBarItem.warningBackground',
  reset: 'statusBarItem.errorBackground',
};

export class StatusItem implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('status', vscode.StatusBarAlignment.Left, 10);
  private readonly listeners: vscode.Disposable[];
  private readonly statuses = new Map<string, Status>();
  private folder = '';
  private word = '';

  constructor() {
    this.item.name = 'Relaymark';
    this.item.command = 'relaymark.ui.actions';
    this.listeners = [
      vscode.window.onDidChangeActiveTextEditor(() => this.show()),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.show()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('relaymark.statusBar')) {
          this.show();
        }
      }),
    ];
  }

  /** The status of the folder of the active editor; of the folder before it, where an editor belongs to none. */
  get status(): Status | undefined {
    const uri = vscode.window.activeTextEditor?.document.uri;
    const folder = uri && vscode.workspace.getWorkspaceFolder(uri);
    if (folder) {
      this.folder = folder.uri.toString();
    }
    const first = vscode.workspace.workspaceFolders?.[0]?.uri.toString() ?? '';
    return this.statuses.get(this.folder) ?? this.statuses.get(first);
  }

  take(status: Status): void {
    this.statuses.set(status.workspace, status);
    this.show();
  }

  /** Forgets every figure: without a server they would soon be old ones. */
  clear(text: string, word: string): void {
    this.statuses.clear();
    this.item.text = text;
    this.word = word;
    this.show();
  }

  private show(): void {
    const status = this.status;
    if (status) {
      this.item.text = status.text;
    }
    const tooltip = new vscode.MarkdownString(status?.tooltip ?? this.word);
    tooltip.isTrusted = false; // text of sessions stands in it
    tooltip.supportHtml = false;
    this.item.tooltip = tooltip;
    const background = status && BACKGROUNDS[status.level];
    this.item.backgroundColor = background ? new vscode.ThemeColor(background) : undefined;
    const label = status ? `Relaymark: ${status.text}, ${status.level}` : this.word;
    this.item.accessibilityInformation = { label, role: 'button' };
    if (vscode.workspace.getConfiguration('relaymark').get('statusBar.enabled', true)) {
      this.item.show();
    } else {
      this.item.hide();
    }
  }

  dispose(): void {
    vscode.Disposable.from(this.item, ...this.listeners).dispose();
  }
}
