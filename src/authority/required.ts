// Whether what a regime requires is there.
import { type Fault, fault } from './refusal.ts';
import type { RequiredField } from './regime.ts';

/** The required fields that `input` lacks: absent, `null`, or an empty list. */
export function missingFields(input: object, required: readonly RequiredField[]): Fault[] {
  let faults: Fault[] | null = null;
  for (const field of required) {
    const value = fieldOf(input, field.field);
    if (value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0)) continue;
    faults ??= [];
    faults.push(fault(field.field, value, field.rule, `is required: ${field.because} (${field.source})`));
  }
  return faults ?? [];
}

function fieldOf(input: object, path: string): unknown {
  const dot = path.indexOf('.');
  const fields = input as Record<string, unknown>;
  if (dot < 0) return fields[path];
  const inner = fields[path.slice(0, dot)];
  return typeof inner === 'object' && inner !== null ? fieldOf(inner, path.slice(dot + 1)) : undefined;
}
