/** Relaymark's own messages, as far as this client reads them: docs/protocol.md. What is absent is unknown. */

import { NotificationType, RequestType, type ClientCapabilities, type StaticFeature } from 'vscode-languageclient/node';

export type Level = 'clear' | 'near' | 'over' | 'reset' | 'unknown';

export interface Session {
  id: string;
  agent: string;
  state: string;
  level: Level;
  parent?: string;
  title?: string;
  branch?: string;
  elsewhere?: boolean;
  context: { tokens?: number; source: string };
  ceiling?: { tokens: number };
  phase?: { plan: string; label: string; title: string };
}

export interface Status {
  workspace: string;
  text: string;
  tooltip: string;
  level: Level;
  shown?: string;
  sessions: Session[];
  plans: { path: string; state: string; current?: string }[];
}

export interface Launch {
  title: string;
  argv: string[];
  cwd: string;
}

export interface Dismissed {
  finding: string;
  dismissedAt: string;
  code?: string;
  path?: string;
  line?: number;
  message?: string;
}

export const StatusNotification = new NotificationType<Status>('relaymark/status');
export const LaunchRequest = new RequestType<Launch, { launched: boolean }, void>('relaymark/launch');
export const FollowRequest = new RequestType<{ session?: string; pid?: number }, { session?: string }, void>(
  'relaymark/follow',
);

/** What this client can do. An untrusted workspace starts no agent, and the server is told so. */
export function announcement(trusted: boolean): StaticFeature {
  return {
    fillClientCapabilities(capabilities: ClientCapabilities) {
      const others = capabilities.experimental as object | undefined;
      const relaymark = { version: 1, status: true, launch: trusted, actions: true };
      capabilities.experimental = { ...others, relaymark };
    },
    initialize: () => undefined,
    getState: () => ({ kind: 'static' }),
    clear: () => undefined,
  };
}
