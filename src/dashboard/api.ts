// Requests to the API: JSON in, JSON out, refusals as `ApiProblem` with the field and the rule that the server names.
import { useCallback, useEffect, useState } from 'preact/hooks';
import { t } from './language.ts';

export interface Session {
  readonly person: string;
  readonly role: 'analyst' | 'engineer' | 'operator' | 'auditor' | 'admin';
  readonly operator: string | null;
  readonly csrf: string | null;
  readonly expiresAtMs: number;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
  readonly total: number | null;
}

export class ApiProblem extends Error {
  readonly status: number;
  readonly errors: readonly { readonly field: string; readonly message: string }[];

  constructor(status: number, title: string, errors: ApiProblem['errors'] = []) {
    super(title);
    this.status = status;
    this.errors = errors;
  }
}

let csrf: string | null = null;
/** Called when the session has ended. */
let onLoggedOut: () => void = () => {};

export function whenLoggedOut(act: () => void): void {
  onLoggedOut = act;
}

export function keepSession(session: Session | null): void {
  csrf = session?.csrf ?? null;
}

export interface Asked {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** An object is sent as JSON, a file as it is. */
  readonly body?: unknown;
  readonly contentType?: string;
  /** The version that was seen. */
  readonly ifMatch?: string;
  readonly signal?: AbortSignal;
}

/** @throws ApiProblem */
export async function ask<T>(path: string, asked: Asked = {}): Promise<T> {
  const response = await send(path, asked);
  if (response.status === 204) return undefined as T;
  const text = await response.text();
  return (response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text) as T;
}

/**
 * Saves an answer as a file, by the name that the server gives it.
 * @param onProgress octets so far @throws ApiProblem
 */
export async function download(path: string, onProgress: (octets: number) => void): Promise<string> {
  const response = await send(path, {});
  const parts: BlobPart[] = [];
  let octets = 0;
  const reader = response.body?.getReader();
  for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
    parts.push(read.value);
    octets += read.value.length;
    onProgress(octets);
  }
  const name = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? 'export';
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob(parts, { type: response.headers.get('content-type') ?? '' }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
  return name;
}

async function send(
  path: string,
  { method = 'GET', body, contentType, ifMatch, signal }: Asked,
): Promise<Response> {
  const headers: Record<string, string> = {};
  if (body !== undefined) headers['content-type'] = contentType ?? 'application/json';
  if (ifMatch !== undefined) headers['if-match'] = `"${ifMatch}"`;
  if (method !== 'GET' && csrf !== null) headers['x-csrf-token'] = csrf;
  const init: RequestInit = { method, headers, credentials: 'same-origin' };
  if (body !== undefined) {
    init.body = typeof body === 'string' || body instanceof Blob ? body : JSON.stringify(body);
  }
  if (signal) init.signal = signal;
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch (error) {
    if ((error as Error).name === 'AbortError') throw error;
    throw new ApiProblem(0, t('state.unreachable'));
  }
  if (response.ok) return response;
  if (response.status === 401 && !path.startsWith('/api/session')) onLoggedOut();
  throw await problemOf(response);
}

async function problemOf(response: Response): Promise<ApiProblem> {
  try {
    const { title, detail, errors } = (await response.json()) as {
      title: string;
      detail?: string;
      errors?: ApiProblem['errors'];
    };
    // What the detail says is not said twice.
    return new ApiProblem(response.status, detail ?? title, detail === undefined ? errors : []);
  } catch {
    return new ApiProblem(response.status, response.statusText);
  }
}

/** `/api/victims?q=x`, without what is empty. */
export function withQuery(
  path: string,
  query: Readonly<Record<string, string | number | null | undefined>>,
): string {
  const given = Object.entries(query).filter(
    ([, value]) => value !== null && value !== undefined && value !== '',
  );
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text === '' ? path : `${path}${path.includes('?') ? '&' : '?'}${text}`;
}

export interface Loaded<T> {
  readonly data: T | null;
  readonly problem: ApiProblem | null;
  readonly isLoading: boolean;
  readonly reload: () => void;
}

/** Asks, and asks again when the path changes; what was shown stays until the answer comes. `null` asks for nothing. */
export function useApi<T>(path: string | null): Loaded<T> {
  const [state, setState] = useState<Omit<Loaded<T>, 'reload'>>({
    data: null,
    problem: null,
    isLoading: true,
  });
  const [times, setTimes] = useState(0);
  useEffect(() => {
    if (path === null) {
      setState({ data: null, problem: null, isLoading: false });
      return;
    }
    const ending = new AbortController();
    setState((before) => ({ ...before, isLoading: true }));
    ask<T>(path, { signal: ending.signal }).then(
      (data) => setState({ data, problem: null, isLoading: false }),
      (error: Error) => {
        if (error instanceof ApiProblem) setState({ data: null, problem: error, isLoading: false });
        else if (error.name !== 'AbortError') throw error;
      },
    );
    return () => ending.abort();
  }, [path, times]);
  const reload = useCallback(() => setTimes((before) => before + 1), []);
  return { ...state, reload };
}
