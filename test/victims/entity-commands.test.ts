// The commands about the entity register.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { register as entity } from '../../src/cli/entity.ts';

import { lines, temporaryFolder } from '../support/cli.ts';
import { type InProcessRun, runInProcess } from '../support/in-process.ts';
import { listedEntity, registerOf } from './entities.ts';

let folder: string;

beforeEach(() => {
  folder = temporaryFolder();
});

function run(...args: readonly string[]): Promise<InProcessRun> {
  return runInProcess([entity], join(folder, 'test.db'), args);
}

function write(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const LAWYER = {
  id: 'a-lawyer',
  name: 'A. Lawyer',
  kind: 'other',
  prefixes: ['192.0.2.77'],
  protected: 'lawyer',
};

it('entity import says what was taken in; what is refused is told by line, field and value: exit status 3', async () => {
  const path = write('register.csv', 'id,name,kind,prefixes\na,A,other,192.0.2.7\nb,B,vital,10.0.0.1/8\n');
  const { out, err, status } = await run('entity', 'import', path, '--by', 'an.engineer');
  expect(out).toBe(`${path}: register entities: 1 added, 0 changed, 0 ended, 1 refused\n`);
  expect(err).toContain(
    `${path}: entities[1] (b, line 3): kind: "vital": must be one of essential, important, other`,
  );
  expect(err).toContain(
    'prefixes[0]: "10.0.0.1/8": bits are set behind the prefix: the network is 10.0.0.0/8',
  );
  expect(status).toBe(3);
});

it('entity import of the same again says that nothing changed', async () => {
  const path = write('register.json', registerOf(listedEntity()));
  await run('entity', 'import', path);
  expect(await run('entity', 'import', path)).toMatchObject({
    out: `${path}: register entities: nothing changed\n`,
    status: 0,
  });
});

it('entity list filters by kind, sector and protection', async () => {
  await run('entity', 'import', write('register.json', registerOf(listedEntity(), LAWYER)));
  const listed = async (...options: readonly string[]): Promise<unknown[]> =>
    lines<{ id: string }>((await run('entity', 'list', '--json', ...options)).out).map(({ id }) => id);
  expect(await listed()).toEqual(['a-lawyer', 'example-hospital']);
  expect(await listed('--kind', 'essential')).toEqual(['example-hospital']);
  expect(await listed('--sector', 'health')).toEqual(['example-hospital']);
  expect(await listed('--protected')).toEqual(['a-lawyer']);
  expect((await run('entity', 'list', '--kind', 'vital')).status).toBe(2);
});

it('entity show finds an entity by its id, or by an address of its network', async () => {
  await run('entity', 'import', write('register.json', registerOf(listedEntity(), LAWYER)));
  expect((await run('entity', 'show', 'example-hospital')).out).toContain(
    'security@hospital.example, nl, OpenPGP ',
  );
  expect(JSON.parse((await run('entity', 'show', '192.0.2.77', '--json')).out)).toMatchObject({
    id: 'a-lawyer',
  });
  expect(JSON.parse((await run('entity', 'show', '192.0.2.78', '--json')).out)).toMatchObject({
    id: 'example-hospital',
  });
  expect(await run('entity', 'show', '203.0.113.7')).toMatchObject({
    status: 1,
    err: expect.stringContaining('no entity'),
  });
});

it('registers are apart; their names are plain', async () => {
  await run('entity', 'import', write('a.json', registerOf(LAWYER)), '--register', 'bar');
  await run('entity', 'import', write('b.json', registerOf(listedEntity())));
  expect((await run('entity', 'list')).out).toMatch(/A\. Lawyer .* bar\n/);
  expect(await run('entity', 'import', 'b.json', '--register', '../bar')).toMatchObject({ status: 2 });
});
