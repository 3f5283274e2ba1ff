// From one thing to the list that it stands in, with the filters and the order that it was left with.
import { backTo } from '../router.ts';

export function Back({
  path,
  view = '',
  text,
}: {
  readonly path: string;
  readonly view?: string;
  readonly text: string;
}) {
  return (
    <p class="back">
      <a href={backTo(path, view)}>← {text}</a>
    </p>
  );
}
