// What people found, in the order in which it counts.

/** In order of time; of findings at one instant, the one that closes comes last and decides. */
export function inOrder<T extends { readonly atMs: number; readonly outcome?: string }>(
  steps: readonly T[],
): readonly T[] {
  if (steps.length < 2) return steps;
  return steps.toSorted((a, b) => a.atMs - b.atMs || closes(a) - closes(b));
}

function closes({ outcome }: { readonly outcome?: string }): number {
  return outcome === 'refuted' || outcome === 'inactive' ? 1 : 0;
}
