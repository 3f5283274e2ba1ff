// A list that is loaded aside: what is asked of it meanwhile, and what when it cannot be had.
import { describe, expect, it } from 'vitest';
import { CurrentList } from '../../src/engine/current-list.ts';
import { Gate } from '../../src/engine/gate.ts';
import { ListInForce, makeReady } from '../../src/engine/in-force.ts';
import { LiveList } from '../../src/engine/live-list.ts';
import { Lines } from './fixture.ts';

const EMPTY = { indicators: [], operatorSets: [], bases: [], ranges: [] };

/** A source of which the test moves the generation, and ends each load. */
function listOf() {
  const source = { generation: 1, broken: false };
  const list = () => ({ ...EMPTY, generation: source.generation });
  const loads: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const log = new Lines();
  const gate = new Gate(log);
  const current = new CurrentList({
    generation() {
      if (source.broken) throw new Error('the table is gone');
      return source.generation;
    },
    load: list,
  });
  const load = () => {
    const loaded = new ListInForce(makeReady(list()));
    return new Promise<ListInForce>((resolve, reject) =>
      loads.push({ resolve: () => resolve(loaded), reject }),
    );
  };
  return { source, loads, log, gate, current, live: new LiveList(current, load, gate, log) };
}

describe('a list that is loaded aside', () => {
  it('is awaited by commits, and taken when it is here', async () => {
    const { live, loads, log } = listOf();
    expect(live.last).toBe(null);
    const renewed = live.renew();
    expect(live.isAwaited).toBe(true);
    loads[0]?.resolve();
    await renewed;
    expect(live.isAwaited).toBe(false);
    expect(live.last?.generation).toBe(1);
    expect(log.lines.map(({ message }) => message)).toEqual(['list in force']);
  });

  it('is loaded once, however often it is asked for; batches go on with the last', async () => {
    const { live, loads, source } = listOf();
    const first = live.renew();
    loads[0]?.resolve();
    await first;
    source.generation = 2;
    const renewed = Promise.all([live.renew(), live.renew(), live.renew()]);
    expect(loads).toHaveLength(2);
    expect(live.last?.generation).toBe(1);
    loads[1]?.resolve();
    await renewed;
    expect(live.last?.generation).toBe(2);
  });

  it('is loaded again when it has changed meanwhile, and awaited all the time', async () => {
    const { live, loads, source } = listOf();
    const renewed = live.renew();
    source.generation = 2;
    loads[0]?.resolve();
    await renewed;
    expect([live.last?.generation, live.isAwaited]).toEqual([1, true]);
    const again = live.renew();
    loads[1]?.resolve();
    await again;
    expect([live.last?.generation, live.isAwaited]).toEqual([2, false]);
  });

  it('does not replace a newer one that a commit has loaded', async () => {
    const { live, loads, source, current } = listOf();
    const renewed = live.renew();
    source.generation = 2;
    expect(current.refreshed().generation).toBe(2);
    loads[0]?.resolve();
    await renewed;
    expect(live.last?.generation).toBe(2);
  });

  it('is not used any more while it cannot be renewed, for either reason', async () => {
    const { live, loads, source, gate } = listOf();
    const first = live.renew();
    loads[0]?.resolve();
    await first;

    source.broken = true;
    await live.renew();
    expect([live.last, gate.reason('list')]).toEqual([null, 'the table is gone']);
    source.broken = false;
    await live.renew();
    expect(live.last?.generation).toBe(1);

    source.generation = 2;
    const failing = live.renew();
    loads[1]?.reject(new Error('no memory'));
    await failing;
    expect([live.last, gate.reason('list')]).toEqual([null, 'no memory']);
    const healed = live.renew();
    loads[2]?.resolve();
    await healed;
    expect([live.last?.generation, gate.isOpen]).toEqual([2, true]);
  });
});
