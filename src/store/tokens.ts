// Access tokens: made once, shown once, known afterwards by the digest of their secret alone.
import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { isOperatorId, OPERATOR_ID_FORM } from '../authority/operator.ts';
import { lineProblem } from '../authority/plain-text.ts';
import { FlowSieveError } from '../core/errors.ts';
import { DAY_MS } from '../core/time.ts';
import { type Database, working } from './database.ts';
import { eventWriter } from './events.ts';
import { type NewChange, recording } from './recording.ts';

export const TOKEN_ROLES = ['analyst', 'engineer', 'operator', 'auditor', 'admin'] as const;
export type TokenRole = (typeof TOKEN_ROLES)[number];

export interface NewToken {
  readonly role: TokenRole;
  /** Who acts with it: the rules that want two people compare these. */
  readonly person: string;
  /** For the role `operator`, and for no other. */
  readonly operator?: string | undefined;
  /** Epoch ms. */
  readonly expiresAtMs: number;
  /** It opens one session and is then spent. */
  readonly once?: boolean | undefined;
}

export interface Token {
  readonly id: string;
  readonly role: TokenRole;
  readonly person: string;
  readonly operator: string | null;
  readonly once: boolean;
  readonly createdAtMs: number;
  readonly createdBy: string;
  readonly expiresAtMs: number;
  readonly revokedAtMs: number | null;
}

const ID_BYTES = 6;
const SECRET_BYTES = 32;
const FORM = /^fs_([0-9a-f]{12})_([A-Za-z0-9_-]{43})$/;
const MAX_LIFE_DAYS = 366;

/**
 * @returns the token, which cannot be shown again
 * @throws FlowSieveError USAGE, DATABASE
 */
export function createToken(
  db: Database,
  asked: NewToken,
  change: NewChange,
): { readonly text: string; readonly token: Token } {
  const id = randomBytes(ID_BYTES).toString('hex');
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  return recording(db, change, ({ by, role: actorRole, at }) => {
    refuseWrong(asked, at);
    const { role, person, expiresAtMs, once = false, operator = null } = asked;
    db.prepare('INSERT INTO tokens VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)').run(
      id,
      digestOf(secret),
      role,
      person,
      operator,
      once ? 1 : 0,
      at,
      by,
      expiresAtMs,
    );
    const detail = { role, person, operator, once, expiresAtMs };
    eventWriter(db)({
      atMs: at,
      actor: by,
      role: actorRole,
      action: 'token.create',
      object: `token:${id}`,
      version: 1,
      digest: null,
      detail,
    });
    const token = { id, ...detail, createdAtMs: at, createdBy: by, revokedAtMs: null };
    return { text: `fs_${id}_${secret}`, token };
  });
}

function refuseWrong({ role, person, operator, expiresAtMs }: NewToken, nowMs: number): void {
  const problem =
    lineProblem(person) !== null
      ? `the name ${lineProblem(person)}`
      : role === 'operator' && operator === undefined
        ? 'a token of the role operator names its operator'
        : role !== 'operator' && operator !== undefined
          ? `a token of the role ${role} is bound to no operator`
          : operator !== undefined && !isOperatorId(operator)
            ? OPERATOR_ID_FORM
            : expiresAtMs <= nowMs || expiresAtMs > nowMs + MAX_LIFE_DAYS * DAY_MS
              ? `a token lasts between a moment and ${MAX_LIFE_DAYS} days`
              : null;
  if (problem !== null) throw new FlowSieveError('USAGE', problem);
}

type Row = Omit<Token, 'once'> & { readonly once: 0 | 1; readonly digest: Buffer };

const SELECT = `SELECT tokens.*, tokenRevocations.atMs AS revokedAtMs
  FROM tokens LEFT JOIN tokenRevocations ON tokenRevocations.token = tokens.id`;

/** A token that is in force now; `null` = unknown, wrong, expired or revoked, which nobody is told apart. */
export function checkToken(db: Database, text: string, nowMs = Date.now()): Token | null {
  const form = FORM.exec(text);
  if (!form) return null;
  const row = readRow(db, form[1] as string);
  const given = digestOf(form[2] as string);
  if (!timingSafeEqual(row?.digest ?? Buffer.alloc(given.length), given) || !row) return null;
  return isInForce(row, nowMs) ? toToken(row) : null;
}

/** As `checkToken`, of a token that was checked before: what a session rests on. */
export function tokenInForce(db: Database, id: string, nowMs = Date.now()): Token | null {
  const row = readRow(db, id);
  return row && isInForce(row, nowMs) ? toToken(row) : null;
}

/** Of a token that is good for one session. @returns whether this was its first use */
export function spendToken(db: Database, id: string, atMs = Date.now()): boolean {
  return working(
    db,
    () => db.prepare('INSERT OR IGNORE INTO tokenUses VALUES (?, ?)').run(id, atMs).changes === 1,
  );
}

function isInForce(row: Row, nowMs: number): boolean {
  return row.revokedAtMs === null && nowMs < row.expiresAtMs;
}

/** @throws FlowSieveError NOT_FOUND, DATABASE */
export function revokeToken(db: Database, id: string, reason: string | null, change: NewChange): void {
  recording(db, change, ({ by, role, at }) => {
    const row = readRow(db, id);
    if (!row) throw new FlowSieveError('NOT_FOUND', `there is no token ${id}`);
    if (row.revokedAtMs !== null) return;
    db.prepare('INSERT INTO tokenRevocations VALUES (?, ?, ?, ?)').run(id, at, by, reason);
    eventWriter(db)({
      atMs: at,
      actor: by,
      role,
      action: 'token.revoke',
      object: `token:${id}`,
      version: 2,
      digest: null,
      detail: { person: row.person, reason },
    });
  });
}

/** The newest first. */
export function listTokens(db: Database): Token[] {
  return working(db, () => db.prepare<[], Row>(`${SELECT} ORDER BY createdAtMs DESC, id`).all()).map(toToken);
}

function readRow(db: Database, id: string): Row | undefined {
  return working(db, () => db.prepare<[string], Row>(`${SELECT} WHERE id = ?`).get(id));
}

function toToken({ digest: _digest, once, ...row }: Row): Token {
  return { ...row, once: once === 1 };
}

function digestOf(secret: string): Buffer {
  return hash('sha256', secret, 'buffer');
}
