/** Finds the server: the program that the user named, else the one that they installed. */

import { access, constants } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';
import { workspace } from 'vscode';
import type { Executable } from 'vscode-languageclient/node';

export const NOT_FOUND =
  'The server of Relaymark was not found. Install it with "uv tool install relaymark" or "pipx install relaymark", ' +
  'or name it in the setting relaymark.server.command.';

export async function findServer(): Promise<Executable | undefined> {
  const [command, ...args] = workspace.getConfiguration('relaymark').get<string[] | null>('server.command') ?? [];
  // Not the workspace: a Python that the setting names would import whatever lies in its folder.
  const options = { cwd: homedir() };
  if (command) {
    return { command, args, options };
  }
  const found = await onPath('relaymark');
  return found ? { command: found, args: ['serve'], options } : undefined;
}

async function onPath(name: string): Promise<string | undefined> {
  // An editor that a desktop started often lacks the last one, where uv and pipx put programs.
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), join(homedir(), '.local', 'bin')];
  const endings = process.platform === 'win32' ? ['.exe', '.cmd'] : [''];
  // A relative folder would be looked up in whatever is open.
  for (const folder of folders.filter((entry) => isAbsolute(entry))) {
    for (const ending of endings) {
      const file = join(folder, name + ending);
      if (await access(file, constants.X_OK).then(() => true, () => false)) {
        return file;
      }
    }
  }
  return undefined;
}
