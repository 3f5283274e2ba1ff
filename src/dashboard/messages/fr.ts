import access from './fr/access.json';
import accounts from './fr/accounts.json';
import app from './fr/app.json';
import authorisations from './fr/authorisations.json';
import indicators from './fr/indicators.json';
import notices from './fr/notices.json';
import now from './fr/now.json';
import operators from './fr/operators.json';
import reasons from './fr/reasons.json';
import victims from './fr/victims.json';

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
  ...reasons,
};
