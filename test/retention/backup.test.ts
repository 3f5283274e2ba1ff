// L19: a backup carries the clock of what is in it, and can be purged like the database.
import { copyFileSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { readEvents } from '../../src/store/events.ts';
import { countMatches } from '../../src/store/matches.ts';
import { Sqlite } from '../../src/store/sqlite.ts';
import { DAY_MS } from '../store/fixture.ts';
import { temporaryFolder } from '../support/cli.ts';
import { FIRST, Kept, VICTIMS } from './fixture.ts';

const copyOf = () => join(temporaryFolder(), 'copy.db');
const manifestOf = (file: string) => JSON.parse(readFileSync(`${file}.json`, 'utf8'));

describe('a backup', () => {
  it('is the database of one moment, with a manifest that says how long it may be kept', async () => {
    const kept = await new Kept(10).fill();
    const file = copyOf();
    const { out, status } = await kept.run('backup', file, '--by', 'an.engineer', '--json');
    expect(status).toBe(0);
    const day = kept.evaluatedAtMs + 365 * DAY_MS;
    expect(JSON.parse(out)).toMatchObject({
      file: 'copy.db',
      by: 'an.engineer',
      bytes: statSync(file).size,
      matches: 12,
      generation: 2,
      earliestDeleteAfterMs: day,
      latestDeleteAfterMs: day,
      keepUntilMs: day,
      treeHead: { type: 'tree-head' },
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(manifestOf(file)).toEqual(JSON.parse(out));
    const copy = openDatabase(file, { readonly: true });
    expect(countMatches(copy)).toBe(12);
    copy.close();
  });

  it('is recorded: who made a copy of what', async () => {
    const kept = await new Kept().fill();
    await kept.run('backup', copyOf(), '--by', 'an.engineer');
    const event = kept.reading((db) => [...readEvents(db)].at(-1));
    expect(event).toMatchObject({
      action: 'backup.create',
      actor: 'an.engineer',
      object: 'copy.db',
      detail: { matches: 12 },
    });
  });

  it('replaces nothing', async () => {
    const kept = await new Kept().fill();
    const file = copyOf();
    writeFileSync(file, 'something');
    expect(await kept.run('backup', file)).toMatchObject({
      status: 2,
      err: expect.stringMatching(/exists already/),
    });
    expect(readFileSync(file, 'utf8')).toBe('something');
  });

  it('holds nothing of what was deleted before', async () => {
    const kept = await new Kept(365).fill();
    kept.reading((db) => db.exec('DELETE FROM matches'));
    const file = copyOf();
    await kept.run('backup', file);
    const bytes = readFileSync(file, 'latin1');
    for (const victim of Object.values(VICTIMS)) expect(bytes).not.toContain(victim);
  });
});

describe('verifying a backup', () => {
  it('finds it as its manifest says', async () => {
    const kept = await new Kept(10).fill();
    const file = copyOf();
    await kept.run('backup', file);
    const key = join(temporaryFolder(), 'key.pem');
    writeFileSync(key, (await kept.run('audit', 'key')).out);
    expect(await kept.run('backup', 'verify', file, '--public-key', key)).toMatchObject({
      status: 0,
      out: expect.stringMatching(/as its manifest says; to be deleted or purged by 20/),
    });
  });

  it.each<[string, (file: string) => void, RegExp]>([
    [
      'a changed byte',
      (file) => writeFileSync(file, readFileSync(file).fill(1, 5_000, 5_001)),
      /its SHA-256 is not that of its manifest/,
    ],
    [
      'a later day to be kept until',
      (file) => writeFileSync(`${file}.json`, JSON.stringify({ ...manifestOf(file), keepUntilMs: 1e14 })),
      /its manifest says otherwise of keepUntilMs/,
    ],
    [
      'an edited event, with a digest that fits',
      (file) => {
        const db = new Sqlite(file);
        db.exec("DROP TRIGGER eventsNoUpdate; UPDATE events SET actor = 'nobody' WHERE sequence = 2");
        db.close();
      },
      /SHA-256/,
    ],
  ])('finds out %s', async (_, change, found) => {
    const kept = await new Kept(10).fill();
    const file = copyOf();
    await kept.run('backup', file);
    change(file);
    expect(await kept.run('backup', 'verify', file)).toMatchObject({
      status: 1,
      out: expect.stringMatching(found),
    });
  });

  it('says when it may be kept no longer', async () => {
    const kept = await new Kept(365).fill();
    const file = copyOf();
    await kept.run('backup', file);
    expect(await kept.run('backup', 'verify', file, '--json')).toMatchObject({
      status: 1,
      out: expect.stringMatching(/may not be kept since/),
    });
  });

  it('without a manifest is refused', async () => {
    const kept = await new Kept().fill();
    const file = copyOf();
    await kept.run('backup', file);
    renameSync(`${file}.json`, `${file}.txt`);
    expect(await kept.run('backup', 'verify', file)).toMatchObject({
      status: 1,
      err: expect.stringMatching(/copy\.db\.json: ENOENT/),
    });
  });
});

describe('purging a backup', () => {
  it('takes what is due out of every byte, and lets the rest be kept on', async () => {
    const kept = await new Kept(10).fill();
    await kept.run(
      'investigation',
      'close',
      '--authorisation',
      FIRST.reference,
      '--by',
      'a',
      '--reason',
      'b',
    );
    const file = copyOf();
    await kept.run('backup', file);
    expect((await kept.run('backup', 'verify', file)).status).toBe(1);
    const purged = await kept.run('backup', 'purge', file, '--by', 'an.engineer');
    expect(purged).toMatchObject({ status: 0, out: expect.stringMatching(/^6 matches erased\n/) });
    const bytes = readFileSync(file, 'latin1');
    expect([bytes.includes(VICTIMS.first), bytes.includes(VICTIMS.second)]).toEqual([false, true]);
    expect((await kept.run('backup', 'verify', file)).status).toBe(0);
    expect(manifestOf(file)).toMatchObject({ matches: 6, keepUntilMs: kept.evaluatedAtMs + 365 * DAY_MS });
  });
});

describe('a restored backup', () => {
  it('goes on as the database, and lacks the events since: heads kept outside say so', async () => {
    const kept = await new Kept(10).fill();
    const file = copyOf();
    await kept.run('backup', file);
    await kept.run('sequester', 'place', '--authorisation', FIRST.reference, '--by', 'a', '--reason', 'b');
    const head = join(temporaryFolder(), 'head.json');
    writeFileSync(head, (await kept.run('audit', 'head', '--sign', '--json')).out);
    expect((await kept.run('audit', 'verify', '--against', head)).status).toBe(0);

    const restored = new Kept();
    copyFileSync(file, restored.path);
    expect(await restored.run('audit', 'verify', '--against', head)).toMatchObject({
      status: 1,
      out: expect.stringMatching(/which are missing: the log was cut off/),
    });
    expect(await restored.shown()).toEqual(Object.values(VICTIMS).sort());
  });
});
