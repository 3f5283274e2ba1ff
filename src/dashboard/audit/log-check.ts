// Reads the whole log from the server, and has it checked as it comes.
import { ApiProblem } from '../api.ts';
import { type LogCheck, LogChecker } from './log-checker.ts';
import type { HeadKeys } from './web-crypto.ts';

/** @throws ApiProblem; AbortError */
export async function checkLog(
  keys: HeadKeys,
  onProgress: (events: number) => void,
  signal: AbortSignal,
): Promise<LogCheck> {
  const response = await fetch('/api/audit/export', { credentials: 'same-origin', signal });
  if (!response.ok || !response.body) throw new ApiProblem(response.status, response.statusText);
  const checker = new LogChecker(keys);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    const texts = (rest + value).split('\n');
    rest = texts.pop() as string;
    await checker.lines(texts.filter((text) => text !== ''));
    onProgress(checker.events);
  }
  return checker.end();
}
