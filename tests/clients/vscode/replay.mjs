/** A recorded session that is written again, as far as a step of a test wants it to. */

import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

const FIRST_PROMPT = 'Please work through phase 1';

export class Replay {
  /** @param {{path: string, text: string}[]} lines in the order of writing */
  constructor(lines) {
    this.lines = lines;
    this.written = 0;
  }

  static of(file) {
    return new Replay(JSON.parse(readFileSync(file, 'utf-8')));
  }

  /** The same work as another session of now, that began with this prompt. */
  again(prompt) {
    const ids = new Map();
    const other = (id) => ids.get(id) ?? ids.set(id, randomUUID()).get(id);
    const now = new Date().toISOString();
    const first = JSON.stringify(prompt).slice(1, -1);
    const renamed = (text) => text.replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, other);
    return new Replay(
      this.lines.map(({ path, text }) => ({
        path: renamed(path),
        text: renamed(text)
          .replaceAll(FIRST_PROMPT, () => first)
          .replaceAll(/"timestamp":"[^"]*"/g, `"timestamp":"${now}"`),
      })),
    );
  }

  /** Writes up to and with the first line by which the session holds this many tokens. */
  growTo(tokens) {
    do {
      const line = this.lines[this.written++];
      if (!line) throw new Error(`the recording never holds ${tokens} tokens`);
      mkdirSync(dirname(line.path), { recursive: true });
      appendFileSync(line.path, line.text);
      if (contextOf(line.text) === tokens) return;
    } while (true);
  }
}

function contextOf(text) {
  const usage = JSON.parse(text).message?.usage;
  return usage && usage.input_tokens + usage.cache_creation_input_tokens + usage.cache_read_input_tokens;
}
