// One mail address as people have it.

const LONGEST = 254;
/** No quoting, no comments, no list. */
const FORM = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/;

export function isMailAddress(text: string): boolean {
  return text.length <= LONGEST && FORM.test(text);
}
