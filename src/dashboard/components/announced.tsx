// What was just done, said to everybody: for a while in a corner, and by screen readers.
import { useEffect, useState } from 'preact/hooks';

const ANNOUNCED = 'flowsieve-announced';
const SHOWN_MS = 8_000;

export function announce(text: string): void {
  window.dispatchEvent(new CustomEvent(ANNOUNCED, { detail: text }));
}

export function Announced() {
  const [text, setText] = useState('');
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const heard = ({ detail }: Event & { detail?: string }): void => {
      clearTimeout(timer);
      setText(detail ?? '');
      timer = setTimeout(() => setText(''), SHOWN_MS);
    };
    window.addEventListener(ANNOUNCED, heard);
    return () => {
      clearTimeout(timer);
      window.removeEventListener(ANNOUNCED, heard);
    };
  }, []);
  return (
    <p role="status" class="announced done">
      {text}
    </p>
  );
}
