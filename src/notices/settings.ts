// What notices need of the configuration.
import type { InForceOptions } from '../authority/conditions.ts';
import type { MailSettings } from './mail.ts';

export type Channel =
  | {
      readonly channel: 'webhook';
      readonly url: string;
      readonly secretFile: string;
      readonly ca: string | null;
      readonly plain: true | null;
    }
  | { readonly channel: 'mail'; readonly to: string }
  | { readonly channel: 'folder'; readonly path: string };

export interface NoticeSettings {
  readonly database: string;
  readonly signingKey: string | null;
  readonly verification: Pick<InForceOptions, 'onOverdue'>;
  readonly warningLists: Pick<InForceOptions, 'onAuthorised'>;
  readonly mail: MailSettings;
  readonly notices: {
    readonly channels: readonly (Channel & { readonly operator: string })[];
    readonly escalation: readonly Channel[];
    readonly acknowledgeWithinSeconds: number;
    readonly timeoutSeconds: number;
    readonly maxAttempts: number;
    readonly firstRetrySeconds: number;
    readonly longestRetrySeconds: number;
  };
}

export function inForceOf({ verification, warningLists }: NoticeSettings): InForceOptions {
  return { onOverdue: verification.onOverdue, onAuthorised: warningLists.onAuthorised };
}
