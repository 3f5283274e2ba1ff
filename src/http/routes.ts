// All routes, noun by noun.
import type { Access } from './access.ts';
import type { HttpContext } from './context.ts';
import { authorisationImportRoutes } from './routes/authorisation-import.ts';
import { authorisationRoutes } from './routes/authorisations.ts';
import { basisRoutes } from './routes/bases.ts';
import { disputeRoutes } from './routes/disputes.ts';
import { figuresRoutes } from './routes/figures.ts';
import { healthRoutes } from './routes/health.ts';
import { liveRoutes } from './routes/live.ts';
import { noticeRoutes } from './routes/notices.ts';
import { overviewRoutes } from './routes/overview.ts';
import { sessionRoutes } from './routes/session.ts';
import { tokenRoutes } from './routes/tokens.ts';
import { warningListRoutes } from './routes/warninglists.ts';
import type { App } from './server.ts';
import { Overview } from './standing.ts';

export function addRoutes(app: App, context: HttpContext, access: Access): void {
  const overview = new Overview(context);
  healthRoutes(app, context);
  sessionRoutes(app, context, access);
  overviewRoutes(app, overview);
  figuresRoutes(app, context);
  liveRoutes(app, context, access, overview);
  tokenRoutes(app, context);
  authorisationRoutes(app, context);
  authorisationImportRoutes(app, context);
  basisRoutes(app, context);
  disputeRoutes(app, context);
  warningListRoutes(app, context);
  noticeRoutes(app, context);
}
