// The dashboard's files, as built: read once, kept in memory; compressed when first asked for. Every other path is a page of it.
import { hash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { packageFolder } from '../core/package.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

interface BuiltFile {
  readonly type: string;
  readonly etag: string;
  readonly identity: Buffer;
  readonly compressed: Map<Encoding, Buffer>;
}

type Encoding = 'gzip' | 'br';

/** Brotli's best takes seconds, and gains a hundredth. */
const QUALITY = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };

/** Names of assets hold a digest of their content. */
const IMMUTABLE = 'public, max-age=31536000, immutable';
const ASK_AGAIN = 'no-cache';

export class DashboardFiles {
  private readonly files = new Map<string, BuiltFile>();

  static read(folder = join(packageFolder(), 'dist', 'dashboard')): DashboardFiles {
    const dashboard = new DashboardFiles();
    if (!existsSync(folder)) return dashboard;
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const type = TYPES[extname(entry.name)];
      if (!entry.isFile() || type === undefined) continue;
      const path = join(entry.parentPath, entry.name);
      const identity = readFileSync(path);
      dashboard.files.set(path.slice(folder.length).replaceAll('\\', '/'), {
        type,
        etag: `"${hash('sha256', identity).slice(0, 32)}"`,
        identity,
        compressed: new Map(),
      });
    }
    return dashboard;
  }

  /** Answers with a file or a page. @returns whether there is one */
  answer(request: FastifyRequest, reply: FastifyReply): boolean {
    const path = request.url.split('?')[0] as string;
    const isAsset = path.startsWith('/assets/');
    const file = this.files.get(isAsset ? path : '/index.html');
    if (!file || !['GET', 'HEAD'].includes(request.method) || path.startsWith('/api/')) return false;
    reply.headers({
      'cache-control': isAsset ? IMMUTABLE : ASK_AGAIN,
      etag: file.etag,
      vary: 'accept-encoding',
    });
    if (request.headers['if-none-match'] === file.etag) {
      void reply.code(304).send();
      return true;
    }
    const accepted = request.headers['accept-encoding'] ?? '';
    const encoding = /\bbr\b/.test(accepted) ? 'br' : /\bgzip\b/.test(accepted) ? 'gzip' : null;
    if (encoding !== null) reply.header('content-encoding', encoding);
    void reply
      .code(200)
      .type(file.type)
      .send(encoding === null ? file.identity : compressed(file, encoding));
    return true;
  }
}

function compressed({ identity, compressed: known }: BuiltFile, encoding: Encoding): Buffer {
  const before = known.get(encoding);
  if (before) return before;
  const body = encoding === 'br' ? brotliCompressSync(identity, QUALITY) : gzipSync(identity);
  known.set(encoding, body);
  return body;
}
