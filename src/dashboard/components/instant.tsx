// An instant in a table: where the columns are many, its day and its time stand one below the other.
import { instant } from '../format.ts';

export function Instant({ ms }: { readonly ms: number | null }) {
  const [day, ...time] = instant(ms).split(' ');
  return (
    <>
      <span class="whole">{day}</span> <span class="whole">{time.join(' ')}</span>
    </>
  );
}
