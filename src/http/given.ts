// Questions without what was not asked.

type Given<Values> = { [Key in keyof Values]?: Exclude<Values[Key], undefined> };

export function givenOnly<Values extends object>(values: Values): Given<Values> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as Given<Values>;
}
