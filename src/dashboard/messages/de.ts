import access from './de/access.json';
import accounts from './de/accounts.json';
import app from './de/app.json';
import authorisations from './de/authorisations.json';
import indicators from './de/indicators.json';
import notices from './de/notices.json';
import now from './de/now.json';
import operators from './de/operators.json';
import reasons from './de/reasons.json';
import victims from './de/victims.json';

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
