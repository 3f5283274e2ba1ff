import access from './nl/access.json';
import accounts from './nl/accounts.json';
import app from './nl/app.json';
import authorisations from './nl/authorisations.json';
import indicators from './nl/indicators.json';
import notices from './nl/notices.json';
import now from './nl/now.json';
import operators from './nl/operators.json';
import reasons from './nl/reasons.json';
import victims from './nl/victims.json';

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
