import { REASON_TEXTS } from '../../authority/reasons.ts';
import access from './en/access.json';
import accounts from './en/accounts.json';
import app from './en/app.json';
import authorisations from './en/authorisations.json';
import indicators from './en/indicators.json';
import notices from './en/notices.json';
import now from './en/now.json';
import operators from './en/operators.json';
import victims from './en/victims.json';

export default {
  ...app,
  ...now,
  ...indicators,
  ...victims,
  ...operators,
  ...accounts,
  ...authorisations,
  ...notices,
  ...access,
  // Why something is in force or not.
  ...REASON_TEXTS,
};
