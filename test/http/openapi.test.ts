// The API's description: whole, and true in form.
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { ROUTES } from '../../src/http/roles.ts';
import { testServer } from './fixture.ts';

interface Operation {
  readonly summary?: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: object }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> };
  readonly responses: Readonly<
    Record<string, { description: string; content?: Record<string, { schema?: object }> }>
  >;
}
interface Document {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

async function described(): Promise<Document> {
  const { app, token, bearer } = await testServer();
  const answer = await app.inject({ url: '/api/openapi.json', headers: bearer(token('operator')) });
  expect(answer.statusCode).toBe(200);
  return answer.json();
}

/** Those of the dashboard's own files and of whoever watches the process stand elsewhere. */
const UNDESCRIBED = ['GET /healthz', 'GET /readyz', 'GET /metrics'];

function operationsOf({ paths }: Document): [name: string, operation: Operation][] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as [string, Operation],
    ),
  );
}

describe('the description', () => {
  it('is OpenAPI 3.1, and says of every route what it does', async () => {
    const document = await described();
    expect(document).toMatchObject({
      openapi: expect.stringMatching(/^3\.1\./),
      info: { title: 'FlowSieve' },
    });
    const operations = new Map(operationsOf(document));
    const expected = Object.keys(ROUTES).filter((route) => !UNDESCRIBED.includes(route));
    for (const route of expected) {
      const name = route.replace(/:(\w+)/g, '{$1}');
      const operation = operations.get(name);
      expect.soft(operation?.summary, route).toMatch(/\w{2}/);
      for (const [status, { description }] of Object.entries(operation?.responses ?? {})) {
        expect.soft(typeof description, `${route} ${status}`).toBe('string');
      }
      const inPath = [...name.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter).sort();
      const given = (operation?.parameters ?? []).filter((one) => one.in === 'path');
      expect.soft(given.map((one) => one.name).sort(), route).toEqual(inPath);
    }
    expect([...operations.keys()].sort()).toEqual(
      expected.map((route) => route.replace(/:(\w+)/g, '{$1}')).sort(),
    );
  });

  it('says of every body that what it does not know is refused', async () => {
    const bodies = operationsOf(await described()).flatMap(([name, { requestBody }]) => {
      const schema = requestBody?.content['application/json']?.schema as Record<string, unknown> | undefined;
      return schema?.type === 'object' ? [[name, schema] as const] : [];
    });
    expect(bodies.length).toBeGreaterThan(15);
    for (const [name, schema] of bodies) expect.soft(schema.additionalProperties, name).toBe(false);
  });

  it('holds schemas that compile, and references that lead somewhere', async () => {
    const document = await described();
    const ajv = new Ajv2020({ strict: false });
    formats.default(ajv);
    ajv.addSchema({ $id: 'https://flowsieve.invalid/openapi', ...document });
    let compiled = 0;
    for (const [name, { parameters, requestBody, responses }] of operationsOf(document)) {
      const contents = [requestBody, ...Object.values(responses)].flatMap((one) =>
        Object.values(one?.content ?? {}),
      );
      for (const { schema } of [...contents, ...(parameters ?? [])]) {
        if (!schema) continue;
        expect.soft(() => ajv.compile(schema), name).not.toThrow();
        compiled++;
      }
    }
    expect(compiled).toBeGreaterThan(40);
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(
      ([, to]) => to as string,
    );
    for (const to of references) {
      const found = to
        .slice(2)
        .split('/')
        .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], document);
      expect.soft(found, to).toBeDefined();
    }
  });
});
