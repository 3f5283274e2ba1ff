// How operators are named in authorisations, replays and listeners.

const OPERATOR_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

export const OPERATOR_ID_FORM =
  'an operator is named by letters, digits, dots, dashes and underscores, 64 at most';

export function isOperatorId(text: string): boolean {
  return OPERATOR_ID.test(text);
}
