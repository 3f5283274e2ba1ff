// Changes say which version they have seen (ETag, If-Match), so that nobody undoes what they have not read.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HttpError } from './problem.ts';

/** The version of what is answered: the number of its last step. */
export function setVersion(reply: FastifyReply, version: number): void {
  reply.header('etag', `"${version}"`);
}

/** The version that a change has seen. @throws HttpError 428 where it does not say, 400 where it is none of ours */
export function seenVersion(request: FastifyRequest): number {
  const given = request.headers['if-match'];
  if (given === undefined) throw new HttpError(428, 'If-Match: the ETag of what you have seen is needed');
  const version = /^"(\d{1,15})"$/.exec(given)?.[1];
  if (version === undefined) throw new HttpError(400, `If-Match: must be an ETag such as "3"`);
  return Number(version);
}
